/* Manifests: each format, what is wrong with entries, detection, rewinding. */
#include "unit.h"

#include "lib/manifest/format.h"
#include "lib/manifest/guess.h"
#include "lib/manifest/manifest.h"

static struct manifest manifest;
static struct problem problem;
static struct entry entry;

static char told[8192];
static size_t told_length;

static void tell(const char *format, ...) PRINTF_LIKE(1, 2);

static void tell(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	told_length += (size_t)vsnprintf(told + told_length,
					 sizeof(told) - told_length, format,
					 arguments);
	va_end(arguments);
	assert_true(told_length < sizeof(told));
}

static void tell_entry(void)
{
	tell("%s=%.*s", entry_pointer(&entry), (int)entry.key.length,
	     entry.key.length ? entry.key.data : "");
	if (entry.kind == ENTRY_PREFIX)
		tell("*");
	if (entry.own_scope)
		tell(" (%d,%x,%u)", (int)entry.scope.permission,
		     (unsigned)entry.scope.actions, (unsigned)entry.scope.ttl);
	tell("\n");
}

/* All steps as lines: "/objects/0=key", "/objects/1! 11005 /objects/1/key",
 * "broken 11001 /objects". */
static const char *read_all(void)
{
	enum manifest_step step;

	told_length = 0;
	told[0] = '\0';
	while ((step = manifest_next(&manifest, &entry, &problem)) !=
	       MANIFEST_END) {
		if (step == MANIFEST_ENTRY) {
			tell_entry();
			continue;
		}
		if (step == MANIFEST_BAD_ENTRY) {
			tell("%s! %d %s\n", entry_pointer(&entry),
			     (int)problem.error, problem.pointer);
			continue;
		}
		tell("broken %d %s\n", (int)problem.error, problem.pointer);
		break;
	}
	return told;
}

/* Twice the same, from wherever the first reading ended. */
static void assert_reads(const char *expected)
{
	assert_string_equal(read_all(), expected);
	manifest_rewind(&manifest);
	assert_string_equal(read_all(), expected);
	/* Neither the end nor a break goes away by asking again. */
	if (strstr(expected, "broken")) {
		expected = strstr(expected, "broken");
		assert_string_equal(read_all(), expected);
	} else {
		assert_string_equal(read_all(), "");
	}
}

/* A format by its name; "" is none, so that it is guessed. */
static const struct manifest_reader *reader(const char *format)
{
	const struct manifest_reader *found =
		manifest_format_find(slice_text(format));

	assert_true(found || format[0] == '\0');
	return found;
}

static enum error add(const char *format, struct slice text)
{
	manifest_begin(&manifest);
	return manifest_add(&manifest, reader(format), ENTRY_OBJECT, "/objects",
			    text, &problem);
}

static enum error document(const char *format, struct slice text)
{
	manifest_begin(&manifest);
	return manifest_add_document(&manifest, reader(format), text, &problem);
}

/* A list of objects, and its whole reading. */
static void assert_list(const char *text, const char *expected)
{
	assert_int_equal(add("json", slice_text(text)), ERROR_NONE);
	assert_reads(expected);
}

/* The message of the first entry, which is bad. */
static const char *message_of(const char *format, struct slice text)
{
	assert_int_equal(add(format, text), ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_BAD_ENTRY);
	return problem.message;
}

static void assert_says(const char *text, const char *words)
{
	const char *message = message_of("json", slice_text(text));

	if (!strstr(message, words))
		fail_msg("\"%s\" not in \"%s\"", words, message);
}

/* ---- JSON ---------------------------------------------------------------- */

static void test_json_keys(void **state)
{
	(void)state;
	assert_list("[\"a\"]", "/objects/0=a\n");
	assert_list(" [ \"a/b\" ,\n{\"key\":\"c\"}, \"\\u00e9\\\"\" ] ",
		    "/objects/0=a/b\n/objects/1=c\n/objects/2=\u00E9\"\n");
}

static void test_json_members(void **state)
{
	abilities put_and_get = 0;
	char expected[128];

	(void)state;
	assert_int_equal(action_parse(slice_text("PutObject"), "", &put_and_get,
				      &problem),
			 ERROR_NONE);
	assert_int_equal(action_parse(slice_text("GetObject"), "", &put_and_get,
				      &problem),
			 ERROR_NONE);
	snprintf(expected, sizeof(expected),
		 "/objects/0=k (%d,%x,60)\n/objects/1=l\n",
		 (int)PERMISSION_OBJECT_READ_WRITE, (unsigned)put_and_get);
	assert_list("[{\"ttlSeconds\":60,\"actions\":[\"PutObject\","
		    "\"GetObject\"],\"key\":\"k\","
		    "\"permission\":\"object-read-write\"},"
		    /* nothing of it stays for the next one */
		    "{\"key\":\"l\"}]",
		    expected);
	/* A name is what it says, not how it is written. */
	assert_list("[{\"k\\u0065y\":\"\\u006b\",\"ttl\\u0053econds\":7}]",
		    "/objects/0=k (0,0,7)\n");
}

