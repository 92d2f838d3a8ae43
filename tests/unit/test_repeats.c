/* Keys that are named twice: with the same terms, or with different ones. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>

/* The disk is full, when wanted. */
static bool disk_is_full;

static int reserve(int file, off_t offset, off_t length)
{
	return disk_is_full ? ENOSPC : (posix_fallocate)(file, offset, length);
}

#define posix_fallocate(file, offset, length) reserve(file, offset, length)
#include "lib/base/spool.c"
#undef posix_fallocate

#include "cgi/issue/repeats.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"

/* An entry and its settled terms. */
struct asked {
	struct entry entry;
	struct terms terms;
};

static struct problem problem;

static struct asked plain(const char *key)
{
	return (struct asked){
		.entry = { .kind = ENTRY_OBJECT,
			   .key = slice_text(key),
			   .base = "/manifest",
			   .index = 41 },
		.terms = { .scope = { .permission = PERMISSION_OBJECT_READ_ONLY,
				      .ttl = 900 },
			   .link = { .method = METHOD_GET } },
	};
}

static enum error add(struct repeats *repeats, struct asked asked,
		      uint64_t number)
{
	link_terms_overlay(&asked.terms.link, &asked.entry.link);
	return repeats_add(repeats, &asked.entry, &asked.terms, number,
			   &problem);
}

static void test_has_terms(void **state)
{
	struct asked asked = plain("a");

	(void)state;
	/* What is settled from the request's defaults is not the entry's. */
	assert_false(repeats_has_terms(&asked.entry));
	asked.entry.link.text[LINK_TERM_SHA256] = slice_text(A64);
	assert_true(repeats_has_terms(&asked.entry));
	asked = plain("a");
	asked.entry.own_scope = true;
	assert_true(repeats_has_terms(&asked.entry));
	asked = plain("a");
	asked.entry.link.method = METHOD_GET;
	assert_true(repeats_has_terms(&asked.entry));
	asked = plain("a");
	asked.entry.link.text[LINK_TERM_FILENAME] = slice_text("x");
	assert_true(repeats_has_terms(&asked.entry));
}

/* Each member that can differ, alone. */
static void test_what_differs(void **state)
{
	struct asked rows[] = {
		plain("k"), plain("k"), plain("k"), plain("k"), plain("k"),
		plain("k"), plain("k"), plain("k"), plain("k"), plain("k"),
	};
	static const char *const names[] = {
		"permission", "actions",       "ttlSeconds",    "method",
		"filename",   "contentType",   "contentLength", "sha256",
		"sha256",     "contentLength",
	};
	const size_t count = sizeof(rows) / sizeof(rows[0]);
	char says[160];

	(void)state;
	rows[0].terms.scope.permission = PERMISSION_OBJECT_READ_WRITE;
	rows[1].terms.scope.actions = ACTION_BIT(ACTION_PUT_OBJECT);
	rows[2].terms.scope.ttl = 901;
	/* A link's action follows from its method, and isn't told. */
	rows[3].terms.link.method = METHOD_PUT;
	rows[3].terms.scope.actions = ACTION_BIT(ACTION_PUT_OBJECT);
	rows[4].entry.link.text[LINK_TERM_FILENAME] = slice_text("k");
	rows[5].entry.link.text[LINK_TERM_CONTENT_TYPE] = slice_text("a/b");
	rows[6].entry.link.text[LINK_TERM_CONTENT_LENGTH] = slice_text("0");
	rows[7].entry.link.text[LINK_TERM_SHA256] = slice_text(A64);
	rows[8].entry.link.text[LINK_TERM_SHA256] = slice_text(B64);
	rows[9].entry.link.text[LINK_TERM_CONTENT_LENGTH] =
		slice_text("5497558138880");
	for (size_t i = 0; i < count; i++) {
		struct repeats repeats = { 0 };

		assert_int_equal(add(&repeats, rows[i], 7), 0);
		assert_int_equal(add(&repeats, rows[i], 8), 0);
		assert_int_equal(add(&repeats, plain("other"), 9), 0);
		assert_int_equal(add(&repeats, plain("k"), 42),
				 ERROR_BAD_VALUE);
		assert_string_equal(problem.pointer, "/manifest/41");
		snprintf(says, sizeof(says),
			 "entries 7 and 42 name one key, and differ in %s: ",
			 names[i]);
		if (strncmp(problem.message, says, strlen(says)) != 0)
			fail_msg("%s", problem.message);
		assert_int_equal(repeats.found, 1);
		repeats_free(&repeats);
	}
	/* None is taken for another. */
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			struct repeats repeats = { 0 };

			assert_int_equal(add(&repeats, rows[i], 1), 0);
			assert_int_equal(add(&repeats, rows[j], 2) != 0,
					 i != j);
			repeats_free(&repeats);
		}
	}
}

