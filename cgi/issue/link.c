#include "link.h"

#include "lib/manifest/link_metadata.h"
#include "lib/manifest/link_value.h"
#include "lib/sign/presign_disposition.h"

void issue_link_begin(struct issue_link *link)
{
	link->used = false;
	link->is_own = false;
	link->header = 0;
	link->header_count = 0;
}

bool issue_link_signer(struct issue_link *link, const struct order *order,
		       const struct mint *mint)
{
	const struct parent *parent = order->grant.parent;
	struct presign_signer signer = {
		.endpoint = slice_text(parent->account->endpoint),
		.bucket = order->fields->bucket,
		.access_key_id = slice_text(parent->key.access_key_id),
		.time = order->now,
	};
	struct digest_hmac first;
	struct presign_day own;
	bool done;

	if (!mint && (link->used || link->is_own))
		return true;
	if (own_place_name(&order->own)) {
		own_link_begin(&link->own, &order->own);
		link->now = order->now;
		link->is_own = true;
		return true;
	}
	link->used = true;
	if (!mint)
		return presign_begin(&link->presign, &signer,
				     service_signing_key(order->service, parent,
							 order->now)) ==
		       ERROR_NONE;
	signer.session_token = slice_of(mint->token, mint->token_length);
	keyed_aws4_begin(&first, slice_of(mint->secret, MINT_SECRET_LENGTH));
	presign_day_derive(&own, &first, order->now);
	done = presign_begin(&link->presign, &signer, &own) == ERROR_NONE;
	explicit_bzero(&first, sizeof(first));
	explicit_bzero(&own, sizeof(own));
	return done;
}

/* ---- what is signed ------------------------------------------------------- */

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

static void add(struct presign_pair *pairs, size_t *count, struct slice name,
		struct slice value)
{
	if (value.length > 0)
		pairs[(*count)++] = (struct presign_pair){ name, value };
}

/* The table's rows are in the order that a signature wants. The disposition
 * stands behind the cache control, and before the type. */
static void fill_query(struct issue_link *link, const struct link_terms *terms)
{
	static const struct slice name = SLICE("response-content-disposition");
	struct slice disposition = slice_of(link->disposition, 0);

	disposition.length = presign_disposition(
		terms->text[LINK_TERM_DISPOSITION],
		terms->text[LINK_TERM_FILENAME], link->disposition);
	link->query_count = 0;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (i == LINK_TERM_RESPONSE_TYPE)
			add(link->query, &link->query_count, name, disposition);
		if (link_terms_table[i].becomes == LINK_BECOMES_QUERY)
			add(link->query, &link->query_count,
			    link_terms_table[i].there, terms->text[i]);
	}
}

/* Only an upload is sent with headers. A digest that stands beside the key of
 * another link is not signed into it. */
static void fill_headers(struct issue_link *link,
			 const struct link_terms *terms)
{
	struct slice lines = terms->text[LINK_TERM_METADATA];

	link->header_count = 0;
	link->header = 0;
	if (terms->method != METHOD_PUT)
		return;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (link_terms_table[i].becomes == LINK_BECOMES_HEADER)
			add(link->headers, &link->header_count,
			    link_terms_table[i].there, terms->text[i]);
	}
	while (link_metadata_next(&lines, &link->headers[link->header_count]))
		link->header_count++;
}

void issue_link_one(struct issue_link *link, struct slice key,
		    const struct terms *terms)
{
	struct presign_link signing = {
		.method = terms->link.method,
		.key = key,
		.expires = terms->scope.ttl,
		.query = link->query,
		.headers = link->headers,
	};

	link->header = 0;
	link->header_count = 0;
	if (link->is_own) {
		own_link_one(&link->own, key, link->now, terms->scope.ttl);
		return;
	}
	fill_query(link, &terms->link);
	fill_headers(link, &terms->link);
	signing.query_count = link->query_count;
	signing.header_count = link->header_count;
	presign_one(&link->presign, &signing);
}

bool issue_link_header(struct issue_link *link, struct slice *name,
		       struct slice *value, bool *by_client)
{
	const struct presign_pair *header = &link->headers[link->header];

	if (link->header == link->header_count) {
		link->header = 0;
		return false;
	}
	link->header++;
	*name = header->name;
	*value = header->value;
	*by_client = header->name.data ==
		     link_terms_table[LINK_TERM_CONTENT_LENGTH].there.data;
	return true;
}

void issue_link_end(struct issue_link *link)
{
	if (link->used)
		presign_end(&link->presign);
	link->used = false;
	if (link->is_own)
		own_link_end(&link->own);
	link->is_own = false;
}
