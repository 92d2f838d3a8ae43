/* Lists of digests: what sha256sum prints and what BagIt keeps. */
#include "unit.h"

#include "lib/manifest/format.h"
#include "lib/manifest/line.h"
#include "lib/manifest/manifest.h"

#define DIGEST                             \
	"0123456789abcdef0123456789abcdef" \
	"fedcba9876543210fedcba9876543210"
#define UPPER                              \
	"0123456789ABCDEF0123456789abcdef" \
	"FEDCBA9876543210fedcba9876543210"

static struct manifest manifest;
static struct problem problem;
static struct entry entry;

static enum error add(struct slice text)
{
	manifest_begin(&manifest);
	return manifest_add(&manifest,
			    manifest_format_find(slice_text("sha256sum")),
			    ENTRY_OBJECT, "/manifest", text, &problem);
}

static enum manifest_step next(void)
{
	return manifest_next(&manifest, &entry, &problem);
}

static void test_lines(void **state)
{
	static const struct {
		const char *line, *key;
	} cases[] = {
		{ DIGEST "  a", "a" },
		{ DIGEST " *a", "a" },
		{ UPPER "  a b/c", "a b/c" },
		{ DIGEST "  ./a", "./a" },
		{ DIGEST "  a\r", "a" },
		{ DIGEST "  a\\nb", "a\\nb" },
		/* As sha256sum reads it, a blank may begin a name. */
		{ DIGEST "   a", " a" },
		{ DIGEST "  *a", "*a" },
		{ DIGEST " * a", " a" },
		{ DIGEST "  \ta ", "\ta " },
		/* BagIt */
		{ DIGEST " data/a", "data/a" },
		{ DIGEST "\tdata/a", "data/a" },
		{ DIGEST "\t \t data/a b", "data/a b" },
		{ DIGEST " \tdata/a", "data/a" },
		{ DIGEST "\t*a", "*a" },
		/* escaped */
		{ "\\" DIGEST "  a\\nb", "a\nb" },
		{ "\\" DIGEST " *\\\\a\\\\n\\r\\n", "\\a\\n\r\n" },
		{ "\\" UPPER "  a", "a" },
		/* BSD, coreutils --tag, OpenSSL 3 and before */
		{ "SHA256 (a b) = " DIGEST, "a b" },
		{ "\\SHA256 (a\\nb\\\\c) = " DIGEST, "a\nb\\c" },
		{ "SHA2-256(a/b)= " UPPER, "a/b" },
		{ "SHA256(a)= " DIGEST, "a" },
		{ "SHA-256 (a) (b) = c) = " DIGEST, "a) (b) = c" },
		{ "sha256 (a\\nb) = " DIGEST, "a\\nb" },
		/* indented, as in a mail */
		{ "  " DIGEST "  a", "a" },
		{ "\t\\" DIGEST "  a\\nb", "a\nb" },
		/* comments */
		{ "# a\n; b\n#\n" DIGEST "  a\n#" DIGEST "  c", "a" },
		{ DIGEST "  # a", "# a" },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "\n%s\n%s\n\n", cases[i].line,
			 DIGEST "  z");
		assert_int_equal(add(slice_text(text)), ERROR_NONE);
		for (int pass = 0; pass < 2; pass++) {
			assert_int_equal(next(), MANIFEST_ENTRY);
			if (!slice_is(entry.key, cases[i].key))
				fail_msg("%s: %.*s", cases[i].line,
					 (int)entry.key.length, entry.key.data);
			assert_true(slice_is(entry.link.text[LINK_TERM_SHA256],
					     DIGEST));
			assert_int_equal(next(), MANIFEST_ENTRY);
			assert_true(slice_is(entry.key, "z"));
			assert_true(slice_is(entry.link.text[LINK_TERM_SHA256],
					     DIGEST));
			assert_int_equal(next(), MANIFEST_END);
			manifest_rewind(&manifest);
		}
	}
}

