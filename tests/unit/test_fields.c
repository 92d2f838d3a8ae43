/* fields: names, given once, with values that can be used; as text and as
 * JSON. */
#include "given.h"

/* The keys in order: "/objects/0 a|/prefixes/0 b". */
static void assert_entries(const char *expected)
{
	char text[1024] = "";
	struct problem problem;
	struct entry entry;
	size_t used = 0;

	manifest_rewind(&fields.entries);
	while (manifest_next(&fields.entries, &entry, &problem) ==
	       MANIFEST_ENTRY)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s %s %.*s", used ? "|" : "",
					 entry.kind == ENTRY_PREFIX ? "prefix" :
								      "object",
					 entry_pointer(&entry),
					 (int)entry.key.length, entry.key.data);
	assert_string_equal(text, expected);
}

/* ---- as text -------------------------------------------------------------- */

static void test_every_field(void **state)
{
	char bucket[] = "uploads", parent[] = "abCZ19", format[] = "csv";
	char key_name[] = "Path", section[] = "files";

	(void)state;
	begin();
	assert_false(fields_has(&fields, FIELD_BUCKET));
	set("bucket", bucket);
	set("parentAccessKeyId", parent);
	set("permission", "object-write-only");
	set("actions", "PutObject,\tUploadPart\nCopyObject ");
	set("ttlSeconds", "7d");
	set("prefixes", "a/\nb/");
	set("objects", "c\n\nd\r\n");
	set("onError", "report");
	set("format", format);
	set("manifest", "e\n");
	set("manifestFormat", "lines");
	set("keyName", key_name);
	set("method", "PUT");
	set("sign", "scoped");
	set("download", section);
	set("formNumber", "0123456789ab");
	set("title", "For you");
	set("message", "one\r\ntwo");
	set("expires", "7d");
	set("maxDownloads", "10");
	set("lifetime", "2027-01-31");
	assert_no_problem("every field");
	for (unsigned i = 0; i < FIELD_COUNT - LINK_TERM_COUNT; i++)
		assert_true(fields_has(&fields, (enum field)i));
	/* Short values are copied: a form's text may be overwritten. */
	memset(bucket, 'x', sizeof(bucket));
	memset(parent, 'x', sizeof(parent));
	memset(format, 'x', sizeof(format));
	memset(key_name, 'x', sizeof(key_name));
	memset(section, 'x', sizeof(section));
	assert_text(fields.entries.key_name, "Path");
	assert_text(fields.bucket, "uploads");
	assert_text(fields.parent, "abCZ19");
	assert_text(fields.format, "csv");
	assert_int_equal(fields.scope.permission, PERMISSION_OBJECT_WRITE_ONLY);
	assert_int_equal(fields.scope.actions,
			 ACTION_BIT(ACTION_PUT_OBJECT) |
				 ACTION_BIT(ACTION_UPLOAD_PART) |
				 ACTION_BIT(ACTION_COPY_OBJECT));
	assert_int_equal(fields.scope.ttl, 604800);
	assert_int_equal(fields.on_error, ON_ERROR_REPORT);
	assert_text(fields.manifest, "e\n");
	assert_string_equal(fields.manifest_format->name, "lines");
	assert_int_equal(fields.link.method, METHOD_PUT);
	assert_int_equal(fields.sign, SIGN_SCOPED);
	assert_text(fields.download, "files");
	assert_text(fields.title, "For you");
	assert_text(fields.message, "one\r\ntwo");
	assert_int_equal(fields.expires_in, 604800);
	assert_int_equal(fields.expires_at, 0);
	assert_int_equal(fields.max_downloads, 10);
	assert_int_equal(fields.lifetime_in, 0);
	assert_int_equal(fields.lifetime_at, 1801439999);
	assert_entries("prefix /prefixes/0 a/|prefix /prefixes/1 b/|"
		       "object /objects/0 c|object /objects/1 d");
}

/* What isn't given is as it was, whatever was read before. */
static void test_begin_forgets(void **state)
{
	(void)state;
	begin();
	set("bucket", "uploads");
	set("objects", "a");
	set("onError", "report");
	begin();
	assert_int_equal(fields.given, 0);
	assert_int_equal(fields.bucket.length, 0);
	assert_int_equal(fields.on_error, ON_ERROR_REJECT);
	assert_int_equal(fields.sign, SIGN_PARENT);
	assert_int_equal(fields.download.length, 0);
	assert_int_equal(fields.link.method, METHOD_NONE);
	assert_int_equal(fields.scope.ttl, 0);
	assert_entries("");
	/* Nor is it given twice then. */
	set("bucket", "uploads");
	assert_no_problem("bucket");
}

