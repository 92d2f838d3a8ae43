/* The order of the pipeline's steps: what is refused before anything is issued,
 * and where the refusal points to. */
#include "ordered.h"

/* ---- what must be there, and where ---------------------------------------- */

static void test_fields_by_kind(void **state)
{
	static const struct {
		enum issue_kind kind;
		const char *text;
		enum error error;
		const char *pointer;
	} rows[] = {
		/* Every kind needs a bucket. */
		{ ISSUE_SINGLE,
		  "{\"permission\":\"object-read-only\"" A_OBJECT "}",
		  ERROR_MISSING_FIELD, "/bucket" },
		{ ISSUE_BATCH,
		  "{\"permission\":\"object-read-only\"" A_OBJECT "}",
		  ERROR_MISSING_FIELD, "/bucket" },
		{ ISSUE_LINKS, "{\"objects\":[\"public/a\"]}",
		  ERROR_MISSING_FIELD, "/bucket" },
		/* A credential needs a permission or actions. */
		{ ISSUE_SINGLE, "{\"bucket\":\"uploads\"" A_OBJECT "}",
		  ERROR_MISSING_FIELD, "/permission" },
		{ ISSUE_BATCH, "{\"bucket\":\"uploads\"" A_OBJECT "}",
		  ERROR_MISSING_FIELD, "/permission" },
		/* What belongs to another kind is refused, not ignored. */
		{ ISSUE_SINGLE, READ A_OBJECT ",\"onError\":\"report\"}",
		  ERROR_BAD_VALUE, "/onError" },
		{ ISSUE_SINGLE, READ A_OBJECT ",\"method\":\"GET\"}",
		  ERROR_BAD_VALUE, "/method" },
		{ ISSUE_BATCH, READ A_OBJECT ",\"method\":\"GET\"}",
		  ERROR_BAD_VALUE, "/method" },
		{ ISSUE_BATCH, READ A_OBJECT ",\"sign\":\"parent\"}",
		  ERROR_BAD_VALUE, "/sign" },
		{ ISSUE_LINKS, LINK ",\"prefixes\":[\"public/\"]}",
		  ERROR_BAD_VALUE, "/prefixes" },
		{ ISSUE_BATCH,
		  "bucket=uploads&permission=object-read-only&objects=public/a"
		  "&manifestFormat=csv",
		  ERROR_BAD_VALUE, "/manifestFormat" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refused((struct asked){ .token = WHOLE,
					       .kind = rows[i].kind,
					       .text = rows[i].text },
			       rows[i].error, rows[i].pointer);
	/* A link follows from its method alone. */
	assert_issued(ASKED(WEB, ISSUE_LINKS, LINK A_OBJECT "}"), 1);
	/* Actions do instead of a permission. */
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    LINK A_OBJECT ",\"actions\":[\"GetObject\"]}"),
		      1);
}

/* All that is wrong is said at once; but where the request could not be read,
 * nothing is said to be missing from it. */
static void test_problems_together(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"method\":\"GET\",\"nope\":1}"),
		       ERROR_UNKNOWN_FIELD, "/nope");
	assert_int_equal(went.problems, 4);
	assert_refused(ASKED(WEB, ISSUE_BATCH, "{\"bucket\":"), ERROR_MALFORMED,
		       "");
	assert_int_equal(went.problems, 1);
}

static void test_ttl(void **state)
{
	(void)state;
	/* 15 minutes, where the caller may have as much. */
	assert_issued(ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}"), 1);
	assert_int_equal(went.ttl, 900);
	assert_issued(ASKED(BRIEF, ISSUE_BATCH, READ A_OBJECT "}"), 1);
	assert_int_equal(went.ttl, 60);
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    READ A_OBJECT ",\"ttlSeconds\":3600}"),
		      1);
	assert_int_equal(went.ttl, 3600);
	unit_assert_logged("\"ttlSeconds\":3600");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     READ A_OBJECT ",\"ttlSeconds\":3601}"),
		       ERROR_ACCESS_DENIED, "/ttlSeconds");
	assert_refused(ASKED(WEB, ISSUE_LINKS,
			     LINK A_OBJECT ",\"ttlSeconds\":3601}"),
		       ERROR_ACCESS_DENIED, "/ttlSeconds");
}

