/* Forms that are good for one issue: their numbers, and what is remembered. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgi/service/once.h"

#define NOW INT64_C(1764230400)
#define REQUEST "0123456789abcdef0123456789abcdef"

static char folder[] = "/tmp/mintage-once-XXXXXX";
static char log_path[64];
static char file_path[64];
static struct config config;
static struct once once;

static int set_up(void **state)
{
	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(log_path, sizeof(log_path), "%s/audit.jsonl", folder);
	snprintf(file_path, sizeof(file_path), "%s/forms.1", folder);
	config = (struct config){ .state_dir = folder, .audit_log = log_path };
	once = (struct once){ .file = -1 };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	once_close(&once);
	(void)unlink(file_path);
	(void)rmdir(file_path);
	return rmdir(folder);
}

static struct slice fresh(char number[ONCE_NUMBER_LENGTH + 1], int64_t made)
{
	assert_true(once_number(number, made));
	assert_int_equal(strlen(number), ONCE_NUMBER_LENGTH);
	return slice_text(number);
}

static enum error use(struct slice number, int64_t now, struct problem *problem)
{
	return once_use(&once, &config, number, REQUEST, now, problem);
}

static void expect(enum error expected, struct slice number, int64_t now)
{
	struct problem problem = { .message = "" };

	if (use(number, now, &problem) != expected)
		fail_msg("%.*s: %s", (int)number.length, number.data,
			 problem.message);
}

static void test_once(void **state)
{
	char a[ONCE_NUMBER_LENGTH + 1], b[ONCE_NUMBER_LENGTH + 1];
	struct slice first = fresh(a, NOW), second = fresh(b, NOW);
	struct problem problem;

	(void)state;
	assert_string_not_equal(a, b);
	expect(ERROR_NONE, first, NOW + 5);
	assert_int_equal(use(first, NOW + 9, &problem), ERROR_USED);
	assert_string_equal(problem.pointer, "/formNumber");
	assert_non_null(strstr(problem.message, "2025-11-27T08:00:05Z"));
	assert_non_null(strstr(problem.message, REQUEST));
	expect(ERROR_NONE, second, NOW + 9);
	expect(ERROR_USED, second, NOW + 9);
}

static void test_not_a_number(void **state)
{
	static const char *const none[] = {
		"",
		"0",
		"0123456789abcdef0123456789abcdef012345678",
		"0123456789abcdef0123456789abcdef01234567890",
		"0123456789ABCDEF0123456789abcdef0123456789",
		"-123456789abcdef0123456789abcdef0123456789",
		" 0123456789abcdef0123456789abcdef012345678",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		expect(ERROR_BAD_VALUE, slice_text(none[i]), NOW);
	assert_int_equal(access(file_path, F_OK), -1);
}

/* Nothing was issued after all, so the form is as good as before. */
static void test_release(void **state)
{
	char a[ONCE_NUMBER_LENGTH + 1], b[ONCE_NUMBER_LENGTH + 1];
	struct slice first = fresh(a, NOW), second = fresh(b, NOW);

	(void)state;
	once_release(&once, first, NOW);
	expect(ERROR_NONE, first, NOW);
	expect(ERROR_NONE, second, NOW);
	once_release(&once, first, NOW);
	expect(ERROR_NONE, first, NOW);
	expect(ERROR_USED, second, NOW);
}

static void test_age(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1];

	(void)state;
	expect(ERROR_NONE, fresh(number, NOW - ONCE_LIFE + 1), NOW);
	expect(ERROR_BAD_VALUE, fresh(number, NOW - ONCE_LIFE), NOW);
	expect(ERROR_NONE, fresh(number, NOW + 300), NOW);
	expect(ERROR_BAD_VALUE, fresh(number, NOW + 301), NOW);
	expect(ERROR_BAD_VALUE, fresh(number, 0), NOW);
	/* Still remembered when it is too old. */
	expect(ERROR_NONE, fresh(number, NOW), NOW);
	expect(ERROR_USED, slice_text(number), NOW + ONCE_LIFE);
}