static void test_bad_values(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		enum error error;
	} rows[] = {
		{ "bucket", "", ERROR_BUCKET_NAME },
		{ "bucket", "Uploads", ERROR_BUCKET_NAME },
		{ "bucket", "a/b", ERROR_BUCKET_NAME },
		{ "parentAccessKeyId", "", ERROR_BAD_VALUE },
		{ "parentAccessKeyId", "a-b", ERROR_BAD_VALUE },
		{ "parentAccessKeyId", "a[b", ERROR_BAD_VALUE },
		{ "parentAccessKeyId", "a{b", ERROR_BAD_VALUE },
		{ "parentAccessKeyId",
		  "01234567890123456789012345678901234567890123456789012345678"
		  "901234",
		  ERROR_BAD_VALUE },
		{ "permission", "", ERROR_BAD_VALUE },
		{ "permission", "Object-Read-Only", ERROR_BAD_VALUE },
		{ "actions", "", ERROR_EMPTY },
		{ "actions", " ,\n", ERROR_EMPTY },
		{ "actions", "getobject", ERROR_BAD_VALUE },
		{ "actions", "GetObject,GetObject", ERROR_DUPLICATE_FIELD },
		{ "ttlSeconds", "", ERROR_BAD_VALUE },
		{ "ttlSeconds", "0", ERROR_BAD_VALUE },
		{ "ttlSeconds", "315360001", ERROR_BAD_VALUE },
		{ "ttlSeconds", "3651d", ERROR_BAD_VALUE },
		{ "ttlSeconds", "1 h", ERROR_BAD_VALUE },
		{ "ttlSeconds", "-1", ERROR_BAD_VALUE },
		{ "ttlSeconds", "1e3", ERROR_BAD_VALUE },
		{ "ttlSeconds", "4294967356", ERROR_BAD_VALUE },
		{ "prefixes", "", ERROR_EMPTY },
		{ "objects", "\r\n\n", ERROR_EMPTY },
		{ "manifest", "\n", ERROR_EMPTY },
		{ "onError", "Report", ERROR_BAD_VALUE },
		{ "onError", "", ERROR_BAD_VALUE },
		{ "manifestFormat", "", ERROR_BAD_VALUE },
		{ "manifestFormat", "xml", ERROR_BAD_VALUE },
		{ "keyName", "", ERROR_EMPTY },
		{ "keyName", "a\nb", ERROR_BAD_VALUE },
		{ "method", "get", ERROR_BAD_VALUE },
		{ "method", "POST", ERROR_BAD_VALUE },
		{ "sign", "nobody", ERROR_BAD_VALUE },
		{ "download", "", ERROR_BAD_VALUE },
		{ "download",
		  "0123456789012345678901234567890123456789012345678901234567"
		  "890123",
		  ERROR_BAD_VALUE },
	};
	char pointer[PROBLEM_POINTER_MAX], name[66];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		set(rows[i].name, rows[i].value);
		snprintf(pointer, sizeof(pointer), "/%s", rows[i].name);
		assert_problem(rows[i].name, rows[i].error, pointer);
	}
	memset(name, 'n', sizeof(name));
	name[65] = '\0';
	begin();
	set("format", name);
	assert_problem("format", ERROR_BAD_VALUE, "/format");
	name[64] = '\0';
	begin();
	set("format", name);
	assert_no_problem("format");
}

/* The defaults of links share one space, which the first may leave too small
 * for the second. */
static void test_links_space(void **state)
{
	static char text[sizeof(fields.link_scratch.text) + 2];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	begin();
	set("responseContentType", text);
	assert_problem("too long by one", ERROR_BAD_VALUE,
		       "/responseContentType");
	assert_string_equal(problems.list[0].message, "the text is too long");
	assert_int_equal(fields.link_scratch.used, 0);
	begin();
	set("responseContentType", "text/plain");
	text[sizeof(text) - 1 - 10] = '\0';
	set("responseCacheControl", text);
	assert_problem("nine fewer, and ten are used", ERROR_BAD_VALUE,
		       "/responseCacheControl");
	assert_string_equal(problems.list[0].message, "the text is too long");
}

/* A value that can't be used is kept to be shown again, but it isn't in
 * force. */