static void test_json_wrong_members(void **state)
{
	(void)state;
	/* Each is told by its key, wherever that stands; reading goes on. */
	assert_list("[{\"ttlSeconds\":0,\"key\":\"a\"},\"b\"]",
		    "/objects/0! 11005 /objects/0/ttlSeconds\n/objects/1=b\n");
	assert_int_equal(add("json", slice_text("[{\"ttlSeconds\":[{}],"
						"\"key\":\"a\"}]")),
			 ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_BAD_ENTRY);
	assert_true(slice_is(entry.key, "a"));
	assert_list("[{\"key\":\"a\",\"key\":\"b\"},"
		    "{\"key\":\"a\",\"k\\u0065y\":\"b\"}]",
		    "/objects/0! 11003 /objects/0/key\n"
		    "/objects/1! 11003 /objects/1/key\n");
	assert_list("[{\"key\":\"a\",\"x\":{\"y\":[1]}},{\"x\":1},{},\"z\"]",
		    "/objects/0! 11002 /objects/0\n"
		    "/objects/1! 11002 /objects/1\n"
		    "/objects/2! 11004 /objects/2/key\n/objects/3=z\n");
	assert_list("[1,null,true,[\"a\"],[[[]]],\"z\"]",
		    "/objects/0! 11005 /objects/0\n"
		    "/objects/1! 11005 /objects/1\n"
		    "/objects/2! 11005 /objects/2\n"
		    "/objects/3! 11005 /objects/3\n"
		    "/objects/4! 11005 /objects/4\n/objects/5=z\n");
	assert_list("[{\"key\":5},{\"key\":null},{\"key\":[\"a\"]},"
		    "{\"key\":{}}]",
		    "/objects/0! 11005 /objects/0/key\n"
		    "/objects/1! 11005 /objects/1/key\n"
		    "/objects/2! 11005 /objects/2/key\n"
		    "/objects/3! 11005 /objects/3/key\n");
	assert_list("[{\"key\":\"a\",\"permission\":\"root\"},"
		    "{\"key\":\"a\",\"permission\":[]}]",
		    "/objects/0! 11005 /objects/0/permission\n"
		    "/objects/1! 11005 /objects/1/permission\n");
	assert_says("[{\"key\":\"a\",\"ttlSecond\":1}]",
		    "did you mean \"ttlSeconds\"?");
	assert_says("[{\"key\":\"a\",\"\\ud800\":1}]", "\"\\ud800\"");
	assert_says("[{\"keys\":\"a\"}]", "did you mean \"key\"?");
	assert_says("[17]", "not a number");
}

static void test_json_actions(void **state)
{
	static const struct {
		const char *actions;
		enum error error;
	} cases[] = {
		{ "[]", ERROR_EMPTY },
		{ "[\"PutObject\",\"PutObject\"]", ERROR_DUPLICATE_FIELD },
		{ "[\"putObject\"]", ERROR_BAD_VALUE },
		{ "[\"\"]", ERROR_BAD_VALUE },
		{ "[\"GetObject\",1]", ERROR_BAD_VALUE },
		{ "[[\"GetObject\"]]", ERROR_BAD_VALUE },
		{ "\"GetObject\"", ERROR_BAD_VALUE },
		{ "{}", ERROR_BAD_VALUE },
		{ "null", ERROR_BAD_VALUE },
		{ "[\"GetObject\\ud800\"]", ERROR_MALFORMED },
	};
	char text[256], expected[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
			 "[{\"actions\":%s,\"key\":\"a\"},\"b\"]",
			 cases[i].actions);
		snprintf(expected, sizeof(expected),
			 "/objects/0! %d /objects/0/actions\n/objects/1=b\n",
			 (int)cases[i].error);
		assert_list(text, expected);
	}
}

static void test_json_ttl(void **state)
{
	static const char *const wrong[] = {
		"0",         "-1",
		"315360001", "1.5",
		"1.0",       "1e3",
		"1E0",       "-0",
		"\"900\"",   "null",
		"true",      "[900]",
		"{}",        "99999999999999999999999",
		"\"0s\"",    "\"3651d\"",
	};
	char text[128];

	(void)state;
	assert_list("[{\"key\":\"a\",\"ttlSeconds\":1},"
		    "{\"key\":\"b\",\"ttlSeconds\":315360000},"
		    "{\"key\":\"c\",\"ttlSeconds\":\"1h\"},"
		    "{\"key\":\"d\",\"ttlSeconds\":\"15\\u006d\"}]",
		    "/objects/0=a (0,0,1)\n/objects/1=b (0,0,315360000)\n"
		    "/objects/2=c (0,0,3600)\n/objects/3=d (0,0,900)\n");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text),
			 "[{\"key\":\"a\",\"ttlSeconds\":%s},\"b\"]", wrong[i]);
		assert_list(text, "/objects/0! 11005 /objects/0/ttlSeconds\n"
				  "/objects/1=b\n");
		if (strcmp(wrong[i], "\"900\"") == 0)
			assert_says(text, "a number in quotes");
	}
	/* What is longer than any such text, or is none, is shown as it is. */
	assert_says(
		"[{\"key\":\"a\",\"ttlSeconds\":\"a b c d e f g h i j k l m n "
		"o p q \\u0072\"}]",
		"'a b c d e f g h i j k l m n o p ' is not a length");
	assert_says("[{\"key\":\"a\",\"ttlSeconds\":\"1\\ud800\"}]",
		    "'1\\ud800' is not a length");
}

