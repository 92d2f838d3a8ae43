/* CSV manifests: cells, columns, what is wrong with either. */
#include "unit.h"

#include "lib/manifest/format.h"
#include "lib/manifest/line.h"
#include "lib/manifest/manifest.h"

#define DIGEST                             \
	"0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef"

static struct manifest manifest;
static struct problem problem;
static struct entry entry;

static enum error add(struct slice text)
{
	manifest_begin(&manifest);
	return manifest_add(&manifest, manifest_format_find(slice_text("csv")),
			    ENTRY_OBJECT, "/manifest", text, &problem);
}

static enum manifest_step next(void)
{
	return manifest_next(&manifest, &entry, &problem);
}

/* The keys, each behind its length: "1:a 3:b,c "; "! " for a bad entry, "# "
 * where it breaks. */
static const char *keys(void)
{
	static char text[4096];
	enum manifest_step step;
	size_t length = 0;

	text[0] = '\0';
	while ((step = next()) != MANIFEST_END) {
		if (step == MANIFEST_ENTRY)
			length += (size_t)snprintf(
				text + length, sizeof(text) - length,
				"%zu:%.*s ", entry.key.length,
				(int)entry.key.length, entry.key.data);
		else
			length += (size_t)snprintf(
				text + length, sizeof(text) - length, "%s",
				step == MANIFEST_BROKEN ? "# " : "! ");
		assert_true(length < sizeof(text));
		if (step == MANIFEST_BROKEN)
			break;
	}
	return text;
}

/* Twice the same; and what broke is broken still. */
static void assert_keys(const char *text, const char *expected)
{
	if (add(slice_text(text)) != ERROR_NONE)
		fail_msg("%s: %s", text, problem.message);
	assert_string_equal(keys(), expected);
	if (strchr(expected, '#'))
		assert_int_equal(next(), MANIFEST_BROKEN);
	else
		assert_int_equal(next(), MANIFEST_END);
	manifest_rewind(&manifest);
	assert_string_equal(keys(), expected);
}

/* ---- cells --------------------------------------------------------------- */

static void test_cells(void **state)
{
	(void)state;
	assert_keys("key\na\nb c\n d \n", "1:a 3:b c 3: d  ");
	assert_keys("key\r\na\r\nb", "1:a 1:b ");
	assert_keys("key\r\na\r", "1:a ");
	assert_keys("\xEF\xBB\xBFkey\na\n", "1:a ");
	assert_keys("\xEF\xBB\xBF\"key\"\n\"a\"\n", "1:a ");
	assert_keys("key\n\"a,b\"\n\"a\nb\"\n\"a\r\nb\"\n\"\ra\"\n",
		    "3:a,b 3:a\nb 4:a\r\nb 2:\ra ");
	assert_keys("key\n\"a\"\"b\"\n\"\"\"\"\n\"\"\"\"\"\"\n\"\"\"a\"\"\"",
		    "3:a\"b 1:\" 2:\"\" 3:\"a\" ");
	/* Empty lines are nothing, but an empty key is one. */
	assert_keys("\n\r\nkey\n\na\n\r\n\n\"\"\nb\n\n", "1:a ! 1:b ");
	assert_keys("key,filename\na,\"x\ny\"\nb,z\n", "! 1:b ");
	/* What means something elsewhere. */
	assert_keys("key\n#a\n'b,'\n", "2:#a # ");
	assert_keys("key\nz\n\\\"a\n", "1:z # ");
	assert_keys("key\n\"a\\\"\n=1+1\n@x\n", "2:a\\ 4:=1+1 2:@x ");
	assert_keys("key\n\xC3\xA9\n\xC3\nz\n", "2:\xC3\xA9 ! 1:z ");
}

static void test_nul(void **state)
{
	static const struct slice text = SLICE("key\na\0b\n\"a\0b\"\nc\n");

	(void)state;
	assert_int_equal(add(text), ERROR_NONE);
	assert_string_equal(keys(), "! ! 1:c ");
}

