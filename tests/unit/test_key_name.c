/* keyName: the column or member that holds the key, in every format that has
 * some; and what is refused, so that nothing else becomes a key. */
#include "unit.h"

#include "lib/manifest/format.h"
#include "lib/manifest/json_hint.h"
#include "lib/manifest/manifest.h"

static struct manifest manifest;
static struct problem problem;
static struct entry entry;

static enum error document(const char *format, const char *key_name,
			   const char *text)
{
	manifest_begin(&manifest);
	manifest.key_name = slice_text(key_name);
	return manifest_add_document(&manifest,
				     manifest_format_find(slice_text(format)),
				     slice_text(text), &problem);
}

/* The keys with their indexes, "0:a 2:b "; "1! " for a bad entry, "# " where it
 * breaks. */
static const char *keys(void)
{
	static char text[1024];
	enum manifest_step step;
	size_t length = 0;

	text[0] = '\0';
	manifest_rewind(&manifest);
	while ((step = manifest_next(&manifest, &entry, &problem)) !=
	       MANIFEST_END) {
		if (step == MANIFEST_BROKEN)
			return strcat(text, "# ");
		length += (size_t)snprintf(
			text + length, sizeof(text) - length,
			step == MANIFEST_ENTRY ? "%u:%.*s " : "%u! ",
			(unsigned)entry.index, (int)entry.key.length,
			entry.key.data);
		assert_true(length < sizeof(text));
	}
	return text;
}

struct good {
	const char *format, *key_name, *text, *expected;
};

static void assert_good(const struct good *good, size_t count)
{
	for (; count-- > 0; good++) {
		if (document(good->format, good->key_name, good->text) !=
		    ERROR_NONE)
			fail_msg("%s: %s", good->text, problem.message);
		assert_string_equal(keys(), good->expected);
		/* The second reading is the same. */
		assert_string_equal(keys(), good->expected);
	}
}

struct bad {
	const char *format, *key_name, *text;
	enum error error;
	const char *words;
};

/* Refused as a whole, or by the first entry. */
static void assert_bad(const struct bad *bad, size_t count)
{
	for (; count-- > 0; bad++) {
		enum error error =
			document(bad->format, bad->key_name, bad->text);

		if (error == ERROR_NONE &&
		    manifest_next(&manifest, &entry, &problem) !=
			    MANIFEST_ENTRY)
			error = problem.error;
		if (error != bad->error || !strstr(problem.message, bad->words))
			fail_msg("%s: %d %s", bad->text, (int)error,
				 problem.message);
	}
}

#define ASSERT_GOOD(cases) assert_good(cases, sizeof(cases) / sizeof(*(cases)))
#define ASSERT_BAD(cases) assert_bad(cases, sizeof(cases) / sizeof(*(cases)))

/* ---- CSV ----------------------------------------------------------------- */

static void test_csv(void **state)
{
	static const struct good cases[] = {
		{ "csv", "Filename", "Filename,Size\na,1\nb,2\n", "0:a 1:b " },
		{ "csv", "filename", "Size;FILENAME;x\n1;a;\n2;b;\n",
		  "0:a 1:b " },
		{ "csv", " Path ", "Path\n\"a\"\n", "0:a " },
		{ "csv", "key", "key,Size,ETag\na,1,x\n", "0:a " },
		{ "csv", "KEY", "Key,\na,\n", "0:a " },
		/* Twice the same name of no meaning is no matter. */
		{ "csv", "key", "x,key,x\n1,a,2\n", "0:a " },
		/* The comma of an unknown name separates nothing. */
		{ "csv", "Path", "Path;Size, bytes;Date, local\na;1;2\n",
		  "0:a " },
		/* Folders are counted and passed over. */
		{ "csv", "Path", "Path,IsDir\nd,true\na,false\nb,\ne,TRUE\n",
		  "1:a 2:b " },
		/* Without keyName's column `key` has no meaning of its own. */
		{ "csv", "IsDir", "IsDir\ntrue\n", "0:true " },
	};

	(void)state;
	ASSERT_GOOD(cases);
	/* What member.h knows keeps its meaning. */
	assert_int_equal(document("csv", "Path",
				  "Size,TTLSeconds,Path,METHOD,Filename\n"
				  "1,60,a,PUT,n\n"),
			 ERROR_NONE);
	assert_string_equal(keys(), "0:a ");
	manifest_rewind(&manifest);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_int_equal(entry.scope.ttl, 60);
	assert_int_equal(entry.link.method, METHOD_PUT);
	assert_true(slice_is(entry.link.text[LINK_TERM_FILENAME], "n"));
}

