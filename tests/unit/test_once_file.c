/*
 * once: a file of used forms that can't be locked, read or written, and no
 * memory for it. Then nothing is issued, and the form stays as good as it was.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

static bool fake_lock(int file, unsigned milliseconds);
static ssize_t fake_read(int file, void *data, size_t size);
static bool fake_write(int file, const void *data, size_t size);
static void *fake_calloc(size_t count, size_t size);
static ssize_t fake_random(void *bytes, size_t size, unsigned flags);

#define shared_file_lock fake_lock
#define shared_file_read fake_read
#define shared_file_write fake_write
#define calloc fake_calloc
#define getrandom fake_random
#include "cgi/service/once.c"
#undef shared_file_lock
#undef shared_file_read
#undef shared_file_write
#undef calloc
#undef getrandom

#define NOW INT64_C(1764230400)
#define REQUEST "0123456789abcdef0123456789abcdef"

static char folder[] = "/tmp/mintage-once-file-XXXXXX";
static char file_path[64];
static struct config config;
static struct once once;
static struct problem problem;

/* What fails from now on. */
static struct {
	bool lock, read, write, memory, chance;
} fails;

static bool fake_lock(int file, unsigned milliseconds)
{
	assert_true(milliseconds > 0);
	return !fails.lock && shared_file_lock(file, milliseconds);
}

static ssize_t fake_read(int file, void *data, size_t size)
{
	return fails.read ? -1 : shared_file_read(file, data, size);
}

static bool fake_write(int file, const void *data, size_t size)
{
	return !fails.write && shared_file_write(file, data, size);
}

static void *fake_calloc(size_t count, size_t size)
{
	return fails.memory ? NULL : calloc(count, size);
}

static ssize_t fake_random(void *bytes, size_t size, unsigned flags)
{
	return fails.chance ? -1 : getrandom(bytes, size, flags);
}

static int set_up(void **state)
{
	(void)state;
	memset(&fails, 0, sizeof(fails));
	config = (struct config){ .state_dir = folder };
	once = (struct once){ .file = -1 };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	once_close(&once);
	assert_null(once.table);
	return unlink(file_path);
}

static struct slice fresh(char number[ONCE_NUMBER_LENGTH + 1])
{
	assert_true(once_number(number, NOW));
	return slice_text(number);
}

static enum error use(struct slice number)
{
	return once_use(&once, &config, number, REQUEST, NOW, &problem);
}

static void assert_unavailable(struct slice number, const char *words)
{
	assert_int_equal(use(number), ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "nothing was issued: "));
	if (!strstr(problem.message, words))
		fail_msg("no '%s' in '%s'", words, problem.message);
}

static void test_unreadable(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1];
	struct slice form = fresh(number);

	(void)state;
	fails.lock = true;
	assert_unavailable(form, "its file can't be read");
	fails.lock = false;
	fails.read = true;
	assert_unavailable(form, "its file can't be read");
	fails.read = false;
	assert_int_equal(use(form), ERROR_NONE);
	/* What can't be read is not released. */
	fails.lock = true;
	once_release(&once, form, NOW);
	fails.lock = false;
	fails.read = true;
	once_release(&once, form, NOW);
	fails.read = false;
	assert_int_equal(use(form), ERROR_USED);
}

static void test_unwritable(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1];
	struct slice form = fresh(number);

	(void)state;
	fails.write = true;
	assert_unavailable(form, "its file can't be written");
	/* Nor can a file be begun anew that somebody has cut. */
	assert_int_equal(truncate(file_path, 100), 0);
	assert_unavailable(form, "its file can't be read");
	assert_int_equal(truncate(file_path, 0), 0);
	fails.write = false;
	assert_int_equal(use(form), ERROR_NONE);
	/* Where its release can't be written the form counts as used. */
	fails.write = true;
	once_release(&once, form, NOW);
	fails.write = false;
	assert_int_equal(use(form), ERROR_USED);
	once_release(&once, form, NOW);
	assert_int_equal(use(form), ERROR_NONE);
}

static void test_no_memory(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1];
	struct slice form = fresh(number);

	(void)state;
	fails.memory = true;
	assert_unavailable(form, "out of memory");
	assert_int_equal(once.file, -1);
	fails.memory = false;
	assert_int_equal(use(form), ERROR_NONE);
	assert_int_equal(use(form), ERROR_USED);
}

/* A form without a number that nobody can guess has none. */
static void test_no_chance(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1];

	(void)state;
	fails.chance = true;
	assert_false(once_number(number, NOW));
	fails.chance = false;
	assert_int_equal(use(fresh(number)), ERROR_NONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unreadable),
		TEST(test_unwritable),
		TEST(test_no_memory),
		TEST(test_no_chance),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(file_path, sizeof(file_path), "%s/forms.1", folder);
	failed = UNIT_RUN(tests);
	return rmdir(folder) == 0 ? failed : 1;
}
