/* Content-Type and Accept. */
#include "unit.h"

#include "cgi/input/negotiate.h"

static void test_body(void **state)
{
	static const struct {
		const char *type;
		enum body_kind kind;
		const char *format;
	} cases[] = {
		{ "application/json", BODY_JSON, "" },
		{ "Application/JSON; Charset=\"UTF-8\"", BODY_JSON, "" },
		{ "application/json; charset=latin1", BODY_UNKNOWN, "" },
		{ "application/x-www-form-urlencoded", BODY_FORM, "" },
		{ "text/plain;charset=us-ascii", BODY_MANIFEST, "" },
		{ "application/x-ndjson", BODY_MANIFEST, "ndjson" },
		{ "text/csv; header=present", BODY_MANIFEST, "csv" },
		{ "text/tab-separated-values", BODY_MANIFEST, "csv" },
		{ "text/csv; charset=UTF-16", BODY_MANIFEST, "csv" },
		{ "application/x-ndjson; charset=utf-16le", BODY_MANIFEST,
		  "ndjson" },
		{ "text/csv; charset=utf-32", BODY_UNKNOWN, "" },
		{ "text/csv; charset=windows-1252", BODY_UNKNOWN, "" },
		{ "application/json; charset=utf-16", BODY_UNKNOWN, "" },
		{ "multipart/form-data; charset=utf-16", BODY_UNKNOWN, "" },
		{ "multipart/form-data; boundary=\"b\"", BODY_MULTIPART, "" },
		{ "multipart/mixed; boundary=b", BODY_UNKNOWN, "" },
		{ "application/octet-stream", BODY_UNKNOWN, "" },
		{ "application/jsonx", BODY_UNKNOWN, "" },
		{ "", BODY_UNKNOWN, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct manifest_reader *format;

		assert_int_equal(negotiate_body(slice_text(cases[i].type),
						&format),
				 cases[i].kind);
		assert_string_equal(format ? format->name : "",
				    cases[i].format);
	}
}

/* The types that are named are those that are taken. */
static void test_body_problem(void **state)
{
	struct problem problem;

	(void)state;
	assert_int_equal(negotiate_body_problem(&problem), ERROR_MEDIA_TYPE);
	assert_string_equal(problem.message,
			    "send application/json, a form "
			    "(application/x-www-form-urlencoded or "
			    "multipart/form-data), or a manifest as "
			    "application/x-ndjson, text/plain or text/csv, in "
			    "UTF-8");
}

static void test_encoding(void **state)
{
	static const char *const good[] = {
		"",
		"identity",
		"IDENTITY",
		" identity ",
		"identity, Identity",
		", identity,",
		"\tidentity\t",
	};
	static const char *const bad[] = {
		"gzip",        "GZip",    "identity, gzip", "gzip, identity",
		"br",          "deflate", "identity;q=1",   "identity identity",
		"aws-chunked",
	};
	struct problem problem;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(negotiate_encoding_check(slice_text(good[i]),
							  &problem),
				 ERROR_NONE);
	assert_int_equal(negotiate_encoding_check(slice_of(NULL, 0), &problem),
			 ERROR_NONE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(negotiate_encoding_check(slice_text(bad[i]),
							  &problem),
				 ERROR_MEDIA_TYPE);
		assert_non_null(strstr(problem.message, "Content-Encoding"));
	}
}

static void test_parameter(void **state)
{
	struct slice value = SLICE("none"), type;

	(void)state;
	type = slice_text("a/b;x=y; Boundary = \"q\" ; z");
	assert_int_equal(negotiate_parameter(type, "boundary", &value), 1);
	assert_true(slice_is(value, "q"));
	assert_int_equal(negotiate_parameter(type, "z", &value), 1);
	assert_true(slice_is(value, ""));
	assert_int_equal(negotiate_parameter(type, "a/b", &value), 0);
	type = slice_text("a/b;x=1;X=2");
	assert_int_equal(negotiate_parameter(type, "x", &value), 2);
	assert_true(slice_is(value, "2"));
	assert_int_equal(negotiate_parameter(slice_of(NULL, 0), "x", &value),
			 0);
}

static struct renderer renderer;

static void test_format(void **state)
{
	static const struct {
		const char *asked;
		const char *accept;
		enum error error;
		enum format_id format;
	} cases[] = {
		{ "", "", ERROR_NONE, FORMAT_JSON },
		{ "", "*/*", ERROR_NONE, FORMAT_JSON },
		{ "", "text/html,application/xhtml+xml,*/*;q=0.8", ERROR_NONE,
		  FORMAT_HTML },
		{ "", "application/x-ndjson", ERROR_NONE, FORMAT_NDJSON },
		{ "ndjson", "application/json", ERROR_NONE, FORMAT_NDJSON },
		{ "json", "image/png", ERROR_NONE, FORMAT_JSON },
		{ "", "application/json;profile=\"x\";q=0, application/json",
		  ERROR_NONE, FORMAT_JSON },
		{ "", "application/x-ndjson, application/json", ERROR_NONE,
		  FORMAT_NDJSON },
		{ "", "application/json, application/x-ndjson", ERROR_NONE,
		  FORMAT_JSON },
		{ "", "*/*, text/csv", ERROR_NONE, FORMAT_CSV },
		{ "", "text/csv;header=present", ERROR_NONE, FORMAT_CSV },
		{ "", "text/csv;header=absent", ERROR_NOT_ACCEPTABLE,
		  FORMAT_JSON },
		{ "", "text/csv;header=absent, text/html;q=.1", ERROR_NONE,
		  FORMAT_HTML },
		{ "", "application/json;q=0, *;q=.2", ERROR_NONE,
		  FORMAT_NDJSON },
		{ "", "text/*", ERROR_NONE, FORMAT_HTML },
		{ "", " ,", ERROR_NONE, FORMAT_JSON },
		{ "", "*/*;q=0", ERROR_NOT_ACCEPTABLE, FORMAT_JSON },
		{ "", "image/png", ERROR_NOT_ACCEPTABLE, FORMAT_JSON },
		{ "jsn", "text/html", ERROR_BAD_VALUE, FORMAT_HTML },
	};
	struct problem problem;

	(void)state;
	assert_int_equal(renderer_load(&renderer, NULL, NULL, &problem), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct format *format;

		assert_int_equal(negotiate_format(&renderer, FORMAT_CREDENTIALS,
						  slice_text(cases[i].asked),
						  slice_text(cases[i].accept),
						  &format, &problem),
				 cases[i].error);
		assert_int_equal(format - renderer.formats, cases[i].format);
	}
	assert_string_equal(problem.pointer, "/format");
	assert_non_null(strstr(problem.message, "did you mean 'json'"));
	renderer_free(&renderer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_body_problem),
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_parameter),
		cmocka_unit_test(test_format),
	};

	return UNIT_RUN(tests);
}