/* What of a link's own was given, as one line. */
static const char *link_of(void)
{
	static char text[2048];

	snprintf(text, sizeof(text), "%s|%.*s|%.*s|%.*s|%.*s",
		 method_names[entry.link.method],
		 (int)entry.link.text[LINK_TERM_FILENAME].length,
		 entry.link.text[LINK_TERM_FILENAME].length ?
			 entry.link.text[LINK_TERM_FILENAME].data :
			 "",
		 (int)entry.link.text[LINK_TERM_CONTENT_TYPE].length,
		 entry.link.text[LINK_TERM_CONTENT_TYPE].length ?
			 entry.link.text[LINK_TERM_CONTENT_TYPE].data :
			 "",
		 (int)entry.link.text[LINK_TERM_CONTENT_LENGTH].length,
		 entry.link.text[LINK_TERM_CONTENT_LENGTH].length ?
			 entry.link.text[LINK_TERM_CONTENT_LENGTH].data :
			 "",
		 (int)entry.link.text[LINK_TERM_SHA256].length,
		 entry.link.text[LINK_TERM_SHA256].length ?
			 entry.link.text[LINK_TERM_SHA256].data :
			 "");
	return text;
}

#define DIGEST                             \
	"0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef"

static void test_json_link(void **state)
{
	(void)state;
	assert_int_equal(
		add("json",
		    slice_text("[{\"key\":\"k\",\"method\":\"PUT\","
			       "\"filename\":\"na\\u00efve, \\\"q\\\".txt\","
			       "\"contentType\":\"text\\/html; charset=x\","
			       "\"contentLength\":5497558138880,"
			       "\"sha256\":\"0123456789ABCDEF"
			       "0123456789abcdef0123456789abcdef"
			       "0123456789abcde\\u0046\"},"
			       "{\"key\":\"l\",\"contentLength\":0},"
			       "\"m\"]")),
		ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_true(slice_is(entry.key, "k"));
	assert_false(entry.own_scope);
	assert_string_equal(link_of(),
			    "PUT|na\u00EFve, \"q\".txt|text/html; charset=x|"
			    "5497558138880|" DIGEST);
	/* Nothing of it stays. */
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_string_equal(link_of(), "|||0|");
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_string_equal(link_of(), "||||");
}

static void test_json_link_wrong(void **state)
{
	static const struct {
		const char *name, *value;
	} cases[] = {
		{ "method", "\"get\"" },
		{ "method", "\"POST\"" },
		{ "method", "\"\"" },
		{ "method", "1" },
		{ "filename", "\"\"" },
		{ "filename", "\"a/b\"" },
		{ "filename", "\"..\"" },
		{ "filename", "\".\"" },
		{ "filename", "\"a\\nb\"" },
		{ "filename", "\"a\\u007f\"" },
		{ "filename", "\"a\\u0085\"" },
		{ "filename", "\"a\\u0000\"" },
		{ "filename", "null" },
		{ "contentType", "\"\"" },
		{ "contentType", "\"text\"" },
		{ "contentType", "\"text/\"" },
		{ "contentType", "\"/plain\"" },
		{ "contentType", "\"text/plain;\"" },
		{ "contentType", "\"text/plain; charset\"" },
		{ "contentType", "\"text/plain; charset=\"" },
		{ "contentType", "\"text/plain;  charset=a\"" },
		{ "contentType", "\"text/plain; charset=\\\"a\"" },
		{ "contentType", "\"text/plain; charset=\\\"a\\\\\"" },
		{ "contentType", "\"text/plain \"" },
		{ "contentType", "\"text/pl\u00E4in\"" },
		{ "contentType", "\"text/plain\\r\\nX-A: b\"" },
		{ "contentLength", "-1" },
		{ "contentLength", "1.0" },
		{ "contentLength", "1e3" },
		{ "contentLength", "\"1\"" },
		{ "contentLength", "5497558138881" },
		{ "contentLength", "99999999999999999999999" },
		{ "contentLength", "[1]" },
		{ "sha256", "\"\"" },
		{ "sha256", "\"" DIGEST "0\"" },
		{ "sha256", "\"g123456789abcdef0123456789abcdef"
			    "0123456789abcdef0123456789abcdef\"" },
		{ "sha256", "0" },
	};
	char text[256], expected[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text),
			 "[{\"%s\":%s,\"key\":\"a\"},\"b\"]", cases[i].name,
			 cases[i].value);
		snprintf(expected, sizeof(expected),
			 "/objects/0! 11005 /objects/0/%s\n/objects/1=b\n",
			 cases[i].name);
		assert_list(text, expected);
	}
	assert_list("[{\"key\":\"a\",\"contentType\":\"a/b\","
		    "\"contentType\":\"a/b\"}]",
		    "/objects/0! 11003 /objects/0/contentType\n");
	assert_says("[{\"key\":\"a\",\"content-type\":\"a/b\"}]",
		    "did you mean \"contentType\"?");
}

/* A text of `length` characters, each an escape. */
static char *put_escapes(char *p, const char *name, size_t length)
{
	p += sprintf(p, "\"%s\":\"", name);
	while (length-- > 0)
		p += sprintf(p, "\\u0061");
	return p + sprintf(p, "\",");
}

/* The longest good values all at once, all of them escaped; and each of them
 * too long by one, with the entry still told by its key. */
