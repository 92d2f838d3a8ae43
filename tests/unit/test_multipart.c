/* multipart/form-data: what is a part, what is a field, what is neither. */
#include "lib/base/problems.h"
#include "unit.h"

#include "cgi/input/multipart.h"

#define TYPE "multipart/form-data; boundary=b"
#define DISPOSITION "Content-Disposition: form-data; name="

static struct fields fields;
static struct problems problems;
static char *body;

static void read_as(const char *type, struct slice text, bool from_browser)
{
	/* Of its own size, so that a byte too far is seen. */
	free(body);
	body = malloc(text.length ? text.length : 1);
	assert_non_null(body);
	if (text.length > 0)
		memcpy(body, text.data, text.length);
	problems.count = 0;
	fields_begin(&fields);
	multipart_read(&fields, slice_text(type), body, text.length,
		       from_browser, &problems);
}

static void read_text(const char *text)
{
	read_as(TYPE, slice_text(text), false);
}

/* One part of this header (without its last CR LF) and content. */
static void read_one(const char *header, const char *content)
{
	static char text[4096];

	assert_true(snprintf(text, sizeof(text), "--b\r\n%s\r\n\r\n%s\r\n--b--",
			     header, content) < (int)sizeof(text));
	read_text(text);
}

static void assert_good(void)
{
	if (problems.count > 0)
		fail_msg("%s", problems.list[0].message);
}

static void assert_refused(enum error error, const char *words)
{
	if (problems.count != 1 || problems.list[0].error != error ||
	    !strstr(problems.list[0].message, words))
		fail_msg("%zu: %d %s; expected %d %s", problems.count,
			 (int)problems.list[0].error, problems.list[0].message,
			 (int)error, words);
}

/* ---- good ones ----------------------------------------------------------- */

static void test_fields(void **state)
{
	(void)state;
	read_text("--b\r\n" DISPOSITION "\"bucket\"\r\n\r\nportal\r\n"
		  "--b\r\n" DISPOSITION "permission\r\n"
		  "Content-Type: text/plain; charset=UTF-8\r\n\r\n"
		  "object-read-only\r\n"
		  "--b\r\n" DISPOSITION "\"objects\"\r\n\r\na\r\nb\r\n\r\n"
		  "--b\r\ncontent-disposition:form-data ;NAME = \"manifest\" ; "
		  "filename=\"list\"\r\n"
		  "Content-Transfer-Encoding: Binary\r\nX-Other: 1\r\n"
		  "CONTENT-TYPE: application/octet-stream\r\n\r\n"
		  "\r\nc\r\n--bb\r\n--b-\r\n --b\r\n\n--b\r\n\r\n--b-- \r\n");
	assert_good();
	assert_true(slice_is(fields.bucket, "portal"));
	assert_int_equal(fields.scope.permission, PERMISSION_OBJECT_READ_ONLY);
	assert_true(fields_has(&fields, FIELD_OBJECTS));
	/* Byte for byte, where it lies; only a whole line is a delimiter. */
	assert_true(slice_is(fields.manifest,
			     "\r\nc\r\n--bb\r\n--b-\r\n --b\r\n\n--b\r\n"));
	assert_null(fields.manifest_format);
	/* Not to be typed again. */
	assert_int_equal(fields.sent[FIELD_MANIFEST].length, 0);
	assert_true(fields.sent[FIELD_OBJECTS].length > 0);
}

static void test_shapes(void **state)
{
	static const char *const texts[] = {
		"\r\n--b\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n--b--\r\n",
		"--b \t\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n--b--",
		"--b\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n--b-- \r\n\r\n",
		"--b\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n--b--\r\n\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		read_text(texts[i]);
		assert_good();
		assert_true(slice_is(fields.bucket, "portal"));
	}
	read_text("--b--");
	assert_good();
	assert_int_equal(fields.given, 0);
}

static void test_boundaries(void **state)
{
	static const char longest[] = "0123456789012345678901234567890123456789"
				      "012345678901234567890123456789";
	static const char *const before[] = {
		"multipart/form-data; boundary=",
		"multipart/form-data;charset=utf-8; Boundary=\"",
		"multipart/form-data;boundary=",
	};
	static const char *const behind[] = { "", "\"", ";x=y" };
	static const char *const boundaries[] = {
		"----WebKitFormBoundary7MA4YWxkTrZu0gW",
		"------------------------d74496d66958873e",
		"'()+_,-./:=?",
		"-",
		"--",
		longest
	};
	char type[256], text[512];

	(void)state;
	for (size_t i = 0; i < 18; i++) {
		const char *b = boundaries[i / 3];

		snprintf(type, sizeof(type), "%s%s%s", before[i % 3], b,
			 behind[i % 3]);
		snprintf(text, sizeof(text),
			 "--%s\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n"
			 "--%s--\r\n",
			 b, b);
		read_as(type, slice_text(text), false);
		assert_good();
		assert_true(slice_is(fields.bucket, "portal"));
	}
}