static void test_bad_value_is_not_used(void **state)
{
	(void)state;
	begin();
	set("bucket", "Uploads");
	assert_int_equal(fields.bucket.length, 0);
	assert_text(fields.sent[FIELD_BUCKET], "Uploads");
	set("ttlSeconds", "315360001");
	assert_int_equal(fields.scope.ttl, 0);
	set("objects", "\n");
	assert_int_equal(fields.entries.part_count, 0);
	assert_int_equal(problems.count, 3);
}

static void test_names(void **state)
{
	(void)state;
	begin();
	set("bucket", "uploads");
	set("bucket", "uploads");
	assert_problem("twice", ERROR_DUPLICATE_FIELD, "/bucket");
	/* The first that could not be used was the one. */
	begin();
	set("ttlSeconds", "x");
	set("ttlSeconds", "60");
	assert_int_equal(problems.count, 2);
	assert_int_equal(problems.list[1].error, ERROR_DUPLICATE_FIELD);
	assert_int_equal(fields.scope.ttl, 0);
	begin();
	set("Bucket", "uploads");
	assert_problem("case", ERROR_UNKNOWN_FIELD, "/Bucket");
	assert_false(fields_has(&fields, FIELD_BUCKET));
	assert_non_null(strstr(problems.list[0].message, "'bucket'"));
	begin();
	set("", "uploads");
	assert_problem("empty", ERROR_UNKNOWN_FIELD, "/");
	/* RFC 6901, 3; and of a long name so much that it fits. */
	begin();
	set("a/b~c", "");
	assert_problem("escapes", ERROR_UNKNOWN_FIELD, "/a~1b~0c");
	begin();
	set("////////////////////////////////////////", "");
	assert_int_equal(problems.count, 1);
	assert_true(strlen(problems.list[0].pointer) < PROBLEM_POINTER_MAX);
}

/* ---- as JSON -------------------------------------------------------------- */

static void test_json(void **state)
{
	(void)state;
	read_json(
		" {\"bucket\":\"up\\u006coads\",\"permission\":"
		"\"object-read-only\",\"actions\":[\"GetObject\"],"
		"\"ttlSeconds\":\"1m\",\"prefixes\":[\"a/\"],\"objects\":[\"b\","
		"{\"key\":\"c\",\"ttlSeconds\":30}],\"onError\":\"report\","
		"\"format\":\"csv\",\"method\":\"HEAD\",\"sign\":\"parent\","
		"\"parentAccessKeyId\":\"abc\"} ");
	assert_no_problem("JSON");
	assert_text(fields.bucket, "uploads");
	assert_text(fields.parent, "abc");
	assert_text(fields.format, "csv");
	assert_int_equal(fields.scope.permission, PERMISSION_OBJECT_READ_ONLY);
	assert_int_equal(fields.scope.actions, ACTION_BIT(ACTION_GET_OBJECT));
	assert_int_equal(fields.scope.ttl, 60);
	assert_int_equal(fields.on_error, ON_ERROR_REPORT);
	assert_int_equal(fields.link.method, METHOD_HEAD);
	assert_entries("prefix /prefixes/0 a/|object /objects/0 b|"
		       "object /objects/1 c");
	read_json("{}");
	assert_no_problem("{}");
	assert_int_equal(fields.given, 0);
}