static void test_json_link_lengths(void **state)
{
	static const char *const names[] = { "filename", "contentType" };
	static const size_t most[] = { 500, 253 };
	static char text[6 * 8192];

	(void)state;
	for (size_t longer = 0; longer <= 2; longer++) {
		char *p = text + sprintf(text, "[{");

		for (size_t i = 0; i < 2; i++) {
			p = put_escapes(p, names[i],
					most[i] + (longer == i + 1 ? 3000 : 0));
			/* text of 253 and "/b" */
			if (i == 1)
				p += sprintf(p - 2, "/b\",") - 2;
		}
		p = put_escapes(p, "key", KEY_MAX);
		sprintf(p, "\"sha256\":\"\\u0030123456789ABCDEF"
			   "0123456789abcdef0123456789abcdef"
			   "0123456789abcdef\"}]");
		assert_int_equal(add("json", slice_text(text)), ERROR_NONE);
		assert_int_equal(manifest_next(&manifest, &entry, &problem),
				 longer ? MANIFEST_BAD_ENTRY : MANIFEST_ENTRY);
		assert_int_equal(entry.key.length, KEY_MAX);
		if (longer == 0)
			assert_int_equal(
				entry.link.text[LINK_TERM_FILENAME].length,
				500);
		else
			assert_non_null(
				strstr(problem.pointer, names[longer - 1]));
	}
}

static void test_json_bad_keys(void **state)
{
	(void)state;
	assert_list("[\"\",\"a\\u0000b\",\"\\udc00\",{\"key\":\"\"},\"z\"]",
		    "/objects/0! 10020 /objects/0\n"
		    "/objects/1! 10020 /objects/1\n"
		    "/objects/2! 11001 /objects/2\n"
		    "/objects/3! 10020 /objects/3\n/objects/4=z\n");
	assert_says("[\"x\\ud800\"]", "a lone surrogate (\\ud800)");
}

/* Keys of every length around the limits of a key and of the scratch space, as
 * they are and written in escapes, which makes them six times as long. */
static void test_json_key_lengths(void **state)
{
	static const size_t lengths[] = { 1,    1023, 1024, 1025, 4127,
					  4128, 4129, 5000, 20000 };
	static char text[6 * 20000 + 16];

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (int escaped = 0; escaped < 2; escaped++) {
			char *p = text;
			enum manifest_step step;

			p += sprintf(p, "[\"");
			for (size_t n = 0; n < lengths[i]; n++)
				p += sprintf(p, escaped ? "\\u0061" : "a");
			sprintf(p, "\",\"b\"]");
			assert_int_equal(add("json", slice_text(text)),
					 ERROR_NONE);
			step = manifest_next(&manifest, &entry, &problem);
			if (lengths[i] <= KEY_MAX) {
				assert_int_equal(step, MANIFEST_ENTRY);
				assert_int_equal(entry.key.length, lengths[i]);
				assert_int_equal(entry.key.data[0], 'a');
			} else {
				assert_int_equal(step, MANIFEST_BAD_ENTRY);
				assert_int_equal(problem.error,
						 ERROR_OBJECT_NAME);
				assert_string_equal(problem.pointer,
						    "/objects/0");
				assert_true(entry.key.length <= KEY_MAX);
			}
			assert_int_equal(manifest_next(&manifest, &entry,
						       &problem),
					 MANIFEST_ENTRY);
			assert_true(slice_is(entry.key, "b"));
		}
	}
}

static void test_json_broken(void **state)
{
	(void)state;
	assert_list("[\"a\",]", "/objects/0=a\nbroken 11001 /objects\n");
	assert_list("[\"a\" \"b\"]", "/objects/0=a\nbroken 11001 /objects\n");
	assert_list("[\"a\"] x", "/objects/0=a\nbroken 11001 /objects\n");
	assert_list("[\"a\",{\"key\":1,}]",
		    "/objects/0=a\nbroken 11001 /objects\n");
	assert_list("[\"a\",{\"key\":\"b\",\"metadata\":{\"c\":}}]",
		    "/objects/0=a\nbroken 11001 /objects\n");
}

static void test_json_lists_refused(void **state)
{
	static const struct {
		const char *text;
		enum error error;
	} cases[] = {
		{ "[]", ERROR_EMPTY },        { " [ ] ", ERROR_EMPTY },
		{ "", ERROR_MALFORMED },      { "[", ERROR_MALFORMED },
		{ "[,", ERROR_MALFORMED },    { "[] x", ERROR_MALFORMED },
		{ "\"a\"", ERROR_BAD_VALUE }, { "null", ERROR_BAD_VALUE },
		{ "{}", ERROR_BAD_VALUE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(add("json", slice_text(cases[i].text)),
				 cases[i].error);
		assert_int_equal(problem.error, cases[i].error);
		assert_string_equal(problem.pointer, "/objects");
		/* Nothing of it is left. */
		assert_string_equal(read_all(), "");
	}
	assert_int_equal(add("json", slice_text("[]")), ERROR_EMPTY);
	assert_string_equal(problem.message,
			    "objects is an empty list; leave it out or name "
			    "at least one");
}

/* ---- lines --------------------------------------------------------------- */

static void test_lines(void **state)
{
	(void)state;
	assert_int_equal(add("lines",
			     slice_text("\n\r\na/b\r\n c \n\n\"d\"\n{e}\r\r\n"
					"\xEF\xBB\xBFlast")),
			 ERROR_NONE);
	assert_reads("/objects/0=a/b\n/objects/1= c \n/objects/2=\"d\"\n"
		     "/objects/3={e}\r\n/objects/4=\xEF\xBB\xBFlast\n");
	assert_int_equal(add("lines", slice_text("\xEF\xBB\xBFx\n")),
			 ERROR_NONE);
	assert_reads("/objects/0=x\n");
	assert_int_equal(add("lines", slice_text("x")), ERROR_NONE);
	assert_reads("/objects/0=x\n");
}

static void test_lines_bad(void **state)
{
	static const struct slice text =
		SLICE("good\n\nwith\0nul\n\n\nbad\xFFutf\nfine\n");

	(void)state;
	assert_int_equal(add("lines", text), ERROR_NONE);
	assert_reads("/objects/0=good\n/objects/1! 10020 /objects/1\n"
		     "/objects/2! 10020 /objects/2\n/objects/3=fine\n");
	manifest_rewind(&manifest);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_BAD_ENTRY);
	assert_ptr_equal(strstr(problem.message, "line 3: "), problem.message);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_BAD_ENTRY);
	assert_ptr_equal(strstr(problem.message, "line 6: "), problem.message);
	/* What is shown of it is UTF-8. */
	assert_true(slice_is(entry.key, "bad"));
}