/* Empty content, with its own line end or sharing that of the header. */
static void test_empty_parts(void **state)
{
	static const char *const texts[] = {
		"--b\r\n" DISPOSITION "format\r\n\r\n\r\n--b\r\n" DISPOSITION
		"bucket\r\n\r\nportal\r\n--b--",
		"--b\r\n" DISPOSITION "format\r\n\r\n--b\r\n" DISPOSITION
		"bucket\r\n\r\nportal\r\n--b--",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		read_text(texts[i]);
		assert_good();
		assert_true(fields_has(&fields, FIELD_FORMAT));
		assert_int_equal(fields.format.length, 0);
		assert_true(slice_is(fields.bucket, "portal"));
		/* What a browser leaves empty is not given. */
		read_as(TYPE, slice_text(texts[i]), true);
		assert_good();
		assert_false(fields_has(&fields, FIELD_FORMAT));
	}
	/* Not a delimiter, hence content. */
	read_text("--b\r\n" DISPOSITION "manifest\r\n\r\n--bx\r\n--b--");
	assert_good();
	assert_true(slice_is(fields.manifest, "--bx"));
}

static void test_no_file(void **state)
{
	static const char text[] =
		"--b\r\n" DISPOSITION "\"bucket\"\r\n\r\nportal\r\n"
		"--b\r\n" DISPOSITION "\"manifest\"; filename=\"\"\r\n"
		"Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n";

	(void)state;
	for (int from_browser = 0; from_browser < 2; from_browser++) {
		read_as(TYPE, slice_text(text), from_browser);
		/* A form without any list must not mean the whole bucket. */
		assert_refused(ERROR_EMPTY, "at least one object");
		assert_false(fields_has(&fields, FIELD_MANIFEST));
	}
	read_text("--b\r\n" DISPOSITION "objects\r\n\r\na\r\n"
		  "--b\r\n" DISPOSITION "manifest; filename=\"\"\r\n\r\n\r\n"
		  "--b--");
	assert_good();
	/* But a file that is there and empty was meant. */
	read_text("--b\r\n" DISPOSITION "manifest; filename=\"a.txt\"\r\n\r\n"
		  "\r\n--b--");
	assert_refused(ERROR_EMPTY, "manifest is empty");
	read_text("--b\r\n" DISPOSITION "manifest\r\n\r\n\r\n--b--");
	assert_refused(ERROR_EMPTY, "manifest is empty");
}

/* ---- the manifest's format ----------------------------------------------- */

/* "" where it is still to be guessed. */
static const char *format_name(void)
{
	return fields.manifest_format ? fields.manifest_format->name : "";
}

static void test_formats(void **state)
{
	static const struct {
		const char *more;
		const char *format;
	} cases[] = {
		{ "", "" },
		{ "; filename=a.csv", "csv" },
		{ "; filename=\"C:\\x\\a.CSV\"", "csv" },
		{ "; filename=\"a;b.csv\"", "csv" },
		{ "; filename=\"a\\\".csv\"", "csv" },
		{ "; filename=\"%22.csv\"", "csv" },
		{ "; filename=\"a.csv%0d%0A\"", "" },
		{ "; filename=\"a%2Ecsv\"", "" },
		{ "; filename=SHA256SUMS", "sha256sum" },
		{ "; filename=list", "" },
		{ "\r\nContent-Type: text/csv", "csv" },
		{ "; filename=a.txt\r\nContent-Type: text/csv; charset=utf-8",
		  "csv" },
		{ "; filename=a.txt\r\nContent-Type: application/x-ndjson",
		  "ndjson" },
		{ "; filename=a.txt\r\nContent-Type: application/json",
		  "json" },
		/* What says nothing. */
		{ "\r\nContent-Type: text/plain", "" },
		{ "; filename=manifest-sha256.txt\r\nContent-Type: text/plain",
		  "sha256sum" },
		{ "; filename=a.csv\r\nContent-Type: application/vnd.ms-excel",
		  "csv" },
		{ "; filename=a.txt\r\nContent-Type: text/plain", "" },
		{ "; filename=a.lst", "" },
		{ "; filename=MD5SUMS\r\nContent-Type: text/plain", "other" },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), DISPOSITION "manifest%s",
			 cases[i].more);
		read_one(text, "a");
		assert_good();
		assert_true(slice_is(fields.manifest, "a"));
		if (strcmp(format_name(), cases[i].format) != 0)
			fail_msg("%s: %s", cases[i].more, format_name());
	}
}

