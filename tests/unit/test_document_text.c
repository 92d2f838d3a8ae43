/* A document in another encoding, or with other line ends: read as what it is,
 * or named for what it is. */
#include "unit.h"

#include "lib/manifest/format.h"
#include "lib/manifest/manifest.h"

static struct manifest manifest;
static struct problem problem;

static const char *const formats[] = { "lines", "csv", "json", "ndjson",
				       "sha256sum" };

#define DIGEST                             \
	"0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcdef"

static const char *const texts[] = {
	"x/\xC3\x9C \xF0\x9F\x98\x80\r\nb\r\n",
	"key;ttlSeconds\r\nx/\xC3\x9C \xF0\x9F\x98\x80;600\r\n\"b\";\r\n",
	"[\"x/\xC3\x9C \xF0\x9F\x98\x80\",\r\n{\"key\":\"b\"}]",
	"\"x/\xC3\x9C \xF0\x9F\x98\x80\"\r\n{\"key\":\"b\"}",
	DIGEST "  x/\xC3\x9C \xF0\x9F\x98\x80\r\n" DIGEST " *b\r\n",
};

/* The text, which has no characters of three bytes, in UTF-16 with a mark. The
 * caller frees. */
static struct slice encode(const char *text, bool big)
{
	size_t size = 2 * strlen(text) + 2, used = 0;
	char *encoded = malloc(size);
	unsigned units[2] = { 0xFEFF, 0 };

	assert_non_null(encoded);
	for (;;) {
		const unsigned char *p = (const unsigned char *)text;

		for (size_t i = 0; i < 2 && units[i]; i++) {
			encoded[used + !big] = (char)(units[i] >> 8);
			encoded[used + big] = (char)units[i];
			used += 2;
		}
		if (*p == '\0')
			return slice_of(encoded, used);
		units[1] = 0;
		if (p[0] >= 0xF0) {
			unsigned code = (p[0] & 7U) << 18 | (p[1] & 63U) << 12 |
					(p[2] & 63U) << 6 | (p[3] & 63U);

			units[0] = 0xD800 + ((code - 0x10000) >> 10);
			units[1] = 0xDC00 + ((code - 0x10000) & 0x3FF);
			text += 4;
		} else if (p[0] >= 0xC0) {
			units[0] = (p[0] & 31U) << 6 | (p[1] & 63U);
			text += 2;
		} else {
			units[0] = p[0];
			text++;
		}
	}
}

static enum error document(const char *format, struct slice text)
{
	manifest_begin(&manifest);
	return manifest_add_document(&manifest,
				     manifest_format_find(slice_text(format)),
				     text, &problem);
}

static void assert_entries(void)
{
	struct entry entry;

	for (int pass = 0; pass < 2; pass++) {
		manifest_rewind(&manifest);
		assert_int_equal(manifest_next(&manifest, &entry, &problem),
				 MANIFEST_ENTRY);
		assert_true(slice_is(entry.key, "x/\xC3\x9C \xF0\x9F\x98\x80"));
		assert_int_equal(manifest_next(&manifest, &entry, &problem),
				 MANIFEST_ENTRY);
		assert_true(slice_is(entry.key, "b"));
		assert_int_equal(manifest_next(&manifest, &entry, &problem),
				 MANIFEST_END);
	}
}

static void test_utf16(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4 * sizeof(formats) / sizeof(*formats); i++) {
		struct slice text = encode(texts[i / 4], i & 1);
		/* Named, and guessed. */
		const char *format = i & 2 ? "" : formats[i / 4];

		if (document(format, text) != ERROR_NONE)
			fail_msg("%s: %s", texts[i / 4], problem.message);
		/* Nothing of the original is read any more. */
		free((void *)(uintptr_t)text.data);
		assert_entries();
		manifest_end(&manifest);
		assert_int_equal(manifest_next(&manifest, &(struct entry){ 0 },
					       &problem),
				 MANIFEST_END);
	}
}

/* A large one is mapped, and grows: three bytes for two. */
static void test_large(void **state)
{
	const size_t count = 400000;
	unsigned char *text = malloc(2 + 6 * count), *p = text;
	size_t length = 0;
	struct entry entry;

	(void)state;
	assert_non_null(text);
	*p++ = 0xFF;
	*p++ = 0xFE;
	for (size_t i = 0; i < count; i++, p += 6)
		memcpy(p, "\x2D\x4E\x2D\x4E\n\0", 6);
	assert_int_equal(document("",
				  slice_of((char *)text, (size_t)(p - text))),
			 ERROR_NONE);
	free(text);
	assert_true(manifest.decoded.mapped > 7 * count);
	while (manifest_next(&manifest, &entry, &problem) == MANIFEST_ENTRY) {
		assert_true(slice_is(entry.key, "\xE4\xB8\xAD\xE4\xB8\xAD"));
		length++;
	}
	assert_int_equal(length, count);
	manifest_end(&manifest);
	assert_null(manifest.decoded.data);
}

