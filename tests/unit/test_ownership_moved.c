/*
 * ownership: a way that others change while it is gone, so that a call fails
 * for what was there just before. What can't be examined is never safe.
 */
#include "unit.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static ssize_t link_or_not(const char *path, char *target, size_t size);
static int stat_or_not(const char *path, struct stat *found);
static char *folder_or_not(char *path, size_t size);

/* Whether memory is out. */
static int is_out;

#define malloc(size) (is_out ? NULL : malloc(size))
#define readlink link_or_not
#define stat(path, found) stat_or_not(path, found)
#define getcwd folder_or_not
#include "lib/base/ownership.c"
#undef malloc
#undef readlink
#undef stat
#undef getcwd

static char folder[] = "/tmp/mintage-moved-XXXXXX";
static char link_path[64];

/* The errno of each, or 0; and the path for which stat fails. */
static int link_failure, stat_failure, here_failure;
static const char *stat_path;

static ssize_t link_or_not(const char *path, char *target, size_t size)
{
	if (!link_failure)
		return readlink(path, target, size);
	errno = link_failure;
	return -1;
}

static int stat_or_not(const char *path, struct stat *found)
{
	if (!stat_failure || strcmp(path, stat_path) != 0)
		return stat(path, found);
	errno = stat_failure;
	return -1;
}

static char *folder_or_not(char *path, size_t size)
{
	if (!here_failure)
		return getcwd(path, size);
	errno = here_failure;
	return NULL;
}

static void assert_fails(const char *path, int reason)
{
	struct ownership ownership;
	struct problem problem;
	char expected[256];

	ownership_begin(&ownership);
	assert_int_equal(ownership_check(&ownership, path, &problem),
			 ERROR_CONFIG);
	snprintf(expected, sizeof(expected), "%s: can't be examined: %s", path,
		 strerror(reason));
	assert_string_equal(problem.message, expected);
}

static void assert_safe(const char *path)
{
	struct ownership ownership;
	struct problem problem;

	ownership_begin(&ownership);
	if (ownership_check(&ownership, path, &problem))
		fail_msg("%s", problem.message);
}

/* A link is no link any more when it is read. */
static void test_link(void **state)
{
	(void)state;
	assert_int_equal(symlink(folder, link_path), 0);
	assert_safe(link_path);
	link_failure = EINVAL;
	assert_fails(link_path, EINVAL);
	link_failure = 0;
	assert_int_equal(unlink(link_path), 0);
}

/* The folder that the way ends in, or begins in, is gone. */
static void test_folder(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/.", folder);
	assert_safe(path);
	stat_path = folder;
	stat_failure = ENOENT;
	assert_fails(path, ENOENT);
	assert_safe(folder);
	stat_path = "/";
	assert_fails(folder, ENOENT);
	stat_failure = 0;
	here_failure = ENOENT;
	assert_fails("file", ENOENT);
	assert_safe(folder);
	here_failure = 0;
}

/* Only a relative path and a link need memory. */
static void test_no_memory(void **state)
{
	(void)state;
	assert_int_equal(symlink(folder, link_path), 0);
	is_out = 1;
	assert_safe(folder);
	assert_fails(link_path, ENOMEM);
	assert_fails("file", ENOMEM);
	is_out = 0;
	assert_safe(link_path);
	assert_int_equal(unlink(link_path), 0);
}

/* A name, a way behind a link, and one from the working directory on that are
 * longer than any the kernel takes. */
static void test_too_long(void **state)
{
	static char path[3 * PATH_MAX];
	struct ownership ownership;
	struct problem problem;

	(void)state;
	assert_int_equal(symlink(folder, link_path), 0);
	ownership_begin(&ownership);
	for (int i = 0; i < 3; i++) {
		memset(path, i == 0 ? 'a' : '/', sizeof(path) - 1);
		if (i == 0)
			path[0] = '/';
		else if (i == 1)
			memcpy(path, link_path, strlen(link_path));
		else
			path[0] = 'a';
		problem.message[0] = '\0';
		assert_int_equal(ownership_check(&ownership, path, &problem),
				 ERROR_CONFIG);
		/* The message begins with the path, and is cut. */
		assert_int_equal(strncmp(problem.message, path, 64), 0);
	}
	assert_safe(link_path);
	assert_int_equal(unlink(link_path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_too_long),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(link_path, sizeof(link_path), "%s/link", folder);
	failed = UNIT_RUN(tests);
	return rmdir(folder) != 0 || failed;
}
