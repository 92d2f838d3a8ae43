/* link_terms: which texts fit which link, and what a request's defaults do. */
#include "unit.h"

#include <ctype.h>

#include "lib/manifest/link_terms.h"

static struct problem problem;

static struct link_terms with(enum method method, enum link_term term)
{
	struct link_terms terms = { .method = method };

	terms.text[term] = slice_text("x");
	return terms;
}

/* A signature wants its headers and parameters sorted; the rows are. */
static void test_rows_are_sorted(void **state)
{
	char before[64], name[64];

	(void)state;
	for (int becomes = LINK_BECOMES_QUERY; becomes <= LINK_BECOMES_HEADERS;
	     becomes++) {
		before[0] = '\0';
		for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
			struct slice there = link_terms_table[i].there;

			if ((int)link_terms_table[i].becomes != becomes)
				continue;
			assert_true(there.length < 32);
			for (size_t j = 0; j <= there.length; j++)
				name[j] =
					(char)(j == there.length ?
						       0 :
					       becomes == LINK_BECOMES_QUERY ?
						       there.data[j] :
						       tolower(there.data[j]));
			assert_true(strcmp(before, name) < 0);
			strcpy(before, name);
		}
	}
	/* The disposition is put before the type. */
	assert_true(LINK_TERM_RESPONSE_CACHE < LINK_TERM_RESPONSE_TYPE);
}

/* By term: the methods it may stand beside. */
static void test_methods(void **state)
{
	static const char *const methods[LINK_TERM_COUNT] = {
		[LINK_TERM_FILENAME] = "GET HEAD ",
		[LINK_TERM_DISPOSITION] = "GET HEAD ",
		[LINK_TERM_RESPONSE_CACHE] = "GET HEAD ",
		[LINK_TERM_RESPONSE_TYPE] = "GET HEAD ",
		[LINK_TERM_CACHE_CONTROL] = "PUT ",
		[LINK_TERM_CONTENT_DISPOSITION] = "PUT ",
		[LINK_TERM_CONTENT_ENCODING] = "PUT ",
		[LINK_TERM_CONTENT_LENGTH] = "PUT ",
		[LINK_TERM_CONTENT_TYPE] = "PUT ",
		[LINK_TERM_IF_NONE_MATCH] = "PUT ",
		[LINK_TERM_SHA256] = "GET HEAD PUT DELETE ",
		[LINK_TERM_METADATA] = "PUT ",
		/* Each needs the other too. */
		[LINK_TERM_PART_NUMBER] = "",
		[LINK_TERM_UPLOAD_ID] = "",
	};

	(void)state;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		char fits[64] = "";

		for (size_t m = 1; m < METHOD_COUNT; m++) {
			struct link_terms terms =
				with((enum method)m, (enum link_term)i);

			if (!link_terms_check(&terms, &terms, &problem)) {
				strcat(fits, method_names[m]);
				strcat(fits, " ");
				continue;
			}
			assert_int_equal(problem.error, ERROR_BAD_VALUE);
			assert_string_equal(problem.pointer,
					    link_terms_table[i].pointer);
			assert_non_null(strstr(problem.message,
					       link_terms_table[i].name));
		}
		assert_string_equal(fits, methods[i]);
	}
}

static void test_parts(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		struct link_terms terms = with(METHOD_PUT, LINK_TERM_UPLOAD_ID);
		bool fits = i == LINK_TERM_UPLOAD_ID ||
			    i == LINK_TERM_PART_NUMBER ||
			    i == LINK_TERM_SHA256 ||
			    i == LINK_TERM_CONTENT_LENGTH;

		terms.text[LINK_TERM_PART_NUMBER] = slice_text("1");
		terms.text[i] = slice_text("x");
		assert_int_equal(link_terms_check(&terms, &terms, &problem),
				 fits ? ERROR_NONE : ERROR_BAD_VALUE);
		if (!fits && link_terms_table[i].uses == LINK_USE_PUT)
			assert_non_null(strstr(problem.message,
					       "where the upload begins"));
		assert_int_equal(link_terms_abilities(&terms),
				 ACTION_BIT(ACTION_UPLOAD_PART));
		/* What reads or deletes never becomes a part. */
		terms.method = METHOD_GET;
		assert_int_equal(link_terms_abilities(&terms),
				 ACTION_BIT(ACTION_GET_OBJECT));
		assert_int_equal(link_terms_check(&terms, &terms, &problem),
				 ERROR_BAD_VALUE);
	}
}

