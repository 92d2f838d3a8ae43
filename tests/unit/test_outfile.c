/*
 * outfile: what becomes of the file of --output where the system refuses a
 * step. What was there before must stay, and nothing else may be left behind.
 */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* The call that fails, by its name; "" when none does. */
static const char *broken = "";

static bool is_broken(const char *call)
{
	if (strcmp(call, broken) == 0)
		errno = EIO;
	return strcmp(call, broken) == 0;
}

static char *fake_realpath(const char *path, char *resolved)
{
	return is_broken("realpath") ? NULL : realpath(path, resolved);
}

static ssize_t fake_getrandom(void *bytes, size_t size, unsigned flags)
{
	return is_broken("getrandom") ? -1 : getrandom(bytes, size, flags);
}

static int fake_dup2(int from, int to)
{
	return is_broken("dup2") ? -1 : dup2(from, to);
}

static int fake_fsync(int file)
{
	return is_broken("fsync") ? -1 : fsync(file);
}

static int fake_rename(const char *from, const char *to)
{
	return is_broken("rename") ? -1 : rename(from, to);
}

static int fake_linkat(int a, const char *from, int b, const char *to, int how)
{
	return is_broken("linkat") ? -1 : linkat(a, from, b, to, how);
}

/* A file system that has no files without a name. */
static bool has_no_nameless;

static int fake_open(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode = 0;

	if (has_no_nameless && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	va_start(list, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(list, mode_t);
	va_end(list);
	return open(path, flags, mode);
}

#undef fail /* cmocka has a macro of this name */
#define realpath fake_realpath
#define getrandom fake_getrandom
#define dup2 fake_dup2
#define fsync fake_fsync
#define rename fake_rename
#define linkat fake_linkat
#define open fake_open
#include "cgi/cli/outfile.c"
#undef realpath
#undef getrandom
#undef dup2
#undef fsync
#undef rename
#undef linkat
#undef open

#include "spoken.h"

static char folder[] = "/tmp/mintage-outfile-XXXXXX";
static char path[64];

/* The text of the file, "" when it isn't there. */
static const char *text_of_file(void)
{
	static char text[64];
	FILE *file = fopen(path, "r");

	text[0] = '\0';
	if (file) {
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
	}
	return text;
}

static void set_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static size_t count_files(void)
{
	DIR *all = opendir(folder);
	size_t count = 0;

	assert_non_null(all);
	while (readdir(all))
		count++;
	closedir(all);
	return count - 2; /* without "." and ".." */
}

/* Write "new" by --output; the complaint, "" when it succeeds. */
static const char *write_new(const char *to, bool is_whole)
{
	struct outfile outfile = { .path = NULL };
	enum cli_status status, end;
	const char *said;

	spoken_begin();
	status = outfile_begin(&outfile, to);
	if (status == CLI_DONE)
		assert_int_equal(write(STDOUT_FILENO, "new", 3), 3);
	end = outfile_end(&outfile, status == CLI_DONE && is_whole);
	said = spoken_end();
	if (status == CLI_DONE)
		status = end;
	if (is_whole)
		assert_int_equal(status == CLI_DONE, *said == '\0');
	return said;
}

static void assert_said(const char *said, const char *wanted)
{
	char line[256];

	snprintf(line, sizeof(line), "mintage: %s: %s\n", path, wanted);
	assert_string_equal(said, line);
}

/* With the name of the call that fails, and without it. */
static void assert_kept(const char *call)
{
	set_file("old");
	broken = call;
	assert_said(write_new(path, true), strerror(EIO));
	broken = "";
	assert_string_equal(text_of_file(), "old");
	assert_int_equal(count_files(), 1);
	assert_string_equal(write_new(path, true), "");
	assert_string_equal(text_of_file(), "new");
	assert_int_equal(count_files(), 1);
}

static void test_calls_that_fail(void **state)
{
	static const char *const calls[] = { "realpath", "getrandom", "dup2",
					     "fsync", "rename" };

	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		assert_kept(calls[i]);
	assert_kept("linkat");
	/* Where the file had to have a name from its beginning, it is
	 * removed. */
	has_no_nameless = true;
	assert_kept("dup2");
	assert_kept("fsync");
	assert_kept("rename");
	has_no_nameless = false;
}

static void test_not_whole(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		has_no_nameless = i == 1;
		set_file("old");
		assert_said(write_new(path, false),
			    "nothing was written there, because the answer is "
			    "not whole");
		assert_string_equal(text_of_file(), "old");
		assert_int_equal(count_files(), 1);
	}
	has_no_nameless = false;
}

/* A path where no file can be made is named, with the reason. */
static void test_no_place(void **state)
{
	char below[96], line[256];

	(void)state;
	set_file("old");
	snprintf(below, sizeof(below), "%s/below", path);
	snprintf(line, sizeof(line), "mintage: %s: %s\n", below,
		 strerror(ENOTDIR));
	assert_string_equal(write_new(below, true), line);
	assert_string_equal(text_of_file(), "old");
	snprintf(below, sizeof(below), "%s/none/file", folder);
	snprintf(line, sizeof(line), "mintage: %s: %s\n", below,
		 strerror(ENOENT));
	assert_string_equal(write_new(below, true), line);
	assert_int_equal(count_files(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_that_fail),
		cmocka_unit_test(test_not_whole),
		cmocka_unit_test(test_no_place),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/out", folder);
	failed = UNIT_RUN(tests);
	(void)unlink(path);
	return rmdir(folder) != 0 || failed;
}