/* A long key is cut for showing, but not in the middle of a character. */
static void test_lines_too_long(void **state)
{
	static char text[KEY_MAX + 3];

	(void)state;
	memset(text, 'a', KEY_MAX);
	assert_int_equal(add("lines", slice_of(text, KEY_MAX)), ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	memcpy(text + KEY_MAX - 1, "\u65E5", 3);
	message_of("lines", slice_of(text, KEY_MAX + 2));
	assert_int_equal(problem.error, ERROR_OBJECT_NAME);
	assert_int_equal(entry.key.length, KEY_MAX - 1);
}

static void test_lines_empty(void **state)
{
	static const char *const empty[] = {
		"", "\n", "\r\n\n\r\n", "\r", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		assert_int_equal(add("lines", slice_text(empty[i])),
				 ERROR_EMPTY);
		assert_int_equal(document("lines", slice_text(empty[i])),
				 ERROR_EMPTY);
		assert_string_equal(problem.pointer, "/manifest");
	}
	assert_int_equal(add("lines", slice_of(NULL, 0)), ERROR_EMPTY);
}

/* ---- NDJSON -------------------------------------------------------------- */

static void test_ndjson(void **state)
{
	(void)state;
	assert_int_equal(add("ndjson",
			     slice_text("\xEF\xBB\xBF\"a\"\r\n\n  \t\n"
					"{\"key\":\"b\",\"ttlSeconds\":5} \n"
					"{\"ttlSeconds\":5}\n\"c\"")),
			 ERROR_NONE);
	assert_reads("/objects/0=a\n/objects/1=b (0,0,5)\n"
		     "/objects/2! 11004 /objects/2/key\n/objects/3=c\n");
}

static void test_ndjson_broken(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "{\"key\":\"x\"", "line 4, column 11: the document ends in "
				    "the middle" },
		{ "a/b", "line 4, column 1: expected a value" },
		{ "\"a\" \"b\"", "line 4, column 5: something follows the "
				 "document" },
		{ "17 18", "line 4, column 4: something follows the document" },
		{ "{\"x\":1} ]", "line 4, column 9: something follows the "
				 "document" },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "\"a\"\n\n\"b\"\n%s\n\"c\"\n",
			 cases[i].line);
		assert_int_equal(add("ndjson", slice_text(text)), ERROR_NONE);
		assert_reads("/objects/0=a\n/objects/1=b\n"
			     "/objects/2! 11001 /objects/2\n"
			     "/objects/3=c\n");
		assert_string_equal(problem.message, cases[i].message);
	}
}

/* ---- parts and documents ------------------------------------------------- */

static enum error add_part(enum entry_kind kind, const char *base,
			   const char *text)
{
	return manifest_add(&manifest, reader("lines"), kind, base,
			    slice_text(text), &problem);
}

static void test_parts(void **state)
{
	(void)state;
	manifest_begin(&manifest);
	assert_reads("");
	assert_int_equal(add_part(ENTRY_PREFIX, "/prefixes", "p/\nq/"),
			 ERROR_NONE);
	assert_int_equal(add_part(ENTRY_OBJECT, "/objects", "a"), ERROR_NONE);
	assert_int_equal(add_part(ENTRY_OBJECT, "/objects", "b"), ERROR_NONE);
	assert_int_equal(add_part(ENTRY_OBJECT, "/objects", ""), ERROR_EMPTY);
	assert_int_equal(add_part(ENTRY_OBJECT, "/manifest", "c"), ERROR_NONE);
	assert_int_equal(add_part(ENTRY_OBJECT, "/objects", "d"),
			 ERROR_BAD_VALUE);
	assert_reads("/prefixes/0=p/*\n/prefixes/1=q/*\n/objects/0=a\n"
		     "/objects/1=b\n/manifest/0=c\n");
	/* Rewinding in the middle of a part. */
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_END);
	manifest_rewind(&manifest);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	manifest_rewind(&manifest);
	assert_reads("/prefixes/0=p/*\n/prefixes/1=q/*\n/objects/0=a\n"
		     "/objects/1=b\n/manifest/0=c\n");
}