static void test_halves_of_a_part(void **state)
{
	struct link_terms none = { .method = METHOD_NONE };
	struct link_terms terms = with(METHOD_PUT, LINK_TERM_UPLOAD_ID);

	(void)state;
	assert_int_equal(link_terms_check(&terms, &terms, &problem),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.pointer, "/uploadId");
	assert_non_null(strstr(problem.message, "'partNumber' is missing"));
	assert_int_equal(link_terms_check(&terms, &none, &problem),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.pointer, "");
	terms = with(METHOD_PUT, LINK_TERM_PART_NUMBER);
	assert_int_equal(link_terms_check(&terms, &terms, &problem),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.pointer, "/partNumber");
	assert_non_null(strstr(problem.message, "'uploadId' is missing"));
}

/* The remedy names the member for the other direction, and says whose value it
 * is where the entry has none. */
static void test_messages(void **state)
{
	struct link_terms none = { .method = METHOD_NONE }, terms;

	(void)state;
	terms = with(METHOD_GET, LINK_TERM_CACHE_CONTROL);
	assert_int_equal(link_terms_check(&terms, &terms, &problem),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.message,
			    "'cacheControl' is for PUT links, and this link is "
			    "for GET: leave it out, or say "
			    "'responseCacheControl'");
	assert_int_equal(link_terms_check(&terms, &none, &problem),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.pointer, "");
	assert_non_null(
		strstr(problem.message, "the request's 'cacheControl' is for"));
	terms = with(METHOD_PUT, LINK_TERM_DISPOSITION);
	assert_int_equal(link_terms_check(&terms, &terms, &problem),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.message,
			    "'disposition' is for GET and HEAD links, and this "
			    "link is for PUT: leave it out, or say "
			    "'contentDisposition'");
	terms = with(METHOD_DELETE, LINK_TERM_DISPOSITION);
	assert_int_equal(link_terms_check(&terms, &terms, &problem),
			 ERROR_BAD_VALUE);
	assert_null(strstr(problem.message, "contentDisposition"));
}

static void test_overlay(void **state)
{
	struct link_terms terms = with(METHOD_GET, LINK_TERM_METADATA);
	struct link_terms own = with(METHOD_NONE, LINK_TERM_CONTENT_TYPE);

	(void)state;
	link_terms_overlay(&terms, &own);
	assert_int_equal(terms.method, METHOD_GET);
	assert_true(slice_is(terms.text[LINK_TERM_METADATA], "x"));
	assert_true(slice_is(terms.text[LINK_TERM_CONTENT_TYPE], "x"));
	own = with(METHOD_PUT, LINK_TERM_METADATA);
	own.text[LINK_TERM_METADATA] = slice_text("y");
	link_terms_overlay(&terms, &own);
	assert_int_equal(terms.method, METHOD_PUT);
	assert_true(slice_is(terms.text[LINK_TERM_METADATA], "y"));
}

/* What neither a credential nor a link of our own can carry: all but a digest
 * that stands beside the key. */
static void test_only_presigned(void **state)
{
	struct link_terms terms = { .method = METHOD_GET };

	(void)state;
	assert_int_equal(link_terms_only_presigned(&terms), LINK_TERM_COUNT);
	assert_false(link_terms_has_text(&terms));
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		terms = with(METHOD_GET, (enum link_term)i);
		assert_true(link_terms_has_text(&terms));
		assert_int_equal(link_terms_only_presigned(&terms),
				 i == LINK_TERM_SHA256 ? LINK_TERM_COUNT : i);
	}
}

static void test_has_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		bool sends = i >= LINK_TERM_CACHE_CONTROL;
		struct link_terms terms = with(METHOD_PUT, (enum link_term)i);

		assert_int_equal(link_terms_has_header(&terms), sends);
		terms.method = METHOD_GET;
		assert_false(link_terms_has_header(&terms));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_sorted),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_halves_of_a_part),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_only_presigned),
		cmocka_unit_test(test_has_header),
	};

	return UNIT_RUN(tests);
}