static void test_csv_refused(void **state)
{
	static const struct bad cases[] = {
		{ "csv", "Path", "Name,Size\na,1\n", ERROR_MISSING_FIELD,
		  "no column 'Path', which keyName names; the columns are "
		  "Name, Size" },
		/* `key` alone doesn't stand in for the column that is named. */
		{ "csv", "Path", "key,Size\na,1\n", ERROR_MISSING_FIELD,
		  "no column 'Path'" },
		{ "csv", "Path", "Path,key\na,b\n", ERROR_DUPLICATE_FIELD,
		  "both 'Path', which keyName names, and 'key'" },
		{ "csv", "Path", "KEY;path\na;b\n", ERROR_DUPLICATE_FIELD,
		  "only one can hold the key" },
		{ "csv", "Path", "Path,PATH\na,b\n", ERROR_DUPLICATE_FIELD,
		  "two columns 'Path'" },
		{ "csv", "key", "Key,key\na,b\n", ERROR_DUPLICATE_FIELD,
		  "two columns 'key'" },
		{ "csv", "Path", "Path,method,Method\na,,\n",
		  ERROR_DUPLICATE_FIELD, "two columns 'method'" },
		{ "csv", "Path", "Path,IsDir,isdir\na,,\n",
		  ERROR_DUPLICATE_FIELD, "two columns 'IsDir'" },
		{ "csv", "Path", "Path,IsDir\na,yes\n", ERROR_BAD_VALUE,
		  "must be true or false" },
		{ "csv", "Path", "Path,Method\na,GETS\n", ERROR_BAD_VALUE,
		  "line 2" },
		{ "csv", "Path", "Path,IsDir\nd,true\n", ERROR_EMPTY,
		  "one of folders alone" },
		{ "csv", "Path", "Path,Size\na\n", ERROR_MALFORMED, "line 2" },
		/* Without keyName the refusal names it. */
		{ "csv", NULL, "Filename,Size,Modified\na,1,x\n",
		  ERROR_UNKNOWN_FIELD, "keyName=Filename" },
		{ "csv", NULL, "Size,Full Name,Path\n1,x,a\n",
		  ERROR_UNKNOWN_FIELD, "keyName=Path" },
		{ "csv", NULL, "filename,method\na,\n", ERROR_MISSING_FIELD,
		  "keyName=filename" },
		{ "csv", NULL, "key,Size\na,1\n", ERROR_UNKNOWN_FIELD,
		  "keyName=key" },
		{ "csv", NULL, "key,IsDir\na,true\n", ERROR_UNKNOWN_FIELD,
		  "keyName=key" },
	};

	(void)state;
	ASSERT_BAD(cases);
}

/* ---- JSON ---------------------------------------------------------------- */

