/* The formats, with the templates as they are: byte for byte, and with every
 * kind of text that a key or a message may hold. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/date.h"
#include "rendered.h"

/* One row of entries, and what each list gives. */
struct row {
	const char *key;
	const char *prefix;
	const char *error; /* message of a failed entry */
	/* of a link */
	const char *url;
	const char *sha256;
	enum value method; /* VALUE_IS_PUT ..., or 0: GET */
	bool differs;
};

struct answer {
	const struct row *rows;
	size_t row_count;
	const char *const *messages;
	size_t message_count;
	size_t row;
	size_t message;
	char number[8];
	size_t header; /* the next one */
	struct slice values[VALUE_NUMBER_OF_NAMES];
};

static void set(struct answer *answer, enum value value, const char *text)
{
	answer->values[value] = slice_text(text);
}

static void set_link(struct answer *answer, const struct row *row)
{
	set(answer, VALUE_URL, row->url);
	set(answer, VALUE_NAME, row->key);
	set(answer, VALUE_SHA256, row->sha256);
	set(answer, VALUE_METHOD, row->method ? "VERB" : "GET");
	set(answer, VALUE_IS_GET, row->method ? NULL : "1");
	set(answer, VALUE_IS_PUT, NULL);
	set(answer, VALUE_IS_HEAD, NULL);
	set(answer, VALUE_IS_DELETE, NULL);
	if (row->method)
		set(answer, row->method, "1");
	set(answer, VALUE_DIFFERS, row->differs ? "1" : NULL);
}

static void set_row(struct answer *answer, const struct row *row)
{
	bool good = !row->error;

	set_link(answer, row);
	set(answer, VALUE_KEY, row->key);
	set(answer, VALUE_PREFIX, row->prefix);
	set(answer, VALUE_ACCESS_KEY_ID, good ? "id0" : NULL);
	set(answer, VALUE_SECRET_ACCESS_KEY, good ? "5ec4e7" : NULL);
	set(answer, VALUE_SESSION_TOKEN, good ? "t0k/+==" : NULL);
	set(answer, VALUE_EXPIRES_AT, good ? "2026-02-03T04:05:06Z" : NULL);
	set(answer, VALUE_ERROR_CODE, good ? NULL : "10020");
	set(answer, VALUE_ERROR_MESSAGE, row->error);
}

/* A PUT has two, the others none. */
static bool next_header(struct answer *answer)
{
	size_t header = answer->header++;

	if (header == 2 || answer->values[VALUE_IS_PUT].length == 0) {
		answer->header = 0;
		return false;
	}
	set(answer, VALUE_FIRST, header == 0 ? "1" : NULL);
	set(answer, VALUE_HEADER_NAME,
	    header == 0 ? "Content-Type" : "Content-Length");
	set(answer, VALUE_HEADER_VALUE, header == 0 ? "a/b; c=\"d\"" : "=5");
	set(answer, VALUE_BY_CLIENT, header == 0 ? NULL : "1");
	return true;
}

static bool answer_next(void *context, size_t list)
{
	struct answer *answer = context;

	if (list == VALUE_HEADERS)
		return next_header(answer);
	if (list == VALUE_ENTRIES) {
		snprintf(answer->number, sizeof(answer->number), "%zu",
			 answer->row);
		set(answer, VALUE_ROW, answer->number);
		set(answer, VALUE_FIRST, answer->row == 0 ? "1" : NULL);
		if (answer->row == answer->row_count)
			return false;
		set_row(answer, &answer->rows[answer->row++]);
		return true;
	}
	if (list != VALUE_MESSAGES || answer->message == answer->message_count)
		return false;
	set(answer, VALUE_FIRST, answer->message == 0 ? "1" : NULL);
	set(answer, VALUE_MESSAGE, answer->messages[answer->message++]);
	return true;
}

static struct renderer renderer;

static int load(void **state)
{
	struct problem problem;

	(void)state;
	if (renderer_load(&renderer, NULL, NULL, &problem) == ERROR_NONE)
		return 0;
	printf("# %s\n", problem.message);
	return -1;
}

static int unload(void **state)
{
	(void)state;
	renderer_free(&renderer);
	renderer_free(&renderer);
	return 0;
}

/* What the template makes of it; the caller frees. */
static char *rendered(const struct template *template, struct answer *answer)
{
	struct template_data data = { answer->values, answer_next, answer };
	char window[SINK_MIN];
	struct buffer out = { 0 };
	struct sink sink;

	sink_to_buffer(&sink, window, sizeof(window), &out);
	template_run(template, &data, &sink);
	assert_true(sink_flush(&sink));
	assert_true(buffer_add(&out, "", 1));
	return out.data;
}

static void expect(enum format_id format, struct answer *answer,
		   const char *expected)
{
	char *text;

	set(answer, VALUE_CR, "\r");
	text = rendered(renderer.templates[format], answer);
	assert_string_equal(text, expected);
	free(text);
}

