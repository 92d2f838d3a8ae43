/*
 * conffile: a configuration that is not what it was, or no file at all, is left
 * as it is, and an interrupted wait for the lock is waited for again.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often the wait for the lock is interrupted before it can be had. */
static int interruptions, waits;

static int wait_for(int file, int operation)
{
	waits++;
	if (interruptions-- > 0) {
		errno = EINTR;
		return -1;
	}
	return flock(file, operation);
}

#undef fail /* cmocka has a macro of this name */
#define flock wait_for
#include "cgi/cli/conffile.c"
#undef flock

#include "spoken.h"

#define OLD "[mintage]\naudit-log = /var/log/one\n"
#define NEW "[mintage]\naudit-log = /var/log/two\n"

static char folder[] = "/tmp/mintage-conffile-XXXXXX";
static char path[64];

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *text)
{
	char found[256];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	found[fread(found, 1, sizeof(found) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(found, text);
}

static void assert_said(const char *said, const char *wanted)
{
	char line[256];

	snprintf(line, sizeof(line), "mintage: %s%s\n", path, wanted);
	assert_string_equal(said, line);
}

/* Is the file locked, seen from another descriptor? */
static bool is_locked(void)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool locked;

	assert_true(file >= 0);
	locked = flock(file, LOCK_EX | LOCK_NB) != 0;
	close(file);
	return locked;
}

static void test_interrupted(void **state)
{
	struct conffile conf = { .path = NULL };

	(void)state;
	write_file(OLD);
	interruptions = 2;
	waits = 0;
	assert_int_equal(conffile_open(&conf, path), CLI_DONE);
	assert_int_equal(waits, 3);
	assert_true(is_locked());
	assert_int_equal(conffile_replace(&conf, slice_text(NEW)), CLI_DONE);
	assert_holds(NEW);
	conffile_close(&conf);
	assert_false(is_locked());
}

/* What others have written meanwhile is theirs. */
static void test_changed(void **state)
{
	struct conffile conf = { .path = NULL };
	const char *said;
	enum cli_status status;

	(void)state;
	write_file(OLD);
	assert_int_equal(conffile_open(&conf, path), CLI_DONE);
	write_file(OLD "# more\n");
	spoken_begin();
	status = conffile_replace(&conf, slice_text(NEW));
	said = spoken_end();
	assert_int_equal(status, CLI_FAILED);
	assert_said(said, " was changed by someone else meanwhile, and was "
			  "left alone; try again");
	assert_holds(OLD "# more\n");
	conffile_close(&conf);
}

/* A text that is no configuration is never put there. */
static void test_no_configuration(void **state)
{
	struct conffile conf = { .path = NULL };
	enum cli_status status;

	(void)state;
	write_file(OLD);
	assert_int_equal(conffile_open(&conf, path), CLI_DONE);
	spoken_begin();
	status = conffile_replace(&conf, slice_text("[mintag]\n"));
	assert_non_null(strstr(spoken_end(), "mintag"));
	assert_int_equal(status, CLI_FAILED);
	assert_holds(OLD);
	conffile_close(&conf);
}

static const char *open_fails(void)
{
	struct conffile conf = { .path = NULL };
	enum cli_status status;
	const char *said;

	spoken_begin();
	status = conffile_open(&conf, path);
	said = spoken_end();
	conffile_close(&conf);
	assert_int_equal(status, CLI_FAILED);
	return said;
}

static void test_no_file(void **state)
{
	(void)state;
	(void)unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_said(open_fails(), ": not a regular file");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_said(open_fails(), ": Is a directory");
	assert_int_equal(rmdir(path), 0);
	assert_said(open_fails(), ": No such file or directory");
}

static void test_too_large(void **state)
{
	(void)state;
	write_file(OLD);
	assert_int_equal(truncate(path, (off_t)CONFFILE_MAX + 1), 0);
	assert_said(open_fails(), ": more than 16777216 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_no_configuration),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_too_large),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/mintage.conf", folder);
	failed = UNIT_RUN(tests);
	(void)unlink(path);
	/* Nothing else was left behind. */
	return rmdir(folder) != 0 || failed;
}