static void test_json_bad(void **state)
{
	static const struct {
		const char *text;
		enum error error;
		const char *pointer;
	} rows[] = {
		{ "{\"bucket\":7}", ERROR_BAD_VALUE, "/bucket" },
		{ "{\"bucket\":null}", ERROR_BAD_VALUE, "/bucket" },
		{ "{\"bucket\":[\"uploads\"]}", ERROR_BAD_VALUE, "/bucket" },
		{ "{\"ttlSeconds\":\"60\"}", ERROR_BAD_VALUE, "/ttlSeconds" },
		{ "{\"ttlSeconds\":60.5}", ERROR_BAD_VALUE, "/ttlSeconds" },
		{ "{\"ttlSeconds\":[60]}", ERROR_BAD_VALUE, "/ttlSeconds" },
		{ "{\"actions\":\"GetObject\"}", ERROR_BAD_VALUE, "/actions" },
		{ "{\"actions\":[]}", ERROR_EMPTY, "/actions" },
		{ "{\"actions\":[7]}", ERROR_BAD_VALUE, "/actions" },
		{ "{\"objects\":\"a\"}", ERROR_BAD_VALUE, "/objects" },
		{ "{\"objects\":{\"key\":\"a\"}}", ERROR_BAD_VALUE,
		  "/objects" },
		{ "{\"objects\":[]}", ERROR_EMPTY, "/objects" },
		{ "{\"prefixes\":null}", ERROR_BAD_VALUE, "/prefixes" },
		{ "{\"prefixes\":[ ]}", ERROR_EMPTY, "/prefixes" },
		{ "{\"manifest\":\"a\"}", ERROR_UNKNOWN_FIELD, "/manifest" },
		{ "{\"manifestFormat\":\"csv\"}", ERROR_UNKNOWN_FIELD,
		  "/manifestFormat" },
		{ "{\"keyName\":\"Path\"}", ERROR_UNKNOWN_FIELD, "/keyName" },
		{ "{\"Bucket\":{\"a\":[1,{}]}}", ERROR_UNKNOWN_FIELD,
		  "/Bucket" },
		{ "{\"bucket\":\"uploads\",\"b\\u0075cket\":\"uploads\"}",
		  ERROR_DUPLICATE_FIELD, "/bucket" },
		/* What can't be read to its end has no other problem. */
		{ "{\"nope\":1,\"ttlSeconds\":0,", ERROR_MALFORMED, "" },
		{ "{\"nope\":1} {}", ERROR_MALFORMED, "" },
		{ "{\"nope\":1}x", ERROR_MALFORMED, "" },
		{ "{\"objects\":[\"a\"", ERROR_MALFORMED, "" },
		{ "{\"objects\":[\"a\",]}", ERROR_MALFORMED, "" },
		{ "{\"bucket\" \"a\"}", ERROR_MALFORMED, "" },
		{ "[\"bucket\"]", ERROR_MALFORMED, "" },
		{ "\"bucket\"", ERROR_MALFORMED, "" },
		{ "null", ERROR_MALFORMED, "" },
		{ "", ERROR_MALFORMED, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_json(rows[i].text);
		assert_problem(rows[i].text, rows[i].error, rows[i].pointer);
	}
}

static void assert_message(const char *part)
{
	if (!strstr(problems.list[0].message, part))
		fail_msg("no '%s' in: %s", part, problems.list[0].message);
}

/* Text whose escapes mean no text, or that is longer than any field's, with an
 * escape, so that it must be copied. */
static void test_json_texts(void **state)
{
	static char text[FIELDS_TEXT_MAX + 64];
	int length = FIELDS_TEXT_MAX + 1;

	(void)state;
	read_json("{\"bucket\":\"\\ud800\",\"permission\":"
		  "\"object-read-only\"}");
	assert_problem("half a character", ERROR_MALFORMED, "/bucket");
	assert_message("surrogate");
	assert_int_equal(fields.scope.permission, PERMISSION_OBJECT_READ_ONLY);
	snprintf(text, sizeof(text), "{\"bucket\":\"\\u0030%0*d\"}", length, 0);
	read_json(text);
	assert_problem("long", ERROR_BAD_VALUE, "/bucket");
	assert_message("too long");
	/* And names of fields; what follows is read all the same. */
	read_json("{\"\\ud800\":[1,{}],\"bucket\":\"uploads\"}");
	assert_problem("half a name", ERROR_MALFORMED, "");
	assert_message("surrogate");
	assert_text(fields.bucket, "uploads");
	snprintf(text, sizeof(text),
		 "{\"\\u0030%0*d\":[{}],\"bucket\":\"uploads\"}", 257, 0);
	read_json(text);
	assert_problem("a long name", ERROR_UNKNOWN_FIELD, "");
	assert_message("no field has a name this long");
	assert_text(fields.bucket, "uploads");
}

/* All that is wrong is said at once, and what is good is read all the same. */
static void test_json_goes_on(void **state)
{
	static const char *const pointers[] = { "/nope", "/ttlSeconds",
						"/objects", "/method" };

	(void)state;
	read_json("{\"nope\":[{}],\"ttlSeconds\":{\"a\":1},\"objects\":7,"
		  "\"method\":\"get\",\"bucket\":\"uploads\"}");
	assert_int_equal(problems.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(problems.list[i].pointer, pointers[i]);
	assert_text(fields.bucket, "uploads");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_field),
		cmocka_unit_test(test_begin_forgets),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_bad_value_is_not_used),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_links_space),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_bad),
		cmocka_unit_test(test_json_texts),
		cmocka_unit_test(test_json_goes_on),
	};

	return UNIT_RUN(tests);
}