static void test_json(void **state)
{
	static const struct good cases[] = {
		{ "json", "Path",
		  "[{\"Path\":\"d\",\"IsDir\":true},"
		  "{\"Path\":\"a\",\"IsDir\":false,\"Size\":[1,{\"key\":2}]},"
		  "{\"Size\":-1,\"Path\":\"b\"}]",
		  "1:a 2:b " },
		{ "json", "Key",
		  "{\"Contents\":[{\"Key\":\"a\",\"ETag\":\"\\\"x\\\"\"}],"
		  "\"RequestCharged\":null,\"Prefix\":\"\"}",
		  "0:a " },
		{ "json", "Key",
		  "{\"Prefix\":{\"x\":[1]},\"Contents\":[{\"Key\":\"a\"}]}",
		  "0:a " },
		{ "json", "K\u00F6y", "[{\"K\\u00f6y\":\"a\"}]", "0:a " },
		{ "json", "Key", "[{\"Key\":\"a\",\"x\":1,\"x\":2}]", "0:a " },
		{ "json", "key", "[\"a\",{\"key\":\"b\",\"Size\":1}]",
		  "0:a 1:b " },
		{ "json", "filename", "[{\"filename\":\"d/a\"}]", "0:d/a " },
		{ "json", "Key", "{\"prefixes\":[{\"Key\":\"p/\"}]}", "0:p/ " },
		{ "ndjson", "Path",
		  "{\"Path\":\"a\",\"Size\":1}\n\n"
		  "{\"Path\":\"d\",\"IsDir\":true}\n{\"Path\":\"b\"}\n",
		  "0:a 2:b " },
	};

	(void)state;
	ASSERT_GOOD(cases);
	/* A known list keeps its kind. */
	assert_int_equal(document("json", "Key",
				  "{\"prefixes\":[{\"Key\":\"p/\"}]}"),
			 ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_int_equal(entry.kind, ENTRY_PREFIX);
	/* And so do known members. */
	assert_int_equal(document("json", "Key",
				  "[{\"ttlSeconds\":60,\"TTLSeconds\":1,"
				  "\"Key\":\"a\",\"Method\":\"x\"}]"),
			 ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_int_equal(entry.scope.ttl, 60);
	assert_int_equal(entry.link.method, METHOD_NONE);
}

static void test_json_refused(void **state)
{
	static const struct bad cases[] = {
		{ "json", "Key", "[{\"key\":\"a\",\"Size\":1}]",
		  ERROR_MISSING_FIELD,
		  "no member \"Key\", which keyName names; its members are "
		  "key, Size" },
		{ "json", "Key", "[{}]", ERROR_MISSING_FIELD,
		  "no member \"Key\"" },
		{ "json", "Key", "[{\"Key\":\"a\",\"key\":\"b\"}]",
		  ERROR_DUPLICATE_FIELD, "only one can hold the key" },
		{ "json", "Key", "[{\"key\":\"a\",\"Key\":\"b\"}]",
		  ERROR_DUPLICATE_FIELD, "only one can hold the key" },
		{ "json", "Key", "[{\"Key\":\"a\",\"Key\":\"b\"}]",
		  ERROR_DUPLICATE_FIELD, "given twice" },
		{ "json", "key", "[{\"key\":\"a\",\"key\":\"b\"}]",
		  ERROR_DUPLICATE_FIELD, "given twice" },
		{ "json", "Key",
		  "[{\"Key\":\"a\",\"IsDir\":true,\"IsDir\":false}]",
		  ERROR_DUPLICATE_FIELD, "\"IsDir\" is given twice" },
		{ "json", "Key", "[{\"Key\":\"a\",\"IsDir\":\"true\"}]",
		  ERROR_BAD_VALUE, "must be true or false, not a string" },
		{ "json", "Key", "[{\"Key\":1}]", ERROR_BAD_VALUE,
		  "must be a string" },
		{ "json", "Key", "[\"a\"]", ERROR_BAD_VALUE, "not a string" },
		{ "json", "Key", "[{\"Key\":\"a\",\"ttlSeconds\":\"x\"}]",
		  ERROR_BAD_VALUE, "" },
		{ "json", "Key", "[{\"Key\":\"a\",\"IsDir\":true}]",
		  ERROR_EMPTY, "folders alone" },
		{ "json", "Key", "{}", ERROR_EMPTY, "no array" },
		{ "json", "Key", "{\"Key\":\"a\"}", ERROR_EMPTY, "no array" },
		{ "json", "Key", "{\"Contents\":[]}", ERROR_EMPTY,
		  "empty list" },
		{ "json", "Key",
		  "{\"Contents\":[{\"Key\":\"a\"}],"
		  "\"CommonPrefixes\":[{\"Prefix\":\"p/\"}]}",
		  ERROR_BAD_VALUE,
		  "\"Contents\" and \"CommonPrefixes\" are arrays" },
		{ "json", "Key", "{\"a\":[{\"Key\":\"a\"}],\"a\":[]}",
		  ERROR_BAD_VALUE, "are arrays" },
		{ "json", "Key", "{\"Key\":[{\"Key\":\"a\"}],\"x\":1",
		  ERROR_MALFORMED, "line 1" },
		{ "json", "Key",
		  "{\"objects\":[{\"Key\":\"a\"}],\"ttlSeconds\":60}",
		  ERROR_UNKNOWN_FIELD, "\"ttlSeconds\" stands beside" },
		{ "json", "Key",
		  "{\"objects\":[{\"Key\":\"a\"}],"
		  "\"prefixes\":null}",
		  ERROR_BAD_VALUE, "must be an array" },
		{ "json", "Key", "\"a\"", ERROR_BAD_VALUE, "" },
		{ "json", "Key",
		  "{\"Contents\":[{\"Key\":\"a%20b\"}],"
		  "\"EncodingType\":\"url\"}",
		  ERROR_BAD_VALUE, "URL-encoded" },
		/* Without keyName the refusal names it. */
		{ "json", NULL, "[{\"Size\":1,\"Path\":\"a\"}]",
		  ERROR_UNKNOWN_FIELD, "keyName=Path" },
		{ "json", NULL, "[{\"Key\":\"a\",\"ETag\":\"x\"}]",
		  ERROR_UNKNOWN_FIELD, "keyName=Key" },
		{ "json", NULL, "[{\"key\":\"a\",\"ETag\":\"x\"}]",
		  ERROR_UNKNOWN_FIELD, "keyName=key" },
		{ "json", NULL, "[{\"filename\":\"a\"}]", ERROR_MISSING_FIELD,
		  "keyName=filename" },
		{ "json", NULL,
		  "{\"RequestCharged\":null,\"Contents\":[{\"Size\":1,"
		  "\"Key\":\"a\"}]}",
		  ERROR_UNKNOWN_FIELD, "--query 'Contents[].Key'" },
		{ "ndjson", NULL, "{\"Path\":\"a\"}\n", ERROR_UNKNOWN_FIELD,
		  "keyName=Path" },
	};

	(void)state;
	ASSERT_BAD(cases);
}

/* A bad folder is no good folder. */
static void test_folders(void **state)
{
	(void)state;
	assert_int_equal(
		document("json", "P",
			 "[{\"P\":\"a\",\"IsDir\":true,\"ttlSeconds\":0},"
			 "{\"P\":\"b\",\"IsDir\":true},{\"P\":\"c\"}]"),
		ERROR_NONE);
	assert_string_equal(keys(), "0! 2:c ");
}

/* ---- the format ---------------------------------------------------------- */

static void test_guess(void **state)
{
	static const struct good cases[] = {
		{ "", "Filename", "Filename,Size,Modified\na,1,x\n", "0:a " },
		{ "", "key", "key\na\n", "0:a " },
		{ "", "Path", "\n\n [{\"Path\":\"a\"}]", "0:a " },
		{ "", "Path", "{\"Path\":\"a\"}\n{\"Path\":\"b\"}\n",
		  "0:a 1:b " },
		{ "", "Key", "{\"Contents\":[{\"Key\":\"a\"}]}", "0:a " },
		{ "", "Key", "{\n\"Contents\":[{\"Key\":\"a\"}]}", "0:a " },
	};
	static const struct bad refused[] = {
		{ "", "Path", "a\nb\n", ERROR_MISSING_FIELD,
		  "no column 'Path'" },
		{ "", "Path", "\n\n", ERROR_EMPTY, "empty" },
		{ "lines", "Path", "Path\na\n", ERROR_BAD_VALUE,
		  "of the format lines has none; leave it out, or say with "
		  "manifestFormat that the manifest is json, ndjson or csv" },
		{ "sha256sum", "Path", "Path\na\n", ERROR_BAD_VALUE,
		  "sha256sum" },
	};

	(void)state;
	ASSERT_GOOD(cases);
	ASSERT_BAD(refused);
	assert_string_equal(problem.pointer, "/keyName");
}

/* Lists of a request that are no document have no use for it. */
static void test_lists(void **state)
{
	(void)state;
	manifest_begin(&manifest);
	manifest.key_name = slice_text("Path");
	assert_int_equal(manifest_add(&manifest,
				      manifest_format_find(slice_text("json")),
				      ENTRY_OBJECT, "/objects",
				      slice_text("[\"a\",{\"key\":\"b\"}]"),
				      &problem),
			 ERROR_NONE);
	assert_string_equal(keys(), "0:a 1:b ");
}

/* ---- its value, and names in messages ------------------------------------ */

static void test_value(void **state)
{
	char longest[MANIFEST_NAME_MAX + 2];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(
		manifest_names_check(slice_of(longest, MANIFEST_NAME_MAX),
				     "/keyName", &problem),
		ERROR_NONE);
	assert_int_equal(
		manifest_names_check(slice_of(longest, MANIFEST_NAME_MAX + 1),
				     "/keyName", &problem),
		ERROR_BAD_VALUE);
	assert_string_equal(problem.pointer, "/keyName");
	assert_int_equal(manifest_names_check(slice_text("\xC3\x9C, x"), NULL,
					      &problem),
			 ERROR_NONE);
	assert_int_equal(manifest_names_check(slice_text(""), NULL, &problem),
			 ERROR_EMPTY);
	assert_int_equal(manifest_names_check(slice_text(" \t"), NULL,
					      &problem),
			 ERROR_EMPTY);
	assert_int_equal(manifest_names_check(slice_text("a\tb"), NULL,
					      &problem),
			 ERROR_BAD_VALUE);
	assert_int_equal(manifest_names_check(slice_text("\xDC"), NULL,
					      &problem),
			 ERROR_BAD_VALUE);
}

static void test_names(void **state)
{
	struct manifest_names names = { 0 };
	char name[80];

	(void)state;
	manifest_names_add(&names, slice_text("Size"), false);
	assert_string_equal(names.likely, "");
	manifest_names_add(&names, slice_text("Other\t"), true);
	assert_string_equal(names.likely, "Other\\t");
	manifest_names_add(&names, slice_text("Name"), true);
	manifest_names_add(&names, slice_text("Path"), true);
	manifest_names_add(&names, slice_text("FileName"), true);
	assert_string_equal(names.likely, "Path");
	assert_string_equal(names.list, "Size, Other\\t, Name, Path, FileName");
	/* However long, it ends in dots, and nothing comes behind them. */
	for (size_t i = 0; i < 40; i++) {
		memset(name, 'x', sizeof(name));
		manifest_names_add(&names, slice_of(name, i), true);
		assert_int_equal(strlen(names.list), names.used);
	}
	assert_string_equal(names.list + names.used - 5, ", ...");
	assert_int_equal(names.count, 45);
	assert_string_equal(names.likely, "Path");
}

static void test_hint(void **state)
{
	struct json_hint hint;

	(void)state;
	assert_true(
		json_hint_find(slice_text("[{\"a\":1,\"b\":\"x\"}]"), &hint));
	assert_string_equal(hint.array, "");
	assert_string_equal(hint.key, "b");
	assert_true(json_hint_find(
		slice_text("{\"a\":[1],\"b\":[{\"c\":1}],\"d\":[{\"Name\":"
			   "\"x\",\"Key\":\"y\"}]}"),
		&hint));
	assert_string_equal(hint.array, "d");
	assert_string_equal(hint.key, "Key");
	assert_false(json_hint_find(slice_text("[\"a\"]"), &hint));
	assert_false(json_hint_find(slice_text("{\"a\":[]"), &hint));
	assert_false(json_hint_find(slice_text("{\"a\":"), &hint));
	assert_false(json_hint_find(slice_text("{\"a\""), &hint));
	assert_false(json_hint_find(slice_text("7"), &hint));
	assert_false(json_hint_find(slice_text(""), &hint));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_csv_refused),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_refused),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_guess),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_value),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_hint),
	};

	return UNIT_RUN(tests);
}