static void test_bad_lines(void **state)
{
	static const struct {
		const char *line;
		enum error error;
	} cases[] = {
		{ "a", ERROR_MALFORMED },
		{ "\\", ERROR_MALFORMED },
		{ "\\\\" DIGEST "  a", ERROR_MALFORMED },
		{ DIGEST, ERROR_MALFORMED },
		{ DIGEST "a  b", ERROR_MALFORMED },
		{ DIGEST "*a", ERROR_MALFORMED },
		{ DIGEST "\\  a", ERROR_MALFORMED },
		{ "g" DIGEST "  a", ERROR_MALFORMED },
		{ "0123456789abcdefg123456789abcdef"
		  "fedcba9876543210fedcba9876543210  a",
		  ERROR_MALFORMED },
		/* other digests: MD5, SHA-512 */
		{ "d41d8cd98f00b204e9800998ecf8427e  a", ERROR_MALFORMED },
		{ DIGEST DIGEST "  a", ERROR_MALFORMED },
		{ "SHA512 (a) = " DIGEST, ERROR_MALFORMED },
		{ "SHA256 (a) = " DIGEST "0", ERROR_MALFORMED },
		{ "SHA256 (a) = " DIGEST " b", ERROR_MALFORMED },
		{ "SHA256 (a) " DIGEST, ERROR_MALFORMED },
		{ "SHA256 a = " DIGEST, ERROR_MALFORMED },
		{ "SHA256  (a) = " DIGEST, ERROR_MALFORMED },
		{ "SHA256 (a = " DIGEST, ERROR_MALFORMED },
		{ "SHA256 () = " DIGEST, ERROR_OBJECT_NAME },
		{ "\\SHA256 (a\\t) = " DIGEST, ERROR_MALFORMED },
		/* standard input */
		{ DIGEST "  -", ERROR_MALFORMED },
		{ "SHA2-256(stdin)= " DIGEST, ERROR_MALFORMED },
		{ DIGEST "  ", ERROR_OBJECT_NAME },
		{ DIGEST " ", ERROR_OBJECT_NAME },
		{ DIGEST " *", ERROR_OBJECT_NAME },
		{ DIGEST "  \xFF", ERROR_OBJECT_NAME },
		{ "\\" DIGEST "  ", ERROR_OBJECT_NAME },
		{ "\\" DIGEST "  a\\", ERROR_MALFORMED },
		{ "\\" DIGEST "  a\\t", ERROR_MALFORMED },
		{ "\\" DIGEST "  a\\0", ERROR_MALFORMED },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "%s\n\n%s\n%s\n", DIGEST "  y",
			 cases[i].line, DIGEST "  z");
		assert_int_equal(add(slice_text(text)), ERROR_NONE);
		assert_int_equal(next(), MANIFEST_ENTRY);
		if (next() != MANIFEST_BAD_ENTRY)
			fail_msg("%s", cases[i].line);
		assert_int_equal(problem.error, cases[i].error);
		assert_string_equal(problem.pointer, "/manifest/1");
		assert_ptr_equal(strstr(problem.message, "line 3: "),
				 problem.message);
		assert_int_equal(next(), MANIFEST_ENTRY);
		assert_true(slice_is(entry.key, "z"));
		assert_int_equal(next(), MANIFEST_END);
	}
}

/* Escaped names around the limits of a key and of the room for one. */
static void test_lengths(void **state)
{
	static const size_t lengths[] = { 1,    1023, 1024, 1025, 4063,
					  4064, 4127, 4128, 4129, 50000 };
	static char text[2 * 50000 + 256];

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char *p = text + sprintf(text, "\\%s  ", UPPER);

		for (size_t n = 0; n < lengths[i]; n++)
			p += sprintf(p, "\\\\");
		sprintf(p, "\n%s  b\n", DIGEST);
		assert_int_equal(add(slice_text(text)), ERROR_NONE);
		if (lengths[i] <= KEY_MAX) {
			assert_int_equal(next(), MANIFEST_ENTRY);
			assert_int_equal(entry.key.length, lengths[i]);
			assert_true(slice_is(entry.link.text[LINK_TERM_SHA256],
					     DIGEST));
		} else {
			assert_int_equal(next(), MANIFEST_BAD_ENTRY);
			assert_int_equal(problem.error, ERROR_OBJECT_NAME);
		}
		assert_int_equal(next(), MANIFEST_ENTRY);
		assert_true(slice_is(entry.key, "b"));
	}
}

static void test_nul_and_empty(void **state)
{
	static const struct slice nul = SLICE(DIGEST "  a\0b\n");

	(void)state;
	assert_int_equal(add(nul), ERROR_NONE);
	assert_int_equal(next(), MANIFEST_BAD_ENTRY);
	assert_int_equal(problem.error, ERROR_OBJECT_NAME);
	assert_int_equal(add(slice_text("")), ERROR_EMPTY);
	assert_int_equal(add(slice_text("\xEF\xBB\xBF\r\n\n")), ERROR_EMPTY);
	assert_int_equal(add(slice_text("\xEF\xBB\xBF" DIGEST "  a")),
			 ERROR_NONE);
	assert_int_equal(next(), MANIFEST_ENTRY);
}

/* Is a text with this first line taken for the format? */
static bool is_likely(const char *text)
{
	struct slice line;

	return manifest_line_first(slice_text(text), &line) &&
	       manifest_format_find(slice_text("sha256sum"))->likely(line) ==
		       MANIFEST_CERTAIN;
}

static void test_likely(void **state)
{
	(void)state;
	assert_true(is_likely(DIGEST "  a"));
	assert_true(is_likely(UPPER "\ta\n"));
	assert_true(is_likely("\r\n\n\\" DIGEST "  a\n"));
	assert_true(is_likely("SHA256 (a) = " DIGEST));
	assert_false(is_likely("SHA512 (a) = " DIGEST));
	assert_false(is_likely(""));
	assert_false(is_likely("\n\r\n"));
	assert_false(is_likely(DIGEST));
	assert_false(is_likely(DIGEST "\n a"));
	assert_false(is_likely(DIGEST "/a b"));
	assert_false(is_likely("a\n" DIGEST "  a"));
}

/* Cut anywhere, a line is no other good line but one of a shorter path. */
static void test_truncated(void **state)
{
	static const char whole[] = "\\" UPPER "  abc\\\\d\n";

	(void)state;
	for (size_t length = 0; length < sizeof(whole); length++) {
		char *block = malloc(length + 1);

		assert_non_null(block);
		memcpy(block, whole, length);
		if (add(slice_of(block, length)) == ERROR_NONE &&
		    next() == MANIFEST_ENTRY) {
			assert_true(
				slice_starts(slice_text("abc\\d"), entry.key));
			assert_true(slice_is(entry.link.text[LINK_TERM_SHA256],
					     DIGEST));
		}
		free(block);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_nul_and_empty),
		cmocka_unit_test(test_likely),
		cmocka_unit_test(test_truncated),
	};

	return UNIT_RUN(tests);
}