/* What is said outright wins, before the file or behind it. */
static void test_format_said(void **state)
{
#define SAID "--b\r\n" DISPOSITION "manifestFormat\r\n\r\nlines\r\n"
#define FILE "--b\r\n" DISPOSITION "manifest; filename=a.csv\r\n\r\na\r\n"
	(void)state;
	read_text(SAID FILE "--b--");
	assert_good();
	assert_string_equal(format_name(), "lines");
	read_text(FILE SAID "--b--");
	assert_good();
	assert_string_equal(format_name(), "lines");
	read_text(FILE FILE "--b--");
	assert_refused(ERROR_DUPLICATE_FIELD, "manifest");
#undef SAID
#undef FILE
}

/* ---- what is refused ----------------------------------------------------- */

static void test_no_boundary(void **state)
{
	static const struct {
		const char *type, *words;
	} cases[] = {
		{ "multipart/form-data", "names no boundary" },
		{ "multipart/form-data; charset=utf-8", "names no boundary" },
		{ "multipart/form-data; boundary=", "not 1 to 70" },
		{ "multipart/form-data; boundary", "not 1 to 70" },
		{ "multipart/form-data; boundary=\"\"", "not 1 to 70" },
		{ "multipart/form-data; boundary=a\"b", "not 1 to 70" },
		{ "multipart/form-data; boundary=\"a \"", "not 1 to 70" },
		{ "multipart/form-data; boundary=b\xC3\xA9", "not 1 to 70" },
		{ "multipart/form-data; boundary=b; boundary=b",
		  "two boundaries" },
		{ "multipart/form-data; boundary="
		  "0123456789012345678901234567890123456789"
		  "0123456789012345678901234567890",
		  "not 1 to 70" },
		{ "multipart/form-data; boundary=B", "not in the body" },
		{ "multipart/form-data; boundary=bb", "not in the body" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_as(cases[i].type,
			slice_text("--b\r\n" DISPOSITION "bucket\r\n\r\nportal"
				   "\r\n--b--"),
			false);
		assert_refused(ERROR_MALFORMED, cases[i].words);
	}
}

/* UTF-16 is decoded in manifests alone. */
static void test_utf16(void **state)
{
	(void)state;
	read_one(DISPOSITION "manifest\r\nContent-Type: text/csv; "
			     "charset=utf-16",
		 "x");
	assert_good();
	assert_string_equal(fields.manifest_format->name, "csv");
	read_one("Content-Type: text/plain; charset=UTF-16\r\n" DISPOSITION
		 "objects",
		 "x");
	assert_refused(ERROR_MALFORMED, "not in UTF-8");
	read_one("Content-Type: text/plain; charset=utf-32\r\n" DISPOSITION
		 "manifest",
		 "x");
	assert_refused(ERROR_MALFORMED, "not in UTF-8");
}

/* What stands outside the boundaries is to be ignored (RFC 2046, 5.1.1). */
static void test_comments(void **state)
{
	static const char *const befores[] = {
		"",
		"\r\n",
		"\r\n\r\n\n \r\n",
		"This is a multi-part message.\r\n",
		"MIME-Version: 1.0\r\nContent-Type: " TYPE "\r\n\r\n",
		/* What looks like the boundary but is within a line, or goes
		 * on behind it. */
		"the boundary is --b, and --b--\r\n",
		"\r\n--bb\r\n--b x\r\n--b-\r\n",
		"\n--b\r\n",
	};
	static const char *const afters[] = {
		"",
		"\r\n",
		"\r\nbye",
		" \t\r\n",
		"\r\n\r\n--b-\r\n--b--\r\n",
		"\r\nthe Content-Disposition: was read\r\n",
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(befores) / sizeof(befores[0]); i++) {
		for (size_t j = 0; j < sizeof(afters) / sizeof(afters[0]);
		     j++) {
			snprintf(text, sizeof(text),
				 "%s--b \t\r\n" DISPOSITION
				 "bucket\r\n\r\nportal\r\n--b\t\r\n" DISPOSITION
				 "manifest\r\n\r\na\r\n\r\n--b--%s",
				 befores[i], afters[j]);
			read_text(text);
			assert_good();
			assert_true(slice_is(fields.bucket, "portal"));
			/* The line end before the boundary is not content. */
			assert_true(slice_is(fields.manifest, "a\r\n"));
		}
	}
}

/* A part outside the boundaries would be lost, with the list in it. */
static void test_lost_parts(void **state)
{
	static const char part[] = DISPOSITION "objects\r\n\r\na\r\n";
	static const char good[] = "--b\r\n" DISPOSITION
				   "bucket\r\n\r\nportal\r\n";
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), "--bb\r\n%s%s--b--", part, good);
	read_text(text);
	assert_refused(ERROR_MALFORMED, "outside the boundaries");
	snprintf(text, sizeof(text), "%s\r\n%s--b--", part, good);
	text[0] = 'c';
	read_text(text);
	assert_refused(ERROR_MALFORMED, "outside the boundaries");
	snprintf(text, sizeof(text), "%s--b--\r\n--b\r\n%s--b--", good, part);
	read_text(text);
	assert_refused(ERROR_MALFORMED, "outside the boundaries");
}

