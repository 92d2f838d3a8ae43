/* Which format a manifest has, by the name and the content together. */
#include "unit.h"

#include "lib/manifest/format.h"
#include "lib/manifest/guess.h"
#include "lib/manifest/manifest.h"

#define H32 "d41d8cd98f00b204e9800998ecf8427e"
#define H64 H32 H32

static struct manifest manifest;
static struct problem problem;

static enum error document(const char *name, const char *text)
{
	manifest_begin(&manifest);
	return manifest_add_document(&manifest,
				     manifest_guess_by_name(slice_text(name)),
				     slice_text(text), &problem);
}

/* What a specific name says is not what the file holds. */
static void test_names(void **state)
{
	static const struct {
		const char *name, *text;
		enum error error;
		const char *words;
	} cases[] = {
		{ "a.csv", H64 "  a\n", ERROR_BAD_VALUE, "=sha256sum" },
		{ "a.csv", H32 "  a\n", ERROR_BAD_VALUE, "MD5" },
		{ "a.csv", "a.txt,600\n", ERROR_BAD_VALUE, "key,ttlSeconds" },
		{ "a.csv", "key,size\na.txt,1\n", ERROR_UNKNOWN_FIELD, "size" },
		{ "a.csv", "Filename,Size\na.txt,1\n", ERROR_UNKNOWN_FIELD,
		  "Filename" },
		{ "a.json", "s3://b/a\n", ERROR_BAD_VALUE, "addresses" },
		{ "a.json", "[\"a\",]", ERROR_NONE, "" },
		{ "a", "[2026-01-01 00:00:00 UTC]     3B STANDARD a\n",
		  ERROR_BAD_VALUE, "mc ls" },
		{ "a.txt", "\"a, b.txt\",600\n", ERROR_BAD_VALUE, "CSV" },
		{ "a.txt", "key,ttlSeconds\na.txt,600\n", ERROR_NONE, "" },
		{ "a.txt", "[\"a.txt\", \"b.txt\"]", ERROR_NONE, "" },
		{ "a.txt", "[\n\"a.txt\", \"b.txt\",\n\"c\", \"d\"\n]\n",
		  ERROR_NONE, "" },
		{ "a.txt", "\"a\\\", b\"\n", ERROR_NONE, "" },
		{ "MD5SUMS", H32 "  a\n", ERROR_BAD_VALUE, "MD5" },
		{ "a.iso.md5", H32 "\n", ERROR_BAD_VALUE, "file's name" },
		{ "sha1sum.txt", "a\n", ERROR_BAD_VALUE, "file's name" },
		{ "SHA512SUMS", H64 H64 "  a\n", ERROR_BAD_VALUE, "SHA-512" },
		{ "x/manifest-sha512.txt", H64 H64 " a\n", ERROR_BAD_VALUE,
		  "SHA-512" },
		{ "tagmanifest-md5.txt", H32 " a\n", ERROR_BAD_VALUE, "MD5" },
		{ "A.SFV", "a b 00000000\n", ERROR_BAD_VALUE, "file's name" },
		{ "B2SUMS", H64 "  a\n", ERROR_BAD_VALUE, "file's name" },
		{ "a.b3", H64 "  a\n", ERROR_BAD_VALUE, "file's name" },
		/* The content is surer than these names. */
		{ "a.md5", H64 "  a\n", ERROR_NONE, "" },
		{ "SHA512SUMS", "# a\nSHA256 (a) = " H64 "\n", ERROR_NONE, "" },
		/* Names that say nothing */
		{ "md5", "a\n", ERROR_NONE, "" },
		{ "manifest-of-things.txt", "a\n", ERROR_NONE, "" },
		{ "sums", "a\n", ERROR_NONE, "" },
		{ "sha1", "a\n", ERROR_NONE, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		problem.message[0] = '\0';
		if (document(cases[i].name, cases[i].text) != cases[i].error ||
		    !strstr(problem.message, cases[i].words))
			fail_msg("%s, \"%s\": %s", cases[i].name, cases[i].text,
				 problem.message);
		if (cases[i].error != ERROR_NONE)
			assert_string_equal(problem.pointer, "/manifest");
	}
}

/* What the caller says outright is obeyed. */
static void test_said(void **state)
{
	struct entry entry;

	(void)state;
	manifest_begin(&manifest);
	assert_int_equal(
		manifest_add_document(&manifest,
				      manifest_format_find(slice_text("lines")),
				      slice_text(H32 "  a\n"), &problem),
		ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_true(slice_is(entry.key, H32 "  a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_said),
	};

	return UNIT_RUN(tests);
}