static const struct row two_rows[] = {
	{ .key = "a/b.txt" },
	{ .prefix = "users/ann/" },
};

static void test_json_batch(void **state)
{
	struct answer answer = { .rows = two_rows, .row_count = 2 };

	(void)state;
	set(&answer, VALUE_COUNT, "2");
	set(&answer, VALUE_FAILED, "0");
	expect(FORMAT_JSON, &answer,
	       "{\"result\":[{\"key\":\"a/b.txt\",\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"},"
	       "{\"prefix\":\"users/ann/\",\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"}],\n"
	       "\"result_info\":{\"count\":2,\"failed\":0},\"errors\":[],"
	       "\"messages\":[],\"success\":true}\n");
}

static void test_json_single(void **state)
{
	static const struct row row = { .key = NULL };
	static const char *const messages[] = { "one", "t\"wo" };
	struct answer answer = { .rows = &row,
				 .row_count = 1,
				 .messages = messages,
				 .message_count = 2 };

	(void)state;
	set(&answer, VALUE_SINGLE, "1");
	set(&answer, VALUE_COUNT, "1");
	set(&answer, VALUE_FAILED, "0");
	expect(FORMAT_JSON, &answer,
	       "{\"result\":{\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"},\n"
	       "\"result_info\":{\"count\":1,\"failed\":0},\"errors\":[],"
	       "\"messages\":[\"one\",\"t\\\"wo\"],\"success\":true}\n");
}

/* Under onError=report; an entry whose key could not be read has "". */
static void test_json_failed_entries(void **state)
{
	static const struct row rows[] = {
		{ .key = "bad\nkey", .error = "not \"allowed\"" },
		{ .prefix = "p/", .error = "no" },
		{ .error = "unreadable" },
	};
	struct answer answer = { .rows = rows, .row_count = 3 };

	(void)state;
	set(&answer, VALUE_COUNT, "0");
	set(&answer, VALUE_FAILED, "3");
	expect(FORMAT_JSON, &answer,
	       "{\"result\":[{\"key\":\"bad\\nkey\",\"error\":{\"code\":10020,"
	       "\"message\":\"not \\\"allowed\\\"\"}},"
	       "{\"prefix\":\"p/\",\"error\":{\"code\":10020,"
	       "\"message\":\"no\"}},"
	       "{\"key\":\"\",\"error\":{\"code\":10020,"
	       "\"message\":\"unreadable\"}}],\n"
	       "\"result_info\":{\"count\":0,\"failed\":3},\"errors\":[],"
	       "\"messages\":[],\"success\":true}\n");
}

static void test_ndjson(void **state)
{
	static const struct row rows[] = {
		{ .key = "a" },
		{ .key = "b", .error = "no" },
		{ .prefix = "c/" },
	};
	static const char *const messages[] = { "mind" };
	struct answer answer = { .rows = rows,
				 .row_count = 3,
				 .messages = messages,
				 .message_count = 1 };

	(void)state;
	set(&answer, VALUE_COUNT, "2");
	set(&answer, VALUE_FAILED, "1");
	expect(FORMAT_NDJSON, &answer,
	       "{\"key\":\"a\",\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"}\n"
	       "{\"key\":\"b\",\"error\":{\"code\":10020,"
	       "\"message\":\"no\"}}\n"
	       "{\"prefix\":\"c/\",\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"}\n"
	       "{\"result_info\":{\"count\":2,\"failed\":1},"
	       "\"messages\":[\"mind\"],\"success\":true}\n");
}

/* Every byte a key may hold, in each context: fails with any other escaper. */
static const char hostile[] = "\x01\b\t\n\f\r\x1f\x7f \"'\\/&<>"
			      "</script><!--{{key}}]]>\xc3\xa9\xf0\x9f\x94\x91";
static const char hostile_json[] =
	"\\u0001\\b\\t\\n\\f\\r\\u001f\x7f \\\"'\\\\/&<>"
	"</script><!--{{key}}]]>\xc3\xa9\xf0\x9f\x94\x91";
static const char hostile_html[] =
	"\x01\b\t\n\f&#13;\x1f\x7f &quot;&#39;\\/&amp;&lt;&gt;"
	"&lt;/script&gt;&lt;!--{{key}}]]&gt;\xc3\xa9\xf0\x9f\x94\x91";

static void expect_within(const char *text, const char *before,
			  const char *expected, const char *after)
{
	char wanted[512];

	snprintf(wanted, sizeof(wanted), "%s%s%s", before, expected, after);
	if (!strstr(text, wanted))
		fail_msg("no %s in %s", wanted, text);
}