static void test_rows_broken(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "key\na\n\nb,c\n", "line 4: the row has 2 cells, the header "
				     "1;" },
		{ "key,method\na,GET\nb\n", "line 3: the row has 1 cell, the "
					    "header 2;" },
		{ "key,method\na,GET\n\"b\nc\",GET,\n",
		  "line 3: the row has 3 cells, the header 2;" },
		{ "key,method\na,GET\n,,,,,,,,,,,,,\n",
		  "line 3: the row has 14 cells" },
		{ "key\na\n\"b\nc\n", "line 3: the quote that begins here is "
				      "never closed" },
		{ "key,method\na,GET\n\"b\nc\",\"\n\n",
		  "line 4: the quote that begins here is never closed" },
		{ "key\na\n\"", "line 3: the quote that begins here" },
		{ "key\na\n\"b\"\"", "line 3: the quote that begins here" },
		{ "key\na\n\"b\nc\"d\n", "line 4: text behind a closing "
					 "quote" },
		{ "key\na\n\"b\" \n", "line 3: text behind a closing quote" },
		{ "key\na\n\"b\"\rc\n", "line 3: text behind a closing quote" },
		{ "key\na\nb\"c\"\n", "line 3: a quote inside a cell" },
		{ "key\na\n \"b\"\n", "line 3: a quote inside a cell" },
		{ "key\na\nb\rc\n", "line 3: a carriage return (CR) inside "
				    "a cell" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_keys(cases[i].text, "1:a # ");
		assert_int_equal(problem.error, ERROR_MALFORMED);
		assert_string_equal(problem.pointer, "/manifest");
		if (strstr(problem.message, cases[i].message) !=
		    problem.message)
			fail_msg("%s: %s", cases[i].text, problem.message);
	}
}

/* ---- columns ------------------------------------------------------------- */

static void test_columns(void **state)
{
	(void)state;
	assert_int_equal(
		add(slice_text("sha256,contentLength,contentType,filename,"
			       "method,ttlSeconds,actions,permission,key\n"
			       "0123456789ABCDEF0123456789abcdef"
			       "0123456789abcdef0123456789abcdef,0,"
			       "\"text/csv; header=\"\"present\"\"\","
			       "\"n\"\"n, x.txt\",PUT,60,\"GetObject ;PutObject"
			       "\n;, HeadObject\",object-read-write,\"k\"\"\"\n"
			       ",,,,,,,,l\n\"\",\"\",,,,,,,m\n")),
		ERROR_NONE);
	assert_int_equal(next(), MANIFEST_ENTRY);
	assert_true(slice_is(entry.key, "k\""));
	assert_true(slice_is(entry.link.text[LINK_TERM_SHA256], DIGEST));
	assert_true(slice_is(entry.link.text[LINK_TERM_CONTENT_LENGTH], "0"));
	assert_true(slice_is(entry.link.text[LINK_TERM_CONTENT_TYPE],
			     "text/csv; header=\"present\""));
	assert_true(
		slice_is(entry.link.text[LINK_TERM_FILENAME], "n\"n, x.txt"));
	assert_int_equal(entry.link.method, METHOD_PUT);
	assert_true(entry.own_scope);
	assert_int_equal(entry.scope.ttl, 60);
	assert_int_equal(entry.scope.permission, PERMISSION_OBJECT_READ_WRITE);
	assert_int_equal(__builtin_popcount(entry.scope.actions), 3);
	/* Empty is not given, with quotes or without. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(next(), MANIFEST_ENTRY);
		assert_true(slice_is(entry.key, i ? "m" : "l"));
		assert_false(entry.own_scope);
		assert_int_equal(entry.link.method, METHOD_NONE);
		assert_true(
			entry.link.text[LINK_TERM_FILENAME].length == 0 &&
			entry.link.text[LINK_TERM_CONTENT_TYPE].length == 0 &&
			entry.link.text[LINK_TERM_CONTENT_LENGTH].length == 0 &&
			entry.link.text[LINK_TERM_SHA256].length == 0);
	}
	assert_int_equal(next(), MANIFEST_END);
}

static void test_bad_values(void **state)
{
	static const struct {
		const char *column, *value;
		enum error error;
	} cases[] = {
		{ "permission", "read", ERROR_BAD_VALUE },
		{ "actions", "GetObject;getObject", ERROR_BAD_VALUE },
		{ "actions", "GetObject GetObject", ERROR_DUPLICATE_FIELD },
		{ "actions", " ; ", ERROR_EMPTY },
		{ "ttlSeconds", "0", ERROR_BAD_VALUE },
		{ "ttlSeconds", " 60", ERROR_BAD_VALUE },
		{ "ttlSeconds", "315360001", ERROR_BAD_VALUE },
		{ "ttlSeconds", "3651d", ERROR_BAD_VALUE },
		{ "ttlSeconds", "1h30m", ERROR_BAD_VALUE },
		{ "ttlSeconds", "1e3", ERROR_BAD_VALUE },
		{ "method", "POST", ERROR_BAD_VALUE },
		{ "filename", "a/b", ERROR_BAD_VALUE },
		{ "filename", "\xC3", ERROR_BAD_VALUE },
		{ "contentType", "html", ERROR_BAD_VALUE },
		{ "contentLength", "-1", ERROR_BAD_VALUE },
		{ "contentLength", "007", ERROR_BAD_VALUE },
		{ "sha256", "abc", ERROR_BAD_VALUE },
	};
	char text[256], pointer[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "%s,key\n,a\n%s,b\n,c\n",
			 cases[i].column, cases[i].value);
		snprintf(pointer, sizeof(pointer), "/manifest/1/%s",
			 cases[i].column);
		assert_int_equal(add(slice_text(text)), ERROR_NONE);
		assert_int_equal(next(), MANIFEST_ENTRY);
		assert_int_equal(next(), MANIFEST_BAD_ENTRY);
		assert_int_equal(problem.error, cases[i].error);
		assert_string_equal(problem.pointer, pointer);
		assert_ptr_equal(strstr(problem.message, "line 3: "),
				 problem.message);
		/* It is told by its key all the same. */
		assert_true(slice_is(entry.key, "b"));
		assert_int_equal(next(), MANIFEST_ENTRY);
		assert_int_equal(next(), MANIFEST_END);
	}
	/* The first of several is the one that is told. */
	assert_int_equal(add(slice_text("method,key,sha256\nget,,x\n")),
			 ERROR_NONE);
	assert_int_equal(next(), MANIFEST_BAD_ENTRY);
	assert_string_equal(problem.pointer, "/manifest/0/method");
	/* A key is the entry's own. */
	assert_int_equal(add(slice_text("method,key\nGET,\n")), ERROR_NONE);
	assert_int_equal(next(), MANIFEST_BAD_ENTRY);
	assert_int_equal(problem.error, ERROR_OBJECT_NAME);
	assert_string_equal(problem.pointer, "/manifest/0");
}