static void test_documents(void **state)
{
	static const struct {
		const char *format;
		const char *text, *expected;
	} cases[] = {
		{ "json", "[\"a\"]", "/manifest/0=a\n" },
		{ "json", "{\"objects\":[\"a\"]}", "/manifest/objects/0=a\n" },
		{ "json",
		  "{ \"prefixes\" : [\"p/\"],\n\"objects\":[\"a\",\"b\"] } ",
		  "/manifest/prefixes/0=p/*\n/manifest/objects/0=a\n"
		  "/manifest/objects/1=b\n" },
		{ "ndjson", "\"a\"\n\"b\"", "/manifest/0=a\n/manifest/1=b\n" },
		/* Only when said so: it looks like JSON. */
		{ "lines", "[\"a\"]", "/manifest/0=[\"a\"]\n" },
		{ "", "\n [\"a\"]", "/manifest/0=a\n" },
		{ "", "\xEF\xBB\xBF[\"a\"]", "/manifest/0=a\n" },
		{ "", "{\"objects\":[\"a\"]}", "/manifest/objects/0=a\n" },
		{ "", "{\n\"prefixes\":[\"p/\"]\n}\n",
		  "/manifest/prefixes/0=p/*\n" },
		{ "", "{\"key\":\"a\"}", "/manifest/0=a\n" },
		{ "", "\xEF\xBB\xBF\r\n{\"key\":\"a\"}\r\n\"b\"",
		  "/manifest/0=a\n/manifest/1=b\n" },
		{ "", "{\"ttlSeconds\":0,\"key\":\"a\"}\n{}\n",
		  "/manifest/0! 11005 /manifest/0/ttlSeconds\n"
		  "/manifest/1! 11004 /manifest/1/key\n" },
		{ "", "{\"key\":\"a\"}\nnot json\n",
		  "/manifest/0=a\n/manifest/1! 11001 /manifest/1\n" },
		{ "", "\"a\"\n\"b\"\n", "/manifest/0=a\n/manifest/1=b\n" },
		{ "", "[\"a\"]\n[\"b\"]\n",
		  "/manifest/0=a\nbroken 11001 /manifest\n" },
		{ "", "a\nb\n", "/manifest/0=a\n/manifest/1=b\n" },
		{ "", "\n\n1\n", "/manifest/0=1\n" },
		{ "lines", "key,ttl\n", "/manifest/0=key,ttl\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (document(cases[i].format, slice_text(cases[i].text)) !=
		    ERROR_NONE)
			fail_msg("%s: %s", cases[i].text, problem.message);
		assert_reads(cases[i].expected);
	}
}