/* The field that asked for too much is the one that is pointed to. */
static void test_grant_is_asked_first(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"bucket\":\"nowhere\",\"permission\":"
			     "\"object-read-only\"" A_OBJECT "}"),
		       ERROR_ACCESS_DENIED, "/bucket");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"bucket\":\"uploads\",\"permission\":"
			     "\"object-read-write\"" A_OBJECT "}"),
		       ERROR_ACCESS_DENIED, "/permission");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     LINK ",\"actions\":[\"DeleteObject\"]" A_OBJECT
				  "}"),
		       ERROR_ACCESS_DENIED, "/actions");
	assert_refused(ASKED(WEB, ISSUE_LINKS,
			     LINK ",\"method\":\"DELETE\"" A_OBJECT "}"),
		       ERROR_ACCESS_DENIED, "/method");
	assert_refused(ASKED("nobody", ISSUE_BATCH, READ A_OBJECT "}"),
		       ERROR_UNAUTHORIZED, "");
}

/* ---- an empty list is not the whole bucket -------------------------------- */

static void test_empty_lists(void **state)
{
	static const struct {
		const char *text;
		const char *pointer;
	} rows[] = {
		{ READ ",\"objects\":[]}", "/objects" },
		{ READ ",\"prefixes\":[]}", "/prefixes" },
		{ READ ",\"objects\":[],\"prefixes\":[]}", "/objects" },
		{ "bucket=uploads&permission=object-read-only&objects=",
		  "/objects" },
		{ "bucket=uploads&permission=object-read-only&prefixes=%0A%0D",
		  "/prefixes" },
		{ "bucket=uploads&permission=object-read-only&manifest=%0A",
		  "/manifest" },
		{ "bucket=uploads&permission=object-read-only&manifest=key%0A"
		  "&manifestFormat=csv",
		  "/manifest" },
		{ "bucket=uploads&permission=object-read-only&manifest=%5B%5D",
		  "/manifest" },
	};
	static const enum issue_kind kinds[] = { ISSUE_SINGLE, ISSUE_BATCH };

	(void)state;
	/* Even for a caller who may have the whole bucket. */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t j = 0; j < 2; j++)
			assert_refused(ASKED(WHOLE, kinds[j], rows[i].text),
				       ERROR_EMPTY, rows[i].pointer);
}

static void test_whole_bucket(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_SINGLE, READ "}"), ERROR_ACCESS_DENIED,
		       "/objects");
	assert_refused(ASKED(BRIEF, ISSUE_SINGLE, READ "}"),
		       ERROR_ACCESS_DENIED, "/objects");
	assert_issued(ASKED(WHOLE, ISSUE_SINGLE, READ "}"), 1);
	assert_int_equal(went.warnings, 1);
	/* A batch or links of nothing are nothing. */
	assert_refused(ASKED(WHOLE, ISSUE_BATCH, READ "}"), ERROR_EMPTY,
		       "/objects");
	assert_refused(ASKED(WHOLE, ISSUE_LINKS, LINK "}"), ERROR_EMPTY,
		       "/objects");
}

/* ---- how many ------------------------------------------------------------- */

#define FOUR "\"public/a\",\"public/b\",\"public/c\",\"public/d\""