static void test_headers_refused(void **state)
{
	static const struct {
		const char *text;
		enum error error;
		const char *words;
	} cases[] = {
		{ "", ERROR_EMPTY, "at least one" },
		{ "\xEF\xBB\xBF", ERROR_EMPTY, "at least one" },
		{ "\r\n\n", ERROR_EMPTY, "at least one" },
		{ "key", ERROR_EMPTY, "at least one" },
		{ "key,method\n\n\r\n", ERROR_EMPTY, "at least one" },
		{ "keys\na\n", ERROR_UNKNOWN_FIELD, "did you mean 'key'" },
		{ "key,content-type\na,b\n", ERROR_UNKNOWN_FIELD,
		  "did you mean 'contentType'" },
		{ "key,\na,\n", ERROR_UNKNOWN_FIELD, "column 2 has no name" },
		{ "key,size\na,1\n", ERROR_UNKNOWN_FIELD, "no column 'size'" },
		{ "photos/a.jpg\n", ERROR_UNKNOWN_FIELD, "first line" },
		{ "\"k\"\"ey\"\na\n", ERROR_UNKNOWN_FIELD, "no column" },
		{ "key,method,key\na,,b\n", ERROR_DUPLICATE_FIELD,
		  "two columns 'key'" },
		{ "key,\"key\"\na,b\n", ERROR_DUPLICATE_FIELD, "two columns" },
		{ "filename,method\na,GET\n", ERROR_MISSING_FIELD,
		  "no column 'key'" },
		{ "\"key\na\n", ERROR_MALFORMED, "line 1: the quote" },
		{ "ke\"y\na\n", ERROR_MALFORMED, "line 1: a quote" },
		{ "key\rmethod\na\n", ERROR_MALFORMED, "line 1: a carriage" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (add(slice_text(cases[i].text)) != cases[i].error)
			fail_msg("%s: %d %s", cases[i].text, (int)problem.error,
				 problem.message);
		assert_int_equal(problem.error, cases[i].error);
		assert_string_equal(problem.pointer, "/manifest");
		if (!strstr(problem.message, cases[i].words))
			fail_msg("%s: %s", cases[i].text, problem.message);
		assert_int_equal(next(), MANIFEST_END);
	}
}

/* A strange name is quoted on one line, as UTF-8. */
static void test_header_quoted(void **state)
{
	static const struct slice text = SLICE("\"a\n\xFF\0b\",key\nx,y\n");

	(void)state;
	assert_int_equal(add(text), ERROR_UNKNOWN_FIELD);
	assert_null(strpbrk(problem.message, "\n\xFF"));
	assert_non_null(strstr(problem.message, "a\\n??"));
}

/* ---- lengths ------------------------------------------------------------- */

/* "key\n" and a cell of `length` bytes in quotes, the last `doubled` of which
 * are quotes themselves. The caller frees. */
static struct slice long_cell(size_t length, size_t doubled)
{
	char *text = malloc(length + doubled + 16), *p = text;

	assert_non_null(text);
	p += sprintf(p, "key\n\"");
	memset(p, 'a', length - doubled);
	p += length - doubled;
	memset(p, '"', 2 * doubled);
	p += 2 * doubled;
	memcpy(p, "\"\nb", 3);
	return slice_of(text, (size_t)(p + 3 - text));
}

static void test_lengths(void **state)
{
	static const size_t lengths[] = { 1,    1023, 1024, 1025,  4127,
					  4128, 4129, 5000, 100000 };

	(void)state;
	for (size_t i = 0; i < 3 * sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t length = lengths[i / 3];
		/* none, one, all */
		size_t doubled = i % 3 == 2 ? length : i % 3;
		struct slice text = long_cell(length, doubled);

		assert_int_equal(add(text), ERROR_NONE);
		if (length <= KEY_MAX) {
			assert_int_equal(next(), MANIFEST_ENTRY);
			assert_int_equal(entry.key.length, length);
			assert_int_equal(entry.key.data[length - 1],
					 doubled ? '"' : 'a');
		} else {
			assert_int_equal(next(), MANIFEST_BAD_ENTRY);
			assert_int_equal(problem.error, ERROR_OBJECT_NAME);
			assert_true(entry.key.length <= KEY_MAX);
		}
		assert_int_equal(next(), MANIFEST_ENTRY);
		assert_true(slice_is(entry.key, "b"));
		assert_int_equal(next(), MANIFEST_END);
		free((void *)(uintptr_t)text.data);
	}
}

/* Each part has columns of its own, in whichever order they are read. */
static void test_parts(void **state)
{
	(void)state;
	assert_int_equal(add(slice_text("ttlSeconds,key\n5,a\n")), ERROR_NONE);
	assert_int_equal(manifest_add(&manifest,
				      manifest_format_find(slice_text("csv")),
				      ENTRY_OBJECT, "/more",
				      slice_text("key\nb\nc\n"), &problem),
			 ERROR_NONE);
	for (int i = 0; i < 2; i++) {
		assert_string_equal(keys(), "1:a 1:b 1:c ");
		manifest_rewind(&manifest);
	}
}

/* Is a text with this first line taken for the format? */
static bool is_likely(const char *text)
{
	struct slice line;

	return manifest_line_first(slice_text(text), &line) &&
	       manifest_format_find(slice_text("csv"))->likely(line) ==
		       MANIFEST_LIKELY;
}

/* ---- separators ---------------------------------------------------------- */

static void test_separators(void **state)
{
	(void)state;
	assert_keys("key;method\na;GET\n\"b;c\";\nd,e;\n", "1:a 3:b;c 3:d,e ");
	assert_keys("key\tmethod\r\na b\tGET\r\n\"b\tc\"\t\r\n",
		    "3:a b 3:b\tc ");
	assert_keys("\"key\";\"method\"\n\"a\";\"GET\"\n", "1:a ");
	/* One column: nothing separates, whatever is in the rows. */
	assert_keys("key\na;b\nc\td\n", "3:a;b 3:c\td ");
	assert_keys("key\na;b\nc,d\n", "3:a;b # ");
	/* What the first line says holds, even for one column. */
	assert_keys("sep=;\nkey\na,b\n", "3:a,b ");
	assert_keys("\xEF\xBB\xBFsep=;\r\n\r\nkey;method\r\na;\r\n", "1:a ");
	assert_keys("\"SEP=,\"\nkey,method\na;b,\n", "3:a;b ");
	assert_keys("sep=\t\nkey\tmethod\na\tGET\n", "1:a ");
	/* Lines are counted from the beginning all the same. */
	assert_keys("sep=;\nkey;method\na;GET\nb\n", "1:a # ");
	assert_string_equal(problem.message,
			    "line 4: the row has 1 cell, the header 2; cells "
			    "are separated by ;, and one with a ; or a line "
			    "end in it needs quotes around it");
	assert_keys("key\tmethod\na\tGET\nb\t\t\n", "1:a # ");
	assert_non_null(strstr(problem.message, "separated by tabs"));
}

static void test_separators_refused(void **state)
{
	static const struct {
		const char *text;
		enum error error;
		const char *words;
	} cases[] = {
		{ "sep=|\nkey|method\na|\n", ERROR_BAD_VALUE,
		  "separated by '|'" },
		{ "sep=;\nkey,method\na,\n", ERROR_UNKNOWN_FIELD,
		  "no column 'key,method'" },
		{ "sep=;\n", ERROR_EMPTY, "at least one" },
		{ "sep=;", ERROR_EMPTY, "at least one" },
		{ "sep=;\nkey\n\n", ERROR_EMPTY, "at least one" },
		{ "sep=a\nkey\n", ERROR_UNKNOWN_FIELD, "no column" },
		{ "key;ttlSecond\na;1\n", ERROR_UNKNOWN_FIELD,
		  "did you mean 'ttlSeconds'? (cells are separated by ;)" },
		{ "Filename;Size\na;1\n", ERROR_UNKNOWN_FIELD,
		  "the columns are Filename, Size (cells are separated by "
		  ";): say which one holds the key, such as "
		  "keyName=Filename" },
		{ "key;a\tb\nx;y\n", ERROR_UNKNOWN_FIELD, "'a\\tb'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (add(slice_text(cases[i].text)) != cases[i].error ||
		    !strstr(problem.message, cases[i].words))
			fail_msg("%s: %d %s", cases[i].text, (int)problem.error,
				 problem.message);
		assert_string_equal(problem.pointer, "/manifest");
	}
}

/* Names may be in any case, with blanks around them; cells are as they are. */
static void test_header_names(void **state)
{
	(void)state;
	assert_keys(" KEY ,\tMethod\n a ,GET\n", "3: a  ");
	assert_keys("TTLSECONDS; \"Key\" ;\" method \"\n5;a;GET\n", "1:a ");
	assert_int_equal(entry.scope.ttl, 0);
	assert_int_equal(add(slice_text("Key,key\na,b\n")),
			 ERROR_DUPLICATE_FIELD);
	assert_int_equal(add(slice_text("key,Method,METHOD\na,,\n")),
			 ERROR_DUPLICATE_FIELD);
	/* Blanks may stand around quotes in the header alone. */
	assert_keys("key,method\nz,\n \"a\",GET\n", "1:z # ");
}

static void test_likely(void **state)
{
	static const struct {
		const char *text;
		bool likely;
	} cases[] = {
		{ "key\na", true },
		{ "\r\n\nkey", true },
		{ "key,ttlSeconds\n", true },
		{ "KEY,x\n", true },
		{ "x,key", true },
		{ "\"x\",\"key\"\r\n", true },
		{ "sha256;key\n", true },
		{ "key\tsize\n", true },
		{ "method,filename\n", true },
		{ "sep=;\nKey;x\n", true },
		{ "\"sep=,\"\r\n", true },
		{ "Sep=\t\n", true },
		{ " Key ; \" TtlSeconds \"\n", true },
		{ "sep=x\n", false },
		{ "sep=;;\n", false },
		{ "", false },
		{ "\n\n", false },
		{ "Key\n", false },
		{ "\"key\"\n", false },
		{ "keys,a\n", false },
		{ "method,size\n", false },
		{ "Filename,Size,Modified\n", true },
		{ "Size;\"Full Name\";Path\n", true },
		{ "Gr\u00F6\u00DFe\tName\n", true },
		{ "a/b,Path\n", false },
		{ "Path.txt,name.txt\n", false },
		{ "Path\n", false },
		{ "\"a,key,b\"\n", false },
		{ "a\nkey,b\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (is_likely(cases[i].text) != cases[i].likely)
			fail_msg("%s", cases[i].text);
}

/* Cut anywhere, a table of three rows is never more than it was, and each of
 * its keys is the beginning of one of the whole table's. */
static void test_truncated(void **state)
{
	static const char whole[] = "ttlSeconds,key\r\n60,a\r\n"
				    ",\"b\"\"\r\nb\"\r\n9,c\r\n";
	static const char *const expected[] = { "a", "b\"\r\nb", "c" };

	(void)state;
	for (size_t length = 0; length < sizeof(whole); length++) {
		char *block = malloc(length + 1);
		size_t count = 0;

		assert_non_null(block);
		memcpy(block, whole, length);
		if (add(slice_of(block, length)) == ERROR_NONE)
			while (next() == MANIFEST_ENTRY)
				assert_true(slice_starts(
					slice_text(expected[count++]),
					entry.key));
		assert_true(count <= 3);
		free(block);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_rows_broken),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_headers_refused),
		cmocka_unit_test(test_header_quoted),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_separators),
		cmocka_unit_test(test_separators_refused),
		cmocka_unit_test(test_header_names),
		cmocka_unit_test(test_likely),
		cmocka_unit_test(test_truncated),
	};

	return UNIT_RUN(tests);
}