/* Whatever is forgotten to make space is never taken again. */
static void test_full(void **state)
{
	static char numbers[ONCE_SLOTS + 3][ONCE_NUMBER_LENGTH + 1];
	struct stat before, after;

	(void)state;
	for (int i = 0; i < ONCE_SLOTS; i++)
		expect(ERROR_NONE, fresh(numbers[i], NOW + i / 64), NOW + 99);
	assert_int_equal(stat(file_path, &before), 0);
	for (int i = ONCE_SLOTS; i < ONCE_SLOTS + 3; i++)
		expect(ERROR_NONE, fresh(numbers[i], NOW + 99), NOW + 99);
	for (int i = 0; i < ONCE_SLOTS + 3; i++) {
		struct problem problem;

		assert_int_not_equal(use(slice_text(numbers[i]), NOW + 99,
					 &problem),
				     ERROR_NONE);
	}
	/* Nor one that was made at the same time, or before. */
	expect(ERROR_BAD_VALUE, fresh(numbers[0], NOW), NOW + 99);
	expect(ERROR_NONE, fresh(numbers[0], NOW + 1), NOW + 99);
	assert_int_equal(stat(file_path, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
}

/* All processes of a host know what one of them used. */
static void test_processes(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1];
	struct slice same = fresh(number, NOW);
	int taken = 0;

	(void)state;
	for (int i = 0; i < 16; i++) {
		pid_t child = fork();
		struct problem problem;

		assert_true(child >= 0);
		if (child == 0)
			_exit(use(same, NOW, &problem) == ERROR_NONE ? 1 : 0);
	}
	for (int i = 0; i < 16; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		taken += WEXITSTATUS(status);
	}
	assert_int_equal(taken, 1);
	expect(ERROR_USED, same, NOW);
}

static void test_places(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1], nowhere[] = "/nonexistent";

	(void)state;
	/* A state-dir that was named has to be usable. */
	config.state_dir = nowhere;
	expect(ERROR_UNAVAILABLE, fresh(number, NOW), NOW);
	/* Without one, the file is beside the audit log. */
	config.state_dir = NULL;
	expect(ERROR_NONE, fresh(number, NOW), NOW);
	if (access("/run/mintage", W_OK) != 0)
		assert_int_equal(access(file_path, F_OK), 0);
	once_close(&once);
	expect(ERROR_USED, slice_text(number), NOW);
}

static void test_memory(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1], syslog[] = "syslog";

	(void)state;
	if (access("/run/mintage", W_OK) == 0)
		skip();
	config = (struct config){ .audit_log = syslog };
	expect(ERROR_NONE, fresh(number, NOW), NOW);
	expect(ERROR_USED, slice_text(number), NOW);
	assert_int_equal(once.file, -1);
	once_close(&once);
	expect(ERROR_NONE, slice_text(number), NOW);
}

/* What somebody put in the file's place is left alone. */
static void test_not_ours(void **state)
{
	char number[ONCE_NUMBER_LENGTH + 1], other[80];

	(void)state;
	assert_int_equal(mkdir(file_path, 0700), 0);
	expect(ERROR_UNAVAILABLE, fresh(number, NOW), NOW);
	assert_int_equal(rmdir(file_path), 0);
	assert_int_equal(symlink("/etc/passwd", file_path), 0);
	expect(ERROR_UNAVAILABLE, fresh(number, NOW), NOW);
	assert_int_equal(unlink(file_path), 0);
	snprintf(other, sizeof(other), "%s.other", file_path);
	assert_true(close(creat(other, 0600)) == 0);
	assert_int_equal(link(other, file_path), 0);
	expect(ERROR_UNAVAILABLE, fresh(number, NOW), NOW);
	assert_int_equal(unlink(other), 0);
}

/* Which numbers a file had that somebody cut is not known: none that was made
 * before is taken, and later ones are. */
static void test_cut(void **state)
{
	char a[ONCE_NUMBER_LENGTH + 1], b[ONCE_NUMBER_LENGTH + 1];
	struct slice first = fresh(a, NOW), later = fresh(b, NOW + 2);

	(void)state;
	expect(ERROR_NONE, first, NOW);
	assert_int_equal(truncate(file_path, 100), 0);
	expect(ERROR_BAD_VALUE, first, NOW + 1);
	expect(ERROR_NONE, later, NOW + 2);
	expect(ERROR_USED, later, NOW + 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_once),     TEST(test_not_a_number),
		TEST(test_release),  TEST(test_age),
		TEST(test_full),     TEST(test_processes),
		TEST(test_places),   TEST(test_memory),
		TEST(test_not_ours), TEST(test_cut),
	};

	return UNIT_RUN(tests);
}