static void test_broken(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "", "not in the body" },
		{ "--", "not in the body" },
		{ "--b", "not in the body" },
		{ "--b\n" DISPOSITION "bucket\n\na\n--b--\n",
		  "not in the body" },
		{ "bucket=portal", "not in the body" },
		{ "--b\r\n", "no end" },
		{ "--b\r\n" DISPOSITION "bucket", "no end" },
		{ "--b\r\n" DISPOSITION "bucket\r\n", "no end" },
		{ "--b\r\n" DISPOSITION "bucket\r\n\r\n", "the body was cut" },
		{ "--b\r\n" DISPOSITION "bucket\r\n\r\nportal",
		  "the body was cut" },
		{ "--b\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n--b",
		  "the body was cut" },
		{ "--b\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n--b-",
		  "the body was cut" },
		{ "--b\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n--b\r\n",
		  "part 2 of the form: its header has no end" },
		{ "--b\r\n" DISPOSITION "bucket\r\n\r\nportal\r\n--b--x",
		  "the body was cut" },
		{ "--b\r\n" DISPOSITION "bucket\r\n\r\nportal\n--b--",
		  "the body was cut" },
		{ "--b--\r\n--b\r\n" DISPOSITION "bucket\r\n\r\nb\r\n--b--",
		  "outside the boundaries" },
		{ "--b\r\n\r\nportal\r\n--b--", "no name" },
		/* A header that lost its end must not swallow the next part. */
		{ "--b\r\n" DISPOSITION "objects\r\n--b\r\n" DISPOSITION
		  "bucket\r\n\r\nportal\r\n--b--",
		  "not \"name: value\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_text(cases[i].text);
		assert_refused(ERROR_MALFORMED, cases[i].words);
		assert_string_equal(problems.list[0].pointer, "");
	}
}

