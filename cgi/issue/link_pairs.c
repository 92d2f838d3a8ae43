#include "link_pairs.h"

#include "lib/manifest/entry.h"
#include "lib/manifest/link_metadata.h"
#include "lib/manifest/link_value.h"
#include "lib/sign/presign_disposition.h"

/* Each of the texts becomes one pair, each name of the metadata another. */
_Static_assert(LINK_TERM_COUNT + LINK_METADATA_NAMES_MAX <= PRESIGN_PAIRS_MAX,
	       "the pairs of one link must fit");
/* The longest query has a disposition, a media type and a header's text, or the
 * id of an upload; names are shorter than 32 characters. */
_Static_assert(PRESIGN_VALUE_MAX + ENTRY_CONTENT_TYPE_MAX +
			       LINK_VALUE_HEADER_MAX + 5 * 32 <=
		       PRESIGN_QUERY_MAX,
	       "the query of one link must fit");
/* Beside metadata there are one long header, three shorter ones, and a length,
 * a digest and a star, which are shorter than a fourth. */
_Static_assert(LINK_VALUE_LONG_HEADER_MAX + 4 * LINK_VALUE_HEADER_MAX + 8 * 32 +
			       LINK_METADATA_MAX +
			       LINK_METADATA_NAMES_MAX *
				       sizeof(LINK_METADATA_PREFIX) <=
		       PRESIGN_HEADERS_MAX,
	       "the headers of one link must fit");

static void add(struct presign_pair *list, size_t *count, struct slice name,
		struct slice value)
{
	if (value.length > 0)
		list[(*count)++] = (struct presign_pair){ name, value };
}

/* The table's rows are in the order that a signature wants. The disposition
 * stands behind the cache control, and before the type. */
static void fill_query(struct link_pairs *pairs, const struct link_terms *terms)
{
	static const struct slice name = SLICE("response-content-disposition");
	struct slice disposition = slice_of(pairs->disposition, 0);

	disposition.length = presign_disposition(
		terms->text[LINK_TERM_DISPOSITION],
		terms->text[LINK_TERM_FILENAME], pairs->disposition);
	pairs->query_count = 0;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (i == LINK_TERM_RESPONSE_TYPE)
			add(pairs->query, &pairs->query_count, name,
			    disposition);
		if (link_terms_table[i].becomes == LINK_BECOMES_QUERY)
			add(pairs->query, &pairs->query_count,
			    link_terms_table[i].there, terms->text[i]);
	}
}

/* Only an upload is sent with headers. A digest that stands beside the key of
 * another link is not signed into it. */
static void fill_headers(struct link_pairs *pairs,
			 const struct link_terms *terms)
{
	struct slice lines = terms->text[LINK_TERM_METADATA];

	pairs->header_count = 0;
	if (terms->method != METHOD_PUT)
		return;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (link_terms_table[i].becomes == LINK_BECOMES_HEADER)
			add(pairs->headers, &pairs->header_count,
			    link_terms_table[i].there, terms->text[i]);
	}
	while (link_metadata_next(&lines, &pairs->headers[pairs->header_count]))
		pairs->header_count++;
}

void link_pairs_fill(struct link_pairs *pairs, const struct link_terms *terms)
{
	fill_query(pairs, terms);
	fill_headers(pairs, terms);
}