static void test_hostile_texts(void **state)
{
	static const struct row rows[] = {
		{ .key = hostile },
		{ .prefix = hostile },
		{ .key = hostile, .error = hostile },
	};
	static const char *const messages[] = { hostile };
	static const struct {
		enum format_id format;
		const char *escaped;
		const char *around[4][2];
	} cases[] = {
		{ FORMAT_JSON,
		  hostile_json,
		  { { "{\"key\":\"", "\",\"accessKeyId\"" },
		    { "{\"prefix\":\"", "\",\"accessKeyId\"" },
		    { "\"message\":\"", "\"}}],\n" },
		    { "\"messages\":[\"", "\"],\"success\":true}\n" } } },
		{ FORMAT_NDJSON,
		  hostile_json,
		  { { "\n{\"prefix\":\"", "\",\"accessKeyId\"" },
		    { "\n{\"key\":\"", "\",\"error\"" },
		    { "\"message\":\"", "\"}}\n" },
		    { "\"messages\":[\"", "\"],\"success\":true}\n" } } },
		{ FORMAT_HTML,
		  hostile_html,
		  { { "data-name=\"Opens\"><code>", "</code></td>" },
		    { "data-name=\"Opens\"><code>", "</code>&hellip;" },
		    { "data-name=\"Not issued\">", " (10020)</td>" },
		    { "<p class=\"note\">", "</p>" } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct answer answer = { .rows = rows,
					 .row_count = 3,
					 .messages = messages,
					 .message_count = 1 };
		char *text =
			rendered(renderer.templates[cases[i].format], &answer);

		for (size_t j = 0; j < 4; j++)
			expect_within(text, cases[i].around[j][0],
				      cases[i].escaped, cases[i].around[j][1]);
		free(text);
	}
}

/* ---- the formats that other programs read --------------------------------- */

/* With what is special in the format, and a failed row that tries to be more
 * than a comment. */
static const struct row credential_rows[] = {
	{ .key = "a'\"b" },
	{ .prefix = "p/\xc3\xa9 #" },
	{ .key = "no\nexport X=1", .error = "not\n[this]" },
};

static void expect_credentials(enum format_id format, size_t row_count,
			       const char *expected)
{
	struct answer answer = { .rows = credential_rows,
				 .row_count = row_count };

	set(&answer, VALUE_ENDPOINT, "https://h");
	set(&answer, VALUE_BUCKET, "bkt");
	expect(format, &answer, expected);
}

#define AWS_KEYS                           \
	"aws_access_key_id = id0\n"        \
	"aws_secret_access_key = 5ec4e7\n" \
	"aws_session_token = t0k/+==\n\n"
#define RCLONE_KEYS                    \
	"type = s3\n"                  \
	"provider = Cloudflare\n"      \
	"access_key_id = id0\n"        \
	"secret_access_key = 5ec4e7\n" \
	"session_token = t0k/+==\n"    \
	"region = auto\n"              \
	"endpoint = https://h\n"       \
	"acl = private\n"              \
	"no_check_bucket = true\n\n"

#define CSV_HEADER                                             \
	"key,prefix,accessKeyId,secretAccessKey,sessionToken," \
	"expiresAt,errorCode,errorMessage\r\n"
#define CSV_SECRETS ",id0,5ec4e7,t0k/+==,2026-02-03T04:05:06Z,,\r\n"
#define CSV_CREDENTIALS                                        \
	CSV_HEADER "\"a'\"\"b\",\"\"" CSV_SECRETS              \
		   "\"\",\"p/\xc3\xa9 #\"" CSV_SECRETS         \
		   "\"no\nexport X=1\",\"\",,,,,10020,\"not\n" \
		   "[this]\"\r\n"

static void test_credential_files(void **state)
{
	(void)state;
	expect_credentials(
		FORMAT_AWS, 3,
		"# https://h bkt\n\n# key: a'\"b\n"
		"# expires: 2026-02-03T04:05:06Z\n"
		"[mintage-0]\n" AWS_KEYS "# prefix: p/\xc3\xa9 #\n"
		"# expires: 2026-02-03T04:05:06Z\n"
		"[mintage-1]\n" AWS_KEYS
		"# no\\x0aexport X=1: error 10020: not\\x0a[this]\n\n"
		"# end: 3 entries\n");
	expect_credentials(
		FORMAT_RCLONE, 3,
		"# bucket: bkt\n\n# key: a'\"b\n"
		"# expires: 2026-02-03T04:05:06Z\n"
		"[mintage-0]\n" RCLONE_KEYS "# prefix: p/\xc3\xa9 #\n"
		"# expires: 2026-02-03T04:05:06Z\n"
		"[mintage-1]\n" RCLONE_KEYS
		"# no\\x0aexport X=1: error 10020: not\\x0a[this]\n\n"
		"# end: 3 entries\n");
	expect_credentials(FORMAT_CSV, 3, CSV_CREDENTIALS);
	expect_credentials(FORMAT_CSV_EXACT, 3, CSV_CREDENTIALS);
}

/* Rows end in CR and LF, as in RFC 4180. What a spreadsheet could take for a
 * formula has a ' before it in csv, and is as it is in csv-exact. */
static void test_csv_cells(void **state)
{
	static const struct row rows[] = {
		{ .key = "=1+1" },
		{ .prefix = "@a\r\n/" },
		{ .key = "-k", .error = "+no" },
	};
	struct answer answer = { .rows = rows, .row_count = 3 };

	(void)state;
	expect(FORMAT_CSV, &answer,
	       CSV_HEADER "\"'=1+1\",\"\"" CSV_SECRETS
			  "\"\",\"'@a\r\n/\"" CSV_SECRETS
			  "\"'-k\",\"\",,,,,10020,\"'+no\"\r\n");
	answer.row = 0;
	expect(FORMAT_CSV_EXACT, &answer,
	       CSV_HEADER "\"=1+1\",\"\"" CSV_SECRETS
			  "\"\",\"@a\r\n/\"" CSV_SECRETS
			  "\"-k\",\"\",,,,,10020,\"+no\"\r\n");
}

static void test_one_credential(void **state)
{
	struct answer bad = { .rows = &credential_rows[2], .row_count = 1 };

	(void)state;
	expect_credentials(FORMAT_ENV, 1,
			   "export AWS_ACCESS_KEY_ID='id0'\n"
			   "export AWS_SECRET_ACCESS_KEY='5ec4e7'\n"
			   "export AWS_SESSION_TOKEN='t0k/+=='\n"
			   "export MINTAGE_EXPIRES_AT='2026-02-03T04:05:06Z'\n"
			   "export MINTAGE_ENDPOINT='https://h'\n"
			   "export MINTAGE_BUCKET='bkt'\n"
			   "export MINTAGE_KEY='a'\\''\"b'\n"
			   "unset MINTAGE_PREFIX\n"
			   "# end: 1 entries\n");
	expect(FORMAT_ENV, &bad,
	       "# not issued: error 10020\n# end: 1 entries\n");
	expect_credentials(FORMAT_PROCESS, 1,
			   "{\"Version\":1,\"AccessKeyId\":\"id0\","
			   "\"SecretAccessKey\":\"5ec4e7\","
			   "\"SessionToken\":\"t0k/+==\","
			   "\"Expiration\":\"2026-02-03T04:05:06Z\"}\n");
	expect_credentials(FORMAT_CONTAINER, 1,
			   "{\"AccessKeyId\":\"id0\","
			   "\"SecretAccessKey\":\"5ec4e7\","
			   "\"Token\":\"t0k/+==\","
			   "\"Expiration\":\"2026-02-03T04:05:06Z\"}\n");
	bad.row = 0;
	expect(FORMAT_PROCESS, &bad,
	       "{\"Code\":\"10020\",\"Message\":\"not\\n[this]\"}\n");
}

static const struct row link_rows[] = {
	{ .key = "a \"b\"&\\", .url = "https://h/a?x&y", .sha256 = "feed" },
	{ .key = "no\n out=z", .error = "not\nthis" },
	{ .key = "c", .url = "https://h/c" },
};

static void expect_links(enum format_id format, const char *expected)
{
	struct answer answer = { .rows = link_rows, .row_count = 3 };

	set(&answer, VALUE_LINKS, "1");
	expect(format, &answer, expected);
}

static void test_links(void **state)
{
	(void)state;
	expect_links(FORMAT_TEXT, "https://h/a?x&y\nhttps://h/c\n");
	expect_links(FORMAT_CSV,
		     "key,method,url,headers,expiresAt,errorCode,"
		     "errorMessage\r\n"
		     "\"a \"\"b\"\"&\\\",GET,\"https://h/a?x&y\",\"\","
		     "2026-02-03T04:05:06Z,,\r\n"
		     "\"no\n out=z\",,,,,10020,\"not\nthis\"\r\n"
		     "\"c\",GET,\"https://h/c\",\"\","
		     "2026-02-03T04:05:06Z,,\r\n");
	expect_links(FORMAT_ARIA2, "https://h/a?x&y\n out=a \"b\"&\\\n"
				   " checksum=sha-256=feed\n"
				   "# no\\x0a out=z: error 10020: "
				   "not\\x0athis\n"
				   "https://h/c\n out=c\n"
				   "# end: 3 entries\n");
	expect_links(FORMAT_METALINK,
		     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		     "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n"
		     "<file name=\"a &quot;b&quot;&amp;\\\">\n"
		     "<hash type=\"sha-256\">feed</hash>\n"
		     "<url>https://h/a?x&amp;y</url>\n</file>\n"
		     "<file name=\"c\">\n<url>https://h/c</url>\n</file>\n"
		     "</metalink>\n");
	expect_links(FORMAT_CURL, "globoff\ncreate-dirs\nfail\n"
				  "url = \"https://h/a?x&y\"\n"
				  "output = \"./a \\\"b\\\"&\\\\\"\n"
				  "# no\\n out=z: error 10020: not\\nthis\n"
				  "url = \"https://h/c\"\noutput = \"./c\"\n"
				  "# end: 3 entries\n");
}

#define CURL_HEAD "globoff\ncreate-dirs\nfail\n"

static void test_curl_methods(void **state)
{
	static const struct row rows[] = {
		{ .key = "p",
		  .url = "u0",
		  .method = VALUE_IS_PUT,
		  .differs = true },
		{ .key = "h",
		  .url = "u1",
		  .method = VALUE_IS_HEAD,
		  .differs = true },
		{ .key = "d",
		  .url = "u2",
		  .method = VALUE_IS_DELETE,
		  .differs = true },
		{ .key = "g", .url = "u3", .differs = true },
	};
	struct answer answer = { .rows = rows, .row_count = 4 };

	(void)state;
	set(&answer, VALUE_LINKS, "1");
	expect(FORMAT_CURL, &answer,
	       CURL_HEAD "next\n" CURL_HEAD "url = \"u0\"\n"
			 "header = \"Content-Type: a/b; c=\\\"d\\\"\"\n"
			 "upload-file = \"./p\"\n"
			 "next\n" CURL_HEAD "url = \"u1\"\nhead\n"
			 "next\n" CURL_HEAD
			 "url = \"u2\"\nrequest = \"DELETE\"\n"
			 "next\n" CURL_HEAD "url = \"u3\"\noutput = \"./g\"\n"
			 "# end: 4 entries\n");
	answer.row = 0;
	answer.row_count = 1;
	expect(FORMAT_CSV, &answer,
	       "key,method,url,headers,expiresAt,errorCode,errorMessage\r\n"
	       "\"p\",VERB,\"u0\",\"Content-Type: a/b; c=\"\"d\"\"\n"
	       "Content-Length: =5\",2026-02-03T04:05:06Z,,\r\n");
}

#define NAME_51 "123456789-123456789-123456789-123456789-123456789-1"
#define NAME_255 NAME_51 NAME_51 NAME_51 NAME_51 NAME_51

static void test_unfit(void **state)
{
	enum {
		AWS = 1,
		CURL = 2,
		ARIA2 = 4,
		METALINK = 8,
		FILES = CURL | ARIA2 | METALINK,
		LINES = AWS | ARIA2 | METALINK,
	};
	static const struct {
		enum format_id format;
		unsigned bit;
	} formats[] = {
		{ FORMAT_AWS, AWS },           { FORMAT_RCLONE, AWS },
		{ FORMAT_CURL, CURL },         { FORMAT_ARIA2, ARIA2 },
		{ FORMAT_METALINK, METALINK },
	};
	static const struct {
		const char *name;
		unsigned unfit; /* for these */
	} cases[] = {
		{ "a", 0 },
		{ "a/b.c/..d/e../...", 0 },
		{ "-\xc3\xa9 \"'\\", 0 },
		{ "\xef\xbf\xbd", 0 },
		{ "$HOME", 0 },
		{ "/a", FILES },
		{ "a/", FILES },
		{ "a//b", FILES },
		{ ".", FILES },
		{ "..", FILES },
		{ "../a", FILES },
		{ "a/../b", FILES },
		{ "a/./b", FILES },
		{ "a/..", FILES },
		{ NAME_255, 0 },
		{ NAME_255 "/" NAME_255, 0 },
		{ NAME_255 "n", FILES },
		{ "x/" NAME_255 "n", FILES },
		{ NAME_255 "n/x", FILES },
		{ "a\nb", LINES },
		{ "a\r", LINES },
		{ "\t", LINES },
		{ "\x01", LINES },
		{ "\x1f", LINES },
		{ "\x7f", LINES },
		{ " a", ARIA2 },
		{ "a ", ARIA2 },
		{ "x${HOME}y", ARIA2 },
		{ "\xef\xbf\xbe", METALINK },
		{ "a\xef\xbf\xbf", METALINK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t j = 0; j < sizeof(formats) / sizeof(formats[0]);
		     j++) {
			const struct format *format =
				&renderer.formats[formats[j].format];
			bool fits = !format->unfit(slice_text(cases[i].name));

			if (fits == !(cases[i].unfit & formats[j].bit))
				continue;
			fail_msg("%s: %s", format->name, cases[i].name);
		}
	}
}

static void test_no_value_escapes_its_context(void **state)
{
	(void)state;
	for (size_t i = 0; i < renderer.format_count; i++) {
		expect_escaped(renderer.templates[i], &renderer.formats[i],
			       &values_schema, "1");
		expect_escaped(renderer.templates[i], &renderer.formats[i],
			       &values_schema, NULL);
	}
}

/* A page of ours works without anything from elsewhere. */
static void test_page_is_self_contained(void **state)
{
	struct answer answer = { .row_count = 0 };
	char *text = rendered(renderer.templates[FORMAT_HTML], &answer);

	(void)state;
	expect_self_contained(text);
	free(text);
}

static void test_formats(void **state)
{
	(void)state;
	assert_int_equal(renderer_format(&renderer, slice_text("json")),
			 FORMAT_JSON);
	assert_int_equal(renderer_format(&renderer, slice_text("html")),
			 FORMAT_HTML);
	assert_int_equal(renderer_format(&renderer, slice_text("JSON")),
			 FORMAT_COUNT);
	assert_int_equal(renderer_format(&renderer, slice_text("")),
			 FORMAT_COUNT);
	assert_int_equal(renderer_format(&renderer, slice_text("form")),
			 FORMAT_COUNT);
	for (size_t i = 0; i < VALUE_NUMBER_OF_NAMES; i++)
		assert_non_null(values_schema.names[i].name);
}

/* ---- templates in a folder ----------------------------------------------- */

static char folder[] = "/tmp/test_render.XXXXXX";
static char file[sizeof(folder) + 64];

static void write_template(const char *text)
{
	FILE *out;

	snprintf(file, sizeof(file), "%s/ndjson.tmpl", folder);
	out = fopen(file, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static void expect_broken(const char *where)
{
	struct renderer own;
	struct problem problem;
	char expected[sizeof(file) + 256];

	snprintf(expected, sizeof(expected), "%s%s", file, where);
	assert_int_equal(renderer_load(&own, folder, NULL, &problem),
			 ERROR_TEMPLATE);
	assert_string_equal(problem.message, expected);
	renderer_free(&own);
}

static void test_folder(void **state)
{
	struct answer answer = { .rows = two_rows, .row_count = 1 };
	struct renderer own;
	struct problem problem;
	char *text;

	(void)state;
	assert_non_null(mkdtemp(folder));
	write_template("{{#entries}}\n<{{key}}>\n{{/entries}}\n");
	assert_int_equal(renderer_load(&own, folder, NULL, &problem),
			 ERROR_NONE);
	text = rendered(own.templates[FORMAT_NDJSON], &answer);
	assert_string_equal(text, "<a/b.txt>\n");
	free(text);
	assert_non_null(own.templates[FORMAT_JSON]);
	renderer_free(&own);

	write_template("\n{{secretAccesKey}}\n");
	expect_broken(":2: no value is named 'secretAccesKey'; did you mean "
		      "'secretAccessKey'?");
	/* A folder in the file's place can't be read: no silent fallback. */
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkdir(file, 0700), 0);
	expect_broken(": not a regular file");
	assert_int_equal(rmdir(file), 0);
	/* Nor can a pipe, which has its text only once: a reload reads twice. */
	assert_int_equal(mkfifo(file, 0600), 0);
	expect_broken(": not a regular file");
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(renderer_load(&own, folder, NULL, &problem),
			 ERROR_NONE);
	renderer_free(&own);
}

/* ---- formats of an administrator's own ------------------------------------ */

#define HEAD "{{! format: type=text/x-a;b=c escape=line for=links }}"

static void write_own(const char *name, const char *text)
{
	FILE *out;

	snprintf(file, sizeof(file), "%s/%s", folder, name);
	out = fopen(file, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static void make_folder(void)
{
	memcpy(strrchr(folder, '.') + 1, "XXXXXX", 6);
	assert_non_null(mkdtemp(folder));
}

static void remove_own(const char *name)
{
	snprintf(file, sizeof(file), "%s/%s", folder, name);
	assert_int_equal(unlink(file), 0);
}

/* Who can write a template can make it say anything to whoever reads it. */
static void test_others_template(void **state)
{
	struct renderer own;
	struct problem problem;

	(void)state;
	make_folder();
	write_own("json.tmpl", "x");
	assert_int_equal(chmod(file, 0646), 0);
	assert_int_equal(renderer_load(&own, folder, NULL, &problem),
			 ERROR_TEMPLATE);
	assert_non_null(strstr(problem.message, "chmod o-w"));
	assert_non_null(strstr(problem.message, "json.tmpl"));
	assert_int_equal(chmod(file, 0664), 0);
	assert_int_equal(renderer_load(&own, folder, NULL, &problem),
			 ERROR_NONE);
	renderer_free(&own);
	remove_own("json.tmpl");
	assert_int_equal(rmdir(folder), 0);
}

static void test_own_formats(void **state)
{
	static const char *const names[] = { "z.tmpl", "0-a.tmpl", ".hid.tmpl",
					     "x.tmpl~", "json.tmpl" };
	struct answer answer = { .rows = two_rows, .row_count = 1 };
	struct renderer own, copy;
	struct problem problem;
	const struct format *format;
	char *text;

	(void)state;
	make_folder();
	write_own("z.tmpl", "\xef\xbb\xbf{{! mine }}\n" HEAD
			    "{{#entries}}<{{key}}>{{/entries}}\n");
	write_own("0-a.tmpl",
		  "{{! raw: row }}\n {{! format:\n type=Text/HTML\n"
		  "escape=html for=credentials,links one accept }}");
	for (size_t i = 2; i < 4; i++)
		write_own(names[i], "{{broken");
	write_own("json.tmpl", "ours needs no head");
	assert_int_equal(renderer_load(&own, folder, NULL, &problem),
			 ERROR_NONE);
	/* As a reload moves it. */
	copy = own;
	memset(&own, 0, sizeof(own));
	assert_int_equal(copy.format_count, FORMAT_COUNT + 2);

	format = &copy.formats[FORMAT_COUNT];
	assert_string_equal(format->name, "0-a");
	assert_string_equal(format->content_type, "Text/HTML");
	assert_ptr_equal(format->escape, escape_html);
	assert_int_equal(format->uses,
			 FORMAT_ANY | FORMAT_ONE | FORMAT_PAGE | FORMAT_OWN);
	assert_null(format->unfit);

	format = &copy.formats[FORMAT_COUNT + 1];
	assert_int_equal(renderer_format(&copy, slice_text("z")),
			 FORMAT_COUNT + 1);
	assert_string_equal(format->content_type, "text/x-a;b=c");
	assert_int_equal(format->uses, FORMAT_LINKS | FORMAT_OWN);
	assert_non_null(format->unfit(slice_text("a\nb")));
	text = rendered(copy.templates[FORMAT_COUNT + 1], &answer);
	assert_string_equal(text, "<a/b.txt>\n");
	free(text);
	renderer_free(&copy);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove_own(names[i]);
	assert_int_equal(rmdir(folder), 0);
}

/* ---- templates that are no formats ---------------------------------------- */

/* What a program has beside its formats. */
static const struct format other_list[] = {
	{ "other", "text/plain", ".txt", escape_line, 0, NULL },
};
static const struct template_name other_names[] = {
	{ "otherName", TEMPLATE_TEXT },
};
static const struct template_schema other_schema = {
	.names = other_names,
	.count = 1,
	.base = &values_schema,
};
static const struct renderer_others others = {
	.list = other_list,
	.count = 1,
	.schema = &other_schema,
};

static void test_other_templates(void **state)
{
	struct slice values[VALUE_NUMBER_OF_NAMES + 1] = { { NULL, 0 } };
	struct template_data data = { values, NULL, NULL };
	char window[SINK_MIN];
	struct buffer out = { 0 };
	struct renderer own;
	struct problem problem;
	struct sink sink;

	(void)state;
	make_folder();
	write_own("other.tmpl", "{{otherName}}, {{key}}");
	assert_int_equal(renderer_load(&own, folder, &others, &problem),
			 ERROR_NONE);
	assert_int_equal(own.format_count, FORMAT_COUNT);
	values[VALUE_KEY] = slice_text("a");
	values[VALUE_NUMBER_OF_NAMES] = slice_text("b");
	sink_to_buffer(&sink, window, sizeof(window), &out);
	template_run(own.other_templates[0][0], &data, &sink);
	assert_true(sink_flush(&sink));
	assert_true(slice_is(buffer_slice(&out), "b, a"));
	buffer_free(&out);
	renderer_free(&own);
	/* Only they may use the names that are theirs. */
	write_own("json.tmpl", "{{otherName}}");
	assert_int_equal(renderer_load(&own, folder, &others, &problem),
			 ERROR_TEMPLATE);
	assert_non_null(strstr(problem.message,
			       "json.tmpl:1: no value is named 'otherName'"));
	renderer_free(&own);
	remove_own("json.tmpl");
	remove_own("other.tmpl");
	assert_int_equal(rmdir(folder), 0);
}

static void expect_own_fails(const char *name, const char *text,
			     const char *where)
{
	write_own(name, text);
	expect_broken(where);
	assert_int_equal(unlink(file), 0);
}

#define HEAD_NAMES \
	"a format's head has type=..., escape=..., for=..., one and accept, but no "
#define HEAD_NEEDS \
	":1: a format's head has at least type=..., escape=... and for=..."
#define TYPE_NEEDS                                                           \
	":1: type=... takes a media type of at most 100 characters without " \
	"blanks, such as text/plain;charset=utf-8"
#define FOR_NEEDS                                                     \
	":1: for=... takes credentials, links, or both with a comma " \
	"between them"
#define NO_HEAD                                                          \
	":1: not one of ours, so it has to begin with what it is, such " \
	"as {{! format: type=text/plain escape=line for=links }}"
#define NAME_NEEDS ": a format's name is 1 to 32 of a-z, 0-9 and '-'"

static void test_own_heads(void **state)
{
	static const struct {
		const char *text;
		const char *where;
	} cases[] = {
		{ "", NO_HEAD },
		{ "\n\nx" HEAD, NO_HEAD },
		{ "{{! format: type=text/x-a", NO_HEAD },
		{ "{{key}}" HEAD, NO_HEAD },
		{ "{{! format: }}", HEAD_NEEDS },
		{ "{{! format: type=a/b escape=line }}", HEAD_NEEDS },
		{ "{{! format: type=a/b for=links }}", HEAD_NEEDS },
		{ "{{! format: escape=line for=links }}", HEAD_NEEDS },
		{ "{{! a\nb }}\n{{! format: x }}", ":3: " HEAD_NAMES "'x'" },
		{ "{{! format: one=1 }}", ":1: " HEAD_NAMES "'one=1'" },
		{ "{{! format: type }}", ":1: " HEAD_NAMES "'type'" },
		{ "{{! format: type=ab }}", TYPE_NEEDS },
		{ "{{! format: type=a/b;c }}", TYPE_NEEDS },
		{ "{{! format: type=a/b;c=\"d\" }}", TYPE_NEEDS },
		{ "{{! format: type=a/b\x01 }}", TYPE_NEEDS },
		{ "{{! format: type=a/\xc3\xa9 }}", TYPE_NEEDS },
		{ "{{! format: type=a/b type=a/b }}",
		  ":1: 'type' is given twice" },
		{ "{{! format: escape=none }}",
		  ":1: escape=... takes one of json, html, xml, csv, "
		  "csv-exact, shell, curl, url and line" },
		{ "{{! format: escape=csv escape=csv }}",
		  ":1: 'escape' is given twice" },
		{ "{{! format: for= }}", FOR_NEEDS },
		{ "{{! format: for=links,links }}", FOR_NEEDS },
		{ "{{! format: for=pages }}", FOR_NEEDS },
		{ "{{! format: type=text/html escape=line for=links }}",
		  ":1: this type needs escape=html" },
		{ "{{! format: type=application/xhtml+XML;a=b escape=html "
		  "for=links }}",
		  ":1: this type needs escape=xml" },
		{ "{{! format: type=image/svg+xml escape=csv for=links }}",
		  ":1: this type needs escape=xml" },
		{ "{{! format: type=text/javascript escape=shell for=links }}",
		  ":1: this type needs escape=json" },
		{ "{{! format: type=application/x-json escape=line for=links "
		  "}}",
		  ":1: this type needs escape=json" },
		{ "{{! format: type=text/csv escape=line for=links }}",
		  ":1: this type needs escape=csv" },
		{ HEAD "\n{{ky}}",
		  ":2: no value is named 'ky'; did you mean 'key'?" },
		{ HEAD "\n\n{{{accessKeyId}}}",
		  ":3: {{{accessKeyId}}} needs {{! raw: accessKeyId }} at the "
		  "top, or use {{accessKeyId}}" },
		{ HEAD "{{! raw: key }}",
		  ":1: 'key' can't be raw: it may hold any byte" },
	};

	(void)state;
	make_folder();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_own_fails("x.tmpl", cases[i].text, cases[i].where);
	expect_own_fails("-x.tmpl", HEAD, NAME_NEEDS);
	expect_own_fails("X.tmpl", HEAD, NAME_NEEDS);
	expect_own_fails("a b.tmpl", HEAD, NAME_NEEDS);
	assert_int_equal(rmdir(folder), 0);
}

static void test_own_limits(void **state)
{
	struct renderer own;
	struct problem problem;
	char name[64];

	(void)state;
	make_folder();
	for (int i = 0; i < OWN_FORMATS_MAX; i++) {
		snprintf(name, sizeof(name), "f%02d.tmpl", i);
		write_own(name, HEAD);
	}
	assert_int_equal(renderer_load(&own, folder, NULL, &problem),
			 ERROR_NONE);
	assert_int_equal(own.format_count, RENDERER_FORMATS_MAX);
	renderer_free(&own);
	expect_own_fails("one-more.tmpl", HEAD,
			 ": more than 32 formats that are not ours");
	for (int i = 0; i < OWN_FORMATS_MAX; i++) {
		snprintf(name, sizeof(name), "f%02d.tmpl", i);
		remove_own(name);
	}
	assert_int_equal(rmdir(folder), 0);
}

static void test_time(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 951782399, "2000-02-28T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1770091506, "2026-02-03T04:05:06Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },
		{ 253402300800, "9999-12-31T23:59:59Z" },
		{ INT64_MAX, "9999-12-31T23:59:59Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[DATE_TEXT_MAX];

		date_text(cases[i].seconds, text);
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_batch),
		cmocka_unit_test(test_json_single),
		cmocka_unit_test(test_json_failed_entries),
		cmocka_unit_test(test_ndjson),
		cmocka_unit_test(test_hostile_texts),
		cmocka_unit_test(test_credential_files),
		cmocka_unit_test(test_csv_cells),
		cmocka_unit_test(test_one_credential),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_curl_methods),
		cmocka_unit_test(test_unfit),
		cmocka_unit_test(test_no_value_escapes_its_context),
		cmocka_unit_test(test_page_is_self_contained),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_others_template),
		cmocka_unit_test(test_own_formats),
		cmocka_unit_test(test_other_templates),
		cmocka_unit_test(test_own_heads),
		cmocka_unit_test(test_own_limits),
		cmocka_unit_test(test_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, unload);
}
