/*
 * spool: where the file of a large text is made, on file systems that lack
 * something, and that nothing is kept of one that can't be had.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_or_not(const char *path, int flags, mode_t mode);
static int make_or_not(char *path, int flags);
static int reserve_or_not(int file, off_t at, off_t size);
static void *map_or_not(void *place, size_t size, int access, int flags,
			int file, off_t at);

#define open open_or_not
#define mkostemp make_or_not
#define posix_fallocate reserve_or_not
#define mmap map_or_not
#include "lib/base/spool.c"
#undef open
#undef mkostemp
#undef posix_fallocate
#undef mmap

#define LARGE (SPOOL_HEAP_MAX + 5)

static char folder[] = "/tmp/mintage-spool-XXXXXX";

/* Whether there is no O_TMPFILE, and the errno of what else fails, or 0. */
static bool is_old;
static int make_failure, reserve_failure, map_failure;

/* Where a file was made last, and how many of them. */
static char place[8192];
static int made;

static int note(const char *path, int file)
{
	if (file >= 0) {
		snprintf(place, sizeof(place), "%s", path);
		made++;
	}
	return file;
}

static int open_or_not(const char *path, int flags, mode_t mode)
{
	assert_true((flags & O_TMPFILE) == O_TMPFILE && (flags & O_CLOEXEC));
	if (!is_old)
		return note(path, open(path, flags, mode));
	errno = EOPNOTSUPP;
	return -1;
}

static int make_or_not(char *path, int flags)
{
	/* It is whole. */
	assert_string_equal(path + strlen(path) - 6, "XXXXXX");
	if (!make_failure)
		return note(path, mkostemp(path, flags));
	errno = make_failure;
	return -1;
}

static int reserve_or_not(int file, off_t at, off_t size)
{
	return reserve_failure ? reserve_failure :
				 posix_fallocate(file, at, size);
}

static void *map_or_not(void *where, size_t size, int access, int flags,
			int file, off_t at)
{
	if (!map_failure)
		return mmap(where, size, access, flags, file, at);
	errno = map_failure;
	return MAP_FAILED;
}

static int reset(void **state)
{
	(void)state;
	is_old = false;
	make_failure = reserve_failure = map_failure = made = 0;
	place[0] = '\0';
	return 0;
}

/* A spool can be had, made below `where`. */
static void assert_made(const char *in, const char *where)
{
	struct spool spool;

	assert_int_equal(spool_open(&spool, in, LARGE), 0);
	assert_true(spool.mapped > LARGE);
	assert_int_equal(spool.data[LARGE], '\0');
	memset(spool.data, 'x', LARGE);
	spool_close(&spool);
	assert_null(spool.data);
	assert_int_equal(made, 1);
	if (strncmp(place, where, strlen(where)) != 0)
		fail_msg("'%s' is not below '%s'", place, where);
	made = 0;
}

static void assert_fails(int reason)
{
	struct spool spool = { .data = folder, .mapped = 1 };

	assert_int_equal(spool_open(&spool, folder, LARGE), reason);
	assert_null(spool.data);
	assert_int_equal(spool.mapped, 0);
}

static void test_heap(void **state)
{
	struct spool spool;

	(void)state;
	assert_int_equal(spool_open(&spool, folder, SPOOL_HEAP_MAX), 0);
	assert_int_equal(spool.mapped, 0);
	memset(spool.data, 'x', SPOOL_HEAP_MAX + 1);
	spool_close(&spool);
	assert_int_equal(made, 0);
}

static void test_places(void **state)
{
	(void)state;
	assert_made(folder, folder);
	assert_made("relative", "/var/tmp");
	assert_made(NULL, "/var/tmp");
	assert_made("/nowhere/at/all", "/var/tmp");
}

/* On a file system that can't make a file without a name, the temporary file
 * gets a name, which is removed at once. */
static void test_old_file_system(void **state)
{
	(void)state;
	is_old = true;
	assert_made(folder, folder);
	assert_non_null(strstr(place, "/mintage-"));
	assert_int_equal(access(place, F_OK), -1);
}

/* A folder whose name leaves no space for that of a file is passed over. */
static void test_long_folder(void **state)
{
	static char longer[PATH_MAX];

	(void)state;
	memset(longer, '/', sizeof(longer) - 1);
	is_old = true;
	assert_made(longer, "/var/tmp");
	make_failure = EROFS;
	assert_fails(EROFS);
}

static void test_fails(void **state)
{
	(void)state;
	reserve_failure = ENOSPC;
	assert_fails(ENOSPC);
	reserve_failure = 0;
	map_failure = ENOMEM;
	assert_fails(ENOMEM);
}

static void test_place(void **state)
{
	(void)state;
	assert_string_equal(spool_place(folder), folder);
	assert_string_equal(spool_place("relative"), "/var/tmp");
	assert_string_equal(spool_place(NULL), "/var/tmp");
}

#define TEST(name) cmocka_unit_test_setup(name, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_heap),
		TEST(test_places),
		TEST(test_old_file_system),
		TEST(test_long_folder),
		TEST(test_fails),
		TEST(test_place),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = UNIT_RUN(tests);
	/* No file has stayed there. */
	return rmdir(folder) != 0 || failed;
}