static void test_documents_refused(void **state)
{
	static const struct {
		const char *text;
		enum error error;
		const char *pointer;
	} cases[] = {
		{ "", ERROR_EMPTY, "/manifest" },
		{ " \n\t\r\n", ERROR_EMPTY, "/manifest" },
		{ "[]", ERROR_EMPTY, "/manifest" },
		{ "{}", ERROR_EMPTY, "/manifest" },
		{ "{\"objects\":[]}", ERROR_EMPTY, "/manifest/objects" },
		{ "{\"objects\":[\"a\"],\"prefixes\":[]}", ERROR_EMPTY,
		  "/manifest/prefixes" },
		{ "{\"objects\":[\"a\"],\"objects\":[\"b\"]}",
		  ERROR_DUPLICATE_FIELD, "/manifest/objects" },
		{ "{\"objects\":[\"a\"],\"\\u006fbjects\":[\"b\"]}",
		  ERROR_DUPLICATE_FIELD, "/manifest/objects" },
		{ "{\"object\":[\"a\"]}", ERROR_UNKNOWN_FIELD, "/manifest" },
		{ "{\"objects\":[\"a\"],\"bucket\":\"b\"}", ERROR_UNKNOWN_FIELD,
		  "/manifest" },
		{ "{\"objects\":\"a\"}", ERROR_BAD_VALUE, "/manifest/objects" },
		{ "{\"objects\":null}", ERROR_BAD_VALUE, "/manifest/objects" },
		{ "{\"objects\":[\"a\",}", ERROR_MALFORMED, "/manifest" },
		{ "{\"objects\":[\"a\"]", ERROR_MALFORMED, "/manifest" },
		{ "{\"objects\":[\"a\"]}\nb", ERROR_MALFORMED, "/manifest" },
		{ "{\"objects\":[\"a\"]}{}", ERROR_MALFORMED, "/manifest" },
		/* Never taken for keys a line. */
		{ "{", ERROR_MALFORMED, "/manifest" },
		{ "[", ERROR_MALFORMED, "/manifest" },
		{ "[draft] report.pdf\nb\n", ERROR_MALFORMED, "/manifest" },
		{ "{a}\nb\n", ERROR_MALFORMED, "/manifest" },
		{ "{\"key\":\"a\"\n}", ERROR_MALFORMED, "/manifest" },
		{ "{\"key\":\"a\",\nb\n", ERROR_MALFORMED, "/manifest" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum error error = document("", slice_text(cases[i].text));

		if (error != cases[i].error)
			fail_msg("%s: %d", cases[i].text, (int)error);
		assert_int_equal(problem.error, error);
		assert_string_equal(problem.pointer, cases[i].pointer);
		assert_string_equal(read_all(), "");
	}
	assert_int_equal(document("", slice_text("[draft]\n")),
			 ERROR_MALFORMED);
	assert_non_null(strstr(problem.message, "manifestFormat"));
	assert_int_equal(document("json", slice_text("[draft]\n")),
			 ERROR_MALFORMED);
	assert_null(strstr(problem.message, "manifestFormat"));
	assert_int_equal(document("json", slice_text("\"a\"")),
			 ERROR_BAD_VALUE);
}

/* Names that don't fit are left out, and the list stays within its bounds. */
static void test_long_list(void **state)
{
	char list[MANIFEST_FORMAT_LIST_MAX], name[120], expected[256];
	const char *const names[] = { name, name, "c" };

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(expected, sizeof(expected), "%s, %s or c", name, name);
	assert_string_equal(manifest_format_join(list, names, 3), expected);
	snprintf(expected, sizeof(expected), "%s or %s", name, name);
	assert_string_equal(manifest_format_join(list, names, 2), expected);
	snprintf(expected, sizeof(expected), "%s, %s", name, name);
	assert_string_equal(
		manifest_format_join(
			list, (const char *const[]){ name, name, name }, 3),
		expected);
}

static void test_formats(void **state)
{
	char list[MANIFEST_FORMAT_LIST_MAX];

	(void)state;
	for (int i = 0; manifest_format_readers[i]; i++) {
		const char *name = manifest_format_readers[i]->name;

		assert_true(strlen(name) > 0);
		assert_ptr_equal(reader(name), manifest_format_readers[i]);
		assert_non_null(strstr(manifest_format_list(list), name));
	}
	assert_string_equal(reader("ndjson")->name, "ndjson");
	assert_string_equal(manifest_format_list(list),
			    "json, ndjson, lines, csv or sha256sum");
	assert_string_equal(manifest_format_nearest(slice_text("jsno")),
			    "json");
	assert_null(manifest_format_nearest(slice_text("xml")));
	assert_null(manifest_format_find(slice_of(NULL, 0)));
}

static void test_format_by_name(void **state)
{
	static const struct {
		const char *name;
		const char *format;
	} cases[] = {
		{ "a.csv", "csv" },
		{ "A.CSV", "csv" },
		{ "a.json", "json" },
		{ "a.ndjson", "ndjson" },
		{ "a.jsonl", "ndjson" },
		{ "a.iso.sha256", "sha256sum" },
		{ "SHA256SUMS", "sha256sum" },
		{ "sha256sum.txt", "sha256sum" },
		{ "manifest-sha256.txt", "sha256sum" },
		{ "tagmanifest-sha256.txt", "sha256sum" },
		{ "a.sha256sum", "sha256sum" },
		{ "bag.csv/manifest-sha256.txt", "sha256sum" },
		{ "C:\\lists.txt\\a.csv", "csv" },
		{ ".csv", "csv" },
		/* What doesn't tell. */
		{ "", "" },
		{ "csv", "" },
		{ "a.csv/", "" },
		{ "a.csv.gz", "" },
		{ "a.csv/b", "" },
		{ "a.", "" },
		/* Lists of any kind have these. */
		{ "a.txt", "" },
		{ "a.lst", "" },
		{ "checksums.txt", "" },
		{ "CHECKSUMS", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (manifest_guess_by_name(slice_text(cases[i].name)) !=
		    reader(cases[i].format))
			fail_msg("%s", cases[i].name);
	assert_null(manifest_guess_by_name(slice_of(NULL, 0)));
}

/* What is neither said nor in the name is found in the first line. */
static void test_format_by_content(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "key,method\na\n", "broken" },
		{ "\xEF\xBB\xBF\r\nkey,ttlSeconds\r\na,5\r\n",
		  "/manifest/0=a (0,0,5)\n" },
		{ "\"ttlSeconds\",\"key\"\n\"5\",\"a\"\"b\"\n",
		  "/manifest/0=a\"b (0,0,5)\n" },
		{ DIGEST "  a\nb\n",
		  "/manifest/0=a\n/manifest/1! 11001 /manifest/1\n" },
		{ "\\" DIGEST " *a\\\\b\n", "/manifest/0=a\\b\n" },
		{ DIGEST "\ta b\n", "/manifest/0=a b\n" },
		/* Keys a line, as strange as they are. */
		{ "keys\nkey\n", "/manifest/0=keys\n/manifest/1=key\n" },
		{ "a,b\nkey,b\n", "/manifest/0=a,b\n/manifest/1=key,b\n" },
		{ "monkey,ttlSeconds\n", "/manifest/0=monkey,ttlSeconds\n" },
		{ "a key, or two\n", "/manifest/0=a key, or two\n" },
		{ "filename\n", "/manifest/0=filename\n" },
		{ DIGEST "\n", "/manifest/0=" DIGEST "\n" },
		{ "0" DIGEST "  a\n", "/manifest/0=0" DIGEST "  a\n" },
		/* And JSON strings. */
		{ "\"a,key,b\"\n", "/manifest/0=a,key,b\n" },
		{ "\"keys\"\n", "/manifest/0=keys\n" },
		{ "\"key \"\n", "/manifest/0=key \n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum error error = document("", slice_text(cases[i].text));

		if (strcmp(cases[i].expected, "broken") == 0) {
			assert_int_equal(error, ERROR_MALFORMED);
			continue;
		}
		if (error != ERROR_NONE)
			fail_msg("%s: %s", cases[i].text, problem.message);
		assert_reads(cases[i].expected);
	}
}

/* What looks like another format, but badly so, is never a list of keys. */
static void test_format_refused(void **state)
{
	static const struct {
		const char *text;
		enum error error;
		const char *words;
	} cases[] = {
		{ "key,ttl\na,5\n", ERROR_UNKNOWN_FIELD, "manifestFormat" },
		{ "Key;ttl\na;5\n", ERROR_UNKNOWN_FIELD,
		  "cells are separated by ;" },
		{ "key\tttl\na\t5\n", ERROR_UNKNOWN_FIELD,
		  "cells are separated by tabs" },
		{ "permission,ttlSeconds\nb,5\n", ERROR_MISSING_FIELD,
		  "no column 'key'" },
		{ "key,key\na,b\n", ERROR_DUPLICATE_FIELD, "two columns" },
		{ "key,ttlSeconds\na\n", ERROR_MALFORMED, "line 2" },
		{ "\"key\"\n\"a\"\n", ERROR_MALFORMED, "say which" },
		{ "\"key\"", ERROR_MALFORMED, "say which" },
		{ "\"key\"\r\na\r\n", ERROR_MALFORMED, "say which" },
		{ "\"a\nb\"\n", ERROR_MALFORMED, "manifestFormat" },
		{ "key\na\n", ERROR_MALFORMED, "say which" },
		{ "key,method\n", ERROR_EMPTY, "at least one" },
		/* A header that is a comment, with nothing behind it. */
		{ "#a,key\n", ERROR_UNKNOWN_FIELD, "'#a'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (document("", slice_text(cases[i].text)) != cases[i].error)
			fail_msg("%s: %d %s", cases[i].text, (int)problem.error,
				 problem.message);
		assert_string_equal(problem.pointer, "/manifest");
		if (!strstr(problem.message, cases[i].words))
			fail_msg("%s: \"%s\"", cases[i].text, problem.message);
		assert_string_equal(read_all(), "");
	}
}

/* ---- cut and damaged ----------------------------------------------------- */

static const char sample[] =
	"{\"prefixes\": [\"p/\", {\"key\": \"q/\", \"ttlSeconds\": 5}],\n"
	"\"objects\": [\"a\", \"caf\u00E9\", \"\\u00e9\", {\"key\": \"b\",\n"
	"\"permission\": \"object-read-only\", \"actions\": [\"GetObject\"]}]}";

static char *own_block(const char *data, size_t length)
{
	char *copy = malloc(length ? length : 1);

	assert_non_null(copy);
	memcpy(copy, data, length);
	return copy;
}

/* Entries of a manifest, or SIZE_MAX when something is wrong with it. */
static size_t count_entries(const char *format, const char *text, size_t length)
{
	char *block = own_block(text, length);
	size_t count = 0, bad = 0;
	enum manifest_step step = MANIFEST_BROKEN;

	if (document(format, slice_of(block, length)) == ERROR_NONE)
		while ((step = manifest_next(&manifest, &entry, &problem)) <=
		       MANIFEST_BAD_ENTRY) {
			if (step == MANIFEST_ENTRY)
				assert_true(entry.key.length >= 1 &&
					    entry.key.length <= KEY_MAX);
			else
				bad++;
			assert_true(++count <= length + 1);
		}
	/* A text that is UTF-16 by accident was decoded. */
	manifest_end(&manifest);
	free(block);
	return step == MANIFEST_END && bad == 0 ? count : SIZE_MAX;
}

static void test_truncated(void **state)
{
	const size_t whole = sizeof(sample) - 1;

	(void)state;
	assert_int_equal(count_entries("", sample, whole), 6);
	for (size_t length = 0; length < whole; length++)
		assert_int_equal(count_entries("", sample, length), SIZE_MAX);
}

static void test_truncated_list(void **state)
{
	static const char list[] = "[\"a\", {\"key\":\"b\",\"ttlSeconds\":5},"
				   "\"\\ud83d\\ude00\"]";
	const size_t whole = sizeof(list) - 1;

	(void)state;
	assert_int_equal(count_entries("", list, whole), 3);
	for (size_t length = 0; length < whole; length++)
		assert_int_equal(count_entries("", list, length), SIZE_MAX);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 8;
}

/* Whatever comes, it ends, stays within its block and within bounds. */
static void test_damaged(void **state)
{
	static const char *const formats[] = {
		"", "json", "ndjson", "lines", "csv", "sha256sum",
	};
	static const char likely[] = "{}[]:,\"\\nu0-1e\x80\xC3\xFF\n\r ";
	char text[sizeof(sample)];
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		size_t length = next_random(&seed) % sizeof(sample);

		memcpy(text, sample, sizeof(sample));
		for (uint32_t n = next_random(&seed) % 6; n > 0; n--)
			text[next_random(&seed) % sizeof(sample)] =
				likely[next_random(&seed) % sizeof(likely)];
		count_entries(formats[round % 6], text, length);
	}
	for (int round = 0; round < 100000; round++) {
		size_t length = next_random(&seed) % 24;

		for (size_t i = 0; i < length; i++)
			text[i] = (char)next_random(&seed);
		count_entries(formats[round % 6], text, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_keys),
		cmocka_unit_test(test_json_members),
		cmocka_unit_test(test_json_wrong_members),
		cmocka_unit_test(test_json_actions),
		cmocka_unit_test(test_json_ttl),
		cmocka_unit_test(test_json_link),
		cmocka_unit_test(test_json_link_wrong),
		cmocka_unit_test(test_json_link_lengths),
		cmocka_unit_test(test_json_bad_keys),
		cmocka_unit_test(test_json_key_lengths),
		cmocka_unit_test(test_json_broken),
		cmocka_unit_test(test_json_lists_refused),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_bad),
		cmocka_unit_test(test_lines_too_long),
		cmocka_unit_test(test_lines_empty),
		cmocka_unit_test(test_ndjson),
		cmocka_unit_test(test_ndjson_broken),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_documents_refused),
		cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_format_by_name),
		cmocka_unit_test(test_format_by_content),
		cmocka_unit_test(test_format_refused),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_truncated_list),
		cmocka_unit_test(test_damaged),
	};

	return UNIT_RUN(tests);
}