static void test_most_entries(void **state)
{
	(void)state;
	assert_issued(ASKED(WEB, ISSUE_BATCH, READ ",\"objects\":[" FOUR "]}"),
		      4);
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     READ ",\"objects\":[" FOUR ",\"public/e\"]}"),
		       ERROR_ACCESS_DENIED, "/objects/4");
	/* Of a single credential, too. */
	assert_refused(ASKED(WEB, ISSUE_SINGLE,
			     READ ",\"objects\":[" FOUR ",\"public/e\"]}"),
		       ERROR_ACCESS_DENIED, "/objects/4");
	assert_issued(ASKED(WHOLE, ISSUE_BATCH,
			    READ ",\"objects\":[" FOUR ",\"e\",\"f\"]}"),
		      6);
	assert_refused(ASKED(WHOLE, ISSUE_BATCH,
			     READ ",\"objects\":[" FOUR ",\"e\",\"f\",\"g\"]}"),
		       ERROR_TOO_LARGE, "/objects/6");
	/* The lists are counted together, and what is bad counts too. */
	assert_refused(ASKED(WHOLE, ISSUE_BATCH,
			     READ ",\"onError\":\"report\","
				  "\"objects\":[\"\",\"\",\"\"],"
				  "\"prefixes\":[" FOUR "]}"),
		       ERROR_TOO_LARGE, "/prefixes/3");
	/* So the one too many may itself be bad, and nothing behind it is read.
	 */
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     READ ",\"onError\":\"report\","
				  "\"objects\":[" FOUR ",\"\",\"\"]}"),
		       ERROR_ACCESS_DENIED, "/objects/4");
	assert_int_equal(went.problems, 1);
}

static void test_format_of_one(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_BATCH, READ ",\"objects\":[" FOUR "]}",
			     .format = "env"),
		       ERROR_BAD_VALUE, "/format");
	assert_issued(
		ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}", .format = "env"), 1);
	/* One credential is one, for however many keys. */
	assert_issued(ASKED(WEB, ISSUE_SINGLE, READ ",\"objects\":[" FOUR "]}",
			    .format = "env"),
		      1);
	assert_int_equal(went.rows, 1);
}

/* ---- reject and report ---------------------------------------------------- */

#define MIXED "[\"secret/a\",\"public/b\",\"\",\"public/d\"]"

static void test_reject(void **state)
{
	(void)state;
	assert_refused(ASKED(WEB, ISSUE_BATCH, READ ",\"objects\":" MIXED "}"),
		       ERROR_ACCESS_DENIED, "/objects/0");
	assert_int_equal(went.problems, 2);
	assert_string_equal(problems.list[1].pointer, "/objects/2");
	assert_int_equal(problems.list[1].error, ERROR_OBJECT_NAME);
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     READ ",\"onError\":\"reject\",\"objects"
				  "\":" MIXED "}"),
		       ERROR_ACCESS_DENIED, "/objects/0");
	assert_refused(ASKED(WEB, ISSUE_SINGLE, READ ",\"objects\":" MIXED "}"),
		       ERROR_ACCESS_DENIED, "/objects/0");
}

static void test_report(void **state)
{
	(void)state;
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    READ ",\"onError\":\"report\",\"objects"
				 "\":" MIXED "}"),
		      2);
	assert_int_equal(went.rows, 4);
	assert_int_equal(went.count, 2);
	assert_int_equal(went.failed, 2);
	unit_assert_logged("\"count\":2,\"failed\":2");
	unit_assert_logged("\"issued\":2");
	assert_non_null(strstr(went.answer, "{\"key\":\"secret/a\",\"error\":{"
					    "\"code\":10003"));
	assert_non_null(strstr(went.answer, "{\"key\":\"public/d\",\"access"));
	assert_null(strstr(went.answer, "{\"key\":\"secret/a\",\"access"));
	/* None good: an answer of failures, where the format can say so. */
	assert_issued(ASKED(WEB, ISSUE_LINKS,
			    LINK ",\"onError\":\"report\",\"objects"
				 "\":[\"secret/a\"]}"),
		      0);
	unit_assert_logged("\"count\":0,\"failed\":1");
	assert_refused(ASKED(WEB, ISSUE_LINKS,
			     LINK ",\"onError\":\"report\",\"objects"
				  "\":[\"secret/a\"]}",
			     .format = "metalink"),
		       ERROR_EMPTY, "/format");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_by_kind),
		cmocka_unit_test(test_problems_together),
		cmocka_unit_test(test_ttl),
		cmocka_unit_test(test_grant_is_asked_first),
		cmocka_unit_test(test_empty_lists),
		cmocka_unit_test(test_whole_bucket),
		cmocka_unit_test(test_most_entries),
		cmocka_unit_test(test_format_of_one),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_report),
	};

	return ORDER_RUN(tests);
}
