/*
 * manifest_text: a document in UTF-16 that can't be stored as UTF-8, and what
 * is left as it is.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>

#include "lib/base/spool.h"

static int open_or_not(struct spool *spool, const char *folder, size_t length);

#define spool_open open_or_not
#include "lib/manifest/text.c"
#undef spool_open

static int open_failure; /* an errno, or 0 */
static int opened;

static int open_or_not(struct spool *spool, const char *folder, size_t length)
{
	*spool = (struct spool){ 0 };
	opened++;
	return open_failure ? open_failure : spool_open(spool, folder, length);
}

static const struct slice utf16 = { "\xff\xfe"
				    "a\0\xe9\0",
				    6 };

static void test_decoded(void **state)
{
	struct slice text = utf16;
	struct spool spool = { 0 };
	struct problem problem;

	(void)state;
	opened = 0;
	assert_int_equal(manifest_text_decode(&spool, NULL, &text, &problem),
			 ERROR_NONE);
	assert_true(slice_is(text, "a\xc3\xa9"));
	assert_ptr_equal(text.data, spool.data);
	assert_int_equal(opened, 1);
	spool_close(&spool);
	text = slice_text("a\n");
	assert_int_equal(manifest_text_decode(&spool, NULL, &text, &problem),
			 ERROR_NONE);
	assert_true(slice_is(text, "a\n"));
	assert_int_equal(opened, 1);
}

static void test_no_space(void **state)
{
	struct slice text = utf16;
	struct spool spool = { 0 };
	struct problem problem;

	(void)state;
	open_failure = ENOSPC;
	assert_int_equal(manifest_text_decode(&spool, NULL, &text, &problem),
			 ERROR_UNAVAILABLE);
	open_failure = 0;
	assert_string_equal(problem.pointer, "/manifest");
	assert_string_equal(problem.message,
			    "the manifest can't be stored now (No space left "
			    "on device): try again later");
	assert_null(spool.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decoded),
		cmocka_unit_test(test_no_space),
	};

	return UNIT_RUN(tests);
}