static void test_all_differs(void **state)
{
	struct repeats repeats = { 0 };
	struct asked asked = plain("k");

	(void)state;
	assert_int_equal(add(&repeats, asked, 1), 0);
	asked.terms = (struct terms){
		.scope = { .permission = PERMISSION_ADMIN_READ_ONLY,
			   .actions = 1,
			   .ttl = 1 },
		.link = { .method = METHOD_GET },
	};
	asked.entry.link.text[LINK_TERM_FILENAME] = slice_text("f");
	asked.entry.link.text[LINK_TERM_CONTENT_TYPE] = slice_text("a/b");
	asked.entry.link.text[LINK_TERM_CONTENT_LENGTH] = slice_text("1");
	asked.entry.link.text[LINK_TERM_SHA256] = slice_text(A64);
	assert_int_equal(add(&repeats, asked, 1000000000), ERROR_BAD_VALUE);
	assert_non_null(strstr(problem.message,
			       "entries 1 and 1000000000 name one key, and "
			       "differ in permission, actions, ttlSeconds, "
			       "filename, contentLength, contentType, sha256: "
			       "name it once"));
	repeats_free(&repeats);
}

/* Each text of a link differs by itself, and is named. */
static void test_every_text(void **state)
{
	char says[160];

	(void)state;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		struct asked one = plain("k"), other = plain("k");
		struct repeats repeats = { 0 };

		one.entry.link.text[i] = slice_text("1");
		other.entry.link.text[i] = slice_text("2");
		assert_true(repeats_has_terms(&one.entry));
		assert_int_equal(add(&repeats, one, 1), 0);
		assert_int_equal(add(&repeats, one, 2), 0);
		if (i == LINK_TERM_PART_NUMBER) {
			assert_int_equal(add(&repeats, other, 3), 0);
			repeats_free(&repeats);
			continue;
		}
		assert_int_equal(add(&repeats, other, 3), ERROR_BAD_VALUE);
		snprintf(says, sizeof(says),
			 "entries 1 and 3 name one key, and differ in %s: ",
			 link_terms_table[i].name);
		if (strncmp(problem.message, says, strlen(says)) != 0)
			fail_msg("%s", problem.message);
		/* One text is not taken for another member's. */
		other = plain("k");
		other.entry.link.text[i ? 0 : 1] = slice_text("1");
		assert_int_equal(add(&repeats, other, 4), ERROR_BAD_VALUE);
		repeats_free(&repeats);
	}
}

/* Parts of one upload are many things; one part twice is one. */
static void test_parts(void **state)
{
	struct asked first = plain("k"), second = plain("k"),
		     whole = plain("k");
	struct repeats repeats = { 0 };

	(void)state;
	first.entry.link.text[LINK_TERM_PART_NUMBER] = slice_text("1");
	second.entry.link.text[LINK_TERM_PART_NUMBER] = slice_text("12");
	second.entry.link.text[LINK_TERM_CONTENT_LENGTH] = slice_text("5");
	assert_int_equal(add(&repeats, first, 1), 0);
	assert_int_equal(add(&repeats, second, 2), 0);
	assert_int_equal(add(&repeats, whole, 3), 0);
	second.entry.link.text[LINK_TERM_CONTENT_LENGTH] = slice_text("6");
	assert_int_equal(add(&repeats, second, 4), ERROR_BAD_VALUE);
	link_terms_overlay(&first.terms.link, &first.entry.link);
	link_terms_overlay(&second.terms.link, &second.entry.link);
	assert_int_equal(repeats_check(&repeats, &first.entry, &first.terms,
				       &problem),
			 0);
	assert_int_equal(repeats_check(&repeats, &second.entry, &second.terms,
				       &problem),
			 ERROR_BAD_VALUE);
	repeats_free(&repeats);
}

/* An object and a prefix of one name are two things. */
static void test_kinds_are_apart(void **state)
{
	struct repeats repeats = { 0 };
	struct asked object = plain("a/"), prefix = plain("a/");

	(void)state;
	prefix.entry.kind = ENTRY_PREFIX;
	prefix.terms.scope.ttl = 1;
	assert_int_equal(add(&repeats, object, 1), 0);
	assert_int_equal(add(&repeats, prefix, 2), 0);
	assert_int_equal(repeats.found, 0);
	prefix.terms.scope.ttl = 2;
	assert_int_equal(add(&repeats, prefix, 3), ERROR_BAD_VALUE);
	repeats_free(&repeats);
}