static void test_headers_refused(void **state)
{
	static const struct {
		const char *header, *words;
	} cases[] = {
		{ "Content-Type: text/plain", "no name" },
		{ "Content-Disposition: form-data", "no name" },
		{ "Content-Disposition: form-data; filename=a", "no name" },
		{ "Content-Disposition:", "there once and be form-data" },
		{ "Content-Disposition: attachment; name=bucket",
		  "there once and be form-data" },
		{ DISPOSITION "bucket\r\n" DISPOSITION "bucket",
		  "there once and be form-data" },
		{ DISPOSITION "bucket; name=bucket", "two names" },
		{ DISPOSITION "manifest; filename=a; filename=b", "two names" },
		{ DISPOSITION "\"bucket", "can't be read" },
		{ DISPOSITION "\"bucket\\\"", "can't be read" },
		{ DISPOSITION "\"bucket\"x", "can't be read" },
		{ "Content-Disposition: form-data; =bucket", "can't be read" },
		{ "Content-Disposition: form-data; name", "can't be read" },
		{ "Content-Disposition: form-data name=bucket",
		  "can't be read" },
		{ "Content-Disposition: form-data; name=bucket;",
		  "can't be read" },
		{ DISPOSITION "manifest\r\nContent-Type: multipart/mixed; "
			      "boundary=c",
		  "itself multipart" },
		{ DISPOSITION "manifest\r\nContent-Type: Multipart/Form-Data",
		  "itself multipart" },
		{ DISPOSITION "manifest\r\nContent-Type: text/csv; "
			      "charset=iso-8859-1",
		  "not in UTF-8" },
		{ DISPOSITION "manifest\r\nContent-Type: text/csv\r\n"
			      "Content-Type: text/csv",
		  "two types" },
		{ DISPOSITION "manifest\r\nContent-Transfer-Encoding: base64",
		  "encoded" },
		{ DISPOSITION "\"bucket\"\r\n folded: 1",
		  "not \"name: value\"" },
		{ DISPOSITION "\"bucket\"\r\nnothing", "not \"name: value\"" },
		{ DISPOSITION "\"bucket\"\r\n: nothing",
		  "not \"name: value\"" },
		{ DISPOSITION "\"bucket\n\"", "control character" },
		{ DISPOSITION "\"bucket\r\"", "control character" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_one(cases[i].header, "portal");
		assert_refused(ERROR_MALFORMED, cases[i].words);
	}
	read_one(DISPOSITION "\"buckett\"", "portal");
	assert_refused(ERROR_UNKNOWN_FIELD, "did you mean 'bucket'");
	read_one(DISPOSITION "\"\"", "portal");
	assert_refused(ERROR_UNKNOWN_FIELD, "no field");
	read_one(DISPOSITION "\"bucket\"", "port\xFF");
	assert_refused(ERROR_MALFORMED, "UTF-8");
	read_one(DISPOSITION "\"\xFF\"", "portal");
	assert_refused(ERROR_MALFORMED, "UTF-8");
}

/* 8 KiB and not a byte more; a megabyte is refused for the same reason. */
static void test_header_lengths(void **state)
{
	static const size_t lengths[] = { 8190, 8191, 8192, 8193, 1 << 20 };
	static char text[(1 << 20) + 64];

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char *header = text + sprintf(text, "--b\r\n"), *p = header;

		p += sprintf(p, DISPOSITION "bucket\r\nX: ");
		memset(p, 'x', lengths[i] - 4 - (size_t)(p - header));
		p = header + lengths[i] - 4;
		sprintf(p, "\r\n\r\nportal\r\n--b--");
		read_text(text);
		if (lengths[i] <= MULTIPART_HEADER_MAX)
			assert_good();
		else
			assert_refused(ERROR_MALFORMED, "8 KiB");
	}
}

/* All that was found before is forgotten when the rest can't be read. */
static void test_one_problem(void **state)
{
	(void)state;
	read_text("--b\r\n" DISPOSITION
		  "unknown\r\n\r\na\r\n--b\r\n" DISPOSITION
		  "bucket\r\n\r\nportal");
	assert_refused(ERROR_MALFORMED, "part 2 of the form");
	read_text("--b\r\n" DISPOSITION
		  "unknown\r\n\r\na\r\n--b\r\n" DISPOSITION
		  "bucket\r\n\r\nX\r\n--b--");
	assert_int_equal(problems.count, 2);
}

/* Cut anywhere, a body is refused. */
static void test_truncated(void **state)
{
	static const char whole[] =
		"--b\r\n" DISPOSITION "\"bucket\"\r\n\r\nportal\r\n"
		"--b\r\n" DISPOSITION "\"manifest\"; filename=\"a.csv\"\r\n"
		"Content-Type: text/csv\r\n\r\nkey\na\n\r\n--b--";

	(void)state;
	for (size_t length = 0; length < sizeof(whole) - 1; length++) {
		read_as(TYPE, slice_of(whole, length), false);
		assert_int_equal(problems.count, 1);
		assert_int_equal(problems.list[0].error, ERROR_MALFORMED);
	}
	read_as(TYPE, slice_of(whole, sizeof(whole) - 1), false);
	assert_good();
}

static int forget(void **state)
{
	(void)state;
	free(body);
	body = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_boundaries),
		cmocka_unit_test(test_empty_parts),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_format_said),
		cmocka_unit_test(test_no_boundary),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_lost_parts),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_headers_refused),
		cmocka_unit_test(test_header_lengths),
		cmocka_unit_test(test_one_problem),
		cmocka_unit_test_teardown(test_truncated, forget),
	};

	return UNIT_RUN(tests);
}