static void test_refused(void **state)
{
	static const struct {
		const char *format;
		struct slice text;
		enum error error;
		const char *words;
	} cases[] = {
		{ "", SLICE("k\0e\0y\0\n\0a\0\n\0"), ERROR_MALFORMED,
		  "UTF-16 without a byte order mark" },
		{ "lines", SLICE("\0a\0b\0\n"), ERROR_MALFORMED,
		  "UTF-16 without a byte order mark" },
		{ "csv", SLICE("\xFF\xFEk\0e\0y"), ERROR_MALFORMED,
		  "odd number of bytes (7)" },
		{ "csv", SLICE("\xFE\xFF\0k\0e\0y\0\n\xD8\0\0a"),
		  ERROR_MALFORMED, "line 2, character 1" },
		{ "json", SLICE("\xFF\xFE\0\0[\0\0\0"), ERROR_MALFORMED,
		  "UTF-32" },
		{ "lines", SLICE("\xFF\xFE"), ERROR_EMPTY, "empty" },
		{ "", SLICE("\xFE\xFF"), ERROR_EMPTY, "empty" },
		{ "", SLICE("key,ttlSeconds\ra,600\rb,600\r"), ERROR_MALFORMED,
		  "carriage return (CR) alone" },
		{ "csv", SLICE("key\ra\r"), ERROR_MALFORMED, "byte 4" },
		{ "", SLICE("a\rb\r"), ERROR_MALFORMED, "CR LF" },
		{ "", SLICE("a\r\rb"), ERROR_MALFORMED, "CR LF" },
		{ "sha256sum", SLICE(DIGEST "  a\r" DIGEST "  b\r"),
		  ERROR_MALFORMED, "carriage return" },
		{ "ndjson", SLICE("\"a\"\r\"b\"\r"), ERROR_MALFORMED,
		  "carriage return" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum error error = document(cases[i].format, cases[i].text);

		if (error != cases[i].error ||
		    !strstr(problem.message, cases[i].words))
			fail_msg("%zu: %d %s", i, (int)error, problem.message);
		assert_string_equal(problem.pointer, "/manifest");
		assert_int_equal(manifest.part_count, 0);
		assert_null(manifest.decoded.data);
	}
}

/* A CR that ends nothing: JSON takes it for a blank, and a list that is said to
 * be one of keys for a part of a key. */
static void test_cr(void **state)
{
	static const struct {
		const char *format, *text;
		size_t length; /* of the first key */
	} cases[] = {
		{ "json", "\r[\r\"a\"\r]\r", 1 },
		{ "", "[\r\"a\"]", 1 },
		{ "", "\r{\"objects\":\r[\"a\"]}", 1 },
		{ "lines", "a\rb\r", 3 },
		{ "", "a\r", 1 },
		{ "lines", "a\r\nb\rc\r\n", 1 },
	};
	struct entry entry;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (document(cases[i].format, slice_text(cases[i].text)) !=
		    ERROR_NONE)
			fail_msg("%s: %s", cases[i].text, problem.message);
		assert_int_equal(manifest_next(&manifest, &entry, &problem),
				 MANIFEST_ENTRY);
		assert_int_equal(entry.key.length, cases[i].length);
	}
}

/* Windows-1252 is the error of its own entry, and named. */
static void test_windows_1252(void **state)
{
	struct entry entry;

	(void)state;
	assert_int_equal(document("csv", slice_text("key;ttlSeconds\r\na;6\r\n"
						    "x/\xDC.pdf;6\r\nb;6\r\n")),
			 ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_BAD_ENTRY);
	assert_int_equal(problem.error, ERROR_OBJECT_NAME);
	assert_string_equal(problem.pointer, "/manifest/1");
	assert_string_equal(problem.message,
			    "line 3: not UTF-8: byte 3 of the key is 0xdc, as "
			    "in Windows-1252; save the list as UTF-8, which "
			    "spreadsheets call CSV UTF-8");
	assert_true(slice_is(entry.key, "x/"));
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_ENTRY);
	/* What Windows-1252 doesn't have is not called so. */
	assert_int_equal(document("lines", slice_text("a\x81\n")), ERROR_NONE);
	assert_int_equal(manifest_next(&manifest, &entry, &problem),
			 MANIFEST_BAD_ENTRY);
	assert_null(strstr(problem.message, "1252"));
	assert_non_null(strstr(problem.message, "byte 2"));
}

/* A second document does not take the first one's text away. */
static void test_one_document(void **state)
{
	struct slice text = encode(texts[0], false);

	(void)state;
	assert_int_equal(document("", text), ERROR_NONE);
	assert_int_equal(manifest_add_document(&manifest, NULL, text, &problem),
			 ERROR_BAD_VALUE);
	assert_entries();
	manifest_end(&manifest);
	free((void *)(uintptr_t)text.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cr),
		cmocka_unit_test(test_windows_1252),
		cmocka_unit_test(test_one_document),
	};

	return UNIT_RUN(tests);
}