/* Each entry of a contradicted key is refused, and no other. */
static void test_check(void **state)
{
	struct repeats repeats = { 0 };
	struct asked first = plain("a"), second = plain("a"), b = plain("b");

	(void)state;
	assert_int_equal(repeats_check(&repeats, &first.entry, &first.terms,
				       &problem),
			 0);
	second.entry.link.text[LINK_TERM_FILENAME] = slice_text("x");
	assert_int_equal(add(&repeats, first, 1), 0);
	assert_int_equal(add(&repeats, b, 2), 0);
	assert_int_equal(repeats_check(&repeats, &first.entry, &first.terms,
				       &problem),
			 0);
	assert_int_equal(add(&repeats, second, 3), ERROR_BAD_VALUE);
	assert_int_equal(add(&repeats, first, 4), 0);
	second.terms.scope.ttl = 5;
	assert_int_equal(add(&repeats, second, 5), ERROR_BAD_VALUE);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(repeats_check(&repeats,
					       i ? &first.entry : &second.entry,
					       &first.terms, &problem),
				 ERROR_BAD_VALUE);
		assert_string_equal(problem.pointer, "");
		assert_non_null(strstr(problem.message,
				       "entries 1 and 3 name one key, and "
				       "differ in filename: "));
	}
	assert_int_equal(repeats_check(&repeats, &b.entry, &b.terms, &problem),
			 0);
	repeats_free(&repeats);
	assert_null(repeats.slots.data);
}

/* The table grows many times, and loses and mixes up nothing. */
static void test_many(void **state)
{
	const unsigned count = 50000;
	struct repeats repeats = { 0 };
	char key[32];

	(void)state;
	for (unsigned i = 1; i <= count; i++) {
		struct asked asked;

		snprintf(key, sizeof(key), "key/%u", i);
		asked = plain(key);
		asked.terms.scope.ttl = i;
		if (add(&repeats, asked, i))
			fail_msg("%u: %s", i, problem.message);
	}
	assert_int_equal(repeats.used, count);
	assert_true(repeats.used <= repeats.capacity / 2);
	for (unsigned i = 1; i <= count; i += 7) {
		struct asked asked;
		char says[64];

		snprintf(key, sizeof(key), "key/%u", i);
		asked = plain(key);
		asked.terms.scope.ttl = i;
		assert_int_equal(add(&repeats, asked, count + i), 0);
		asked.terms.scope.ttl = i + 1;
		assert_int_equal(add(&repeats, asked, count + i),
				 ERROR_BAD_VALUE);
		snprintf(says, sizeof(says), "entries %u and %u name", i,
			 count + i);
		assert_non_null(strstr(problem.message, says));
	}
	repeats_free(&repeats);
}

/* What was expected is no limit. */
static void test_expected(void **state)
{
	static const size_t expected[] = { 0, 1, 256, 257, 1000, 100000 };
	char key[32];

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct repeats repeats = { .expected = expected[i] };

		assert_int_equal(add(&repeats, plain("k"), 1), 0);
		assert_true(repeats.capacity / 2 >= expected[i]);
		assert_true(repeats.capacity <= 512 ||
			    repeats.capacity / 4 < expected[i]);
		for (unsigned j = 2; j < 3000; j++) {
			snprintf(key, sizeof(key), "%u", j);
			assert_int_equal(add(&repeats, plain(key), j), 0);
		}
		assert_int_equal(repeats.used, 2999);
		repeats_free(&repeats);
	}
}

/* That is an error, and no signal; what was there before stays. */
static void test_full_disk(void **state)
{
	struct repeats repeats = { 0 };
	enum error error = ERROR_NONE;
	char key[32];
	unsigned i;

	(void)state;
	disk_is_full = true;
	assert_int_equal(add(&repeats, plain("a"), 1), ERROR_UNAVAILABLE);
	assert_string_equal(problem.pointer, "");
	assert_non_null(strstr(problem.message, "can't be compared now"));
	disk_is_full = false;
	assert_int_equal(add(&repeats, plain("a"), 1), 0);
	disk_is_full = true;
	for (i = 2; !error && i < 10000; i++) {
		snprintf(key, sizeof(key), "%u", i);
		error = add(&repeats, plain(key), i);
	}
	assert_int_equal(error, ERROR_UNAVAILABLE);
	assert_true(i > 100);
	disk_is_full = false;
	assert_int_equal(add(&repeats, plain("a"), i), 0);
	repeats_free(&repeats);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_has_terms),
		cmocka_unit_test(test_what_differs),
		cmocka_unit_test(test_all_differs),
		cmocka_unit_test(test_every_text),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_kinds_are_apart),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_expected),
		cmocka_unit_test(test_full_disk),
	};

	return UNIT_RUN(tests);
}
