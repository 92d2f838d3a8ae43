/* strangers: which refusals have a line of their own, and that the sum of the
 * others is not lost. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/shared_file.h"

/* The time, as the tests want it. */
static int64_t now_faked = INT64_C(1770000000);

static enum error faked_clock(struct timespec *now, struct problem *problem)
{
	*now = (struct timespec){ .tv_sec = now_faked };
	return now_faked > 0 ? ERROR_NONE :
			       problem_set(problem, ERROR_UNAVAILABLE, NULL,
					   "no clock");
}

/* A disk that can't be read. */
static bool is_unreadable;

static ssize_t read_or_not(int file, void *data, size_t size);

#define clock_read faked_clock
#define shared_file_read read_or_not
#include "lib/audit/strangers.c"
#undef shared_file_read

static ssize_t read_or_not(int file, void *data, size_t size)
{
	if (!is_unreadable)
		return shared_file_read(file, data, size);
	errno = EIO;
	return -1;
}

static char folder[] = "/tmp/mintage-strangers-XXXXXX";
static char log_path[64];
static struct audit audit;

static struct audit_strangers begin(const char *where, uint32_t rate,
				    bool stays)
{
	struct audit_strangers strangers;

	audit_strangers_begin(&strangers, where, log_path, rate, stays);
	return strangers;
}

static void refuse(struct audit_strangers *strangers, int status)
{
	struct audit_request who = { .id = "a", .route = "single" };
	struct problem problem = { .error = ERROR_UNAUTHORIZED };

	assert_int_equal(audit_strangers_refusal(strangers, &audit, &who,
						 status, &problem),
			 ERROR_NONE);
}

static int64_t number_of(struct json_object *line, const char *name)
{
	struct json_object *member = NULL;

	assert_true(json_object_object_get_ex(line, name, &member));
	return json_object_get_int64(member);
}

/* What the log says: how many lines of one refusal, how many sums, and what
 * those are in all. The log is empty then. */
struct told {
	int64_t alone, sums, count, unauthorized, forbidden;
};

static struct told read_log(void)
{
	struct told told = { 0 };
	char text[4096];
	FILE *file = fopen(log_path, "r");

	assert_non_null(file);
	while (fgets(text, sizeof(text), file)) {
		struct json_object *line = json_tokener_parse(text);

		assert_non_null(line);
		if (strstr(text, "\"event\":\"refused\"")) {
			told.alone++;
		} else {
			assert_non_null(strstr(text, "\"refusals\""));
			told.sums++;
			told.count += number_of(line, "count");
			told.unauthorized += number_of(line, "status401");
			told.forbidden += number_of(line, "status403");
		}
		json_object_put(line);
	}
	fclose(file);
	assert_int_equal(truncate(log_path, 0), 0);
	return told;
}

static void assert_told(int64_t alone, int64_t sums, int64_t count)
{
	struct told told = read_log();

	assert_int_equal(told.alone, alone);
	assert_int_equal(told.sums, sums);
	assert_int_equal(told.count, count);
}

static void forget(void)
{
	char pattern[64];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/refusals.*", folder);
	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			assert_int_equal(unlink(found.gl_pathv[i]), 0);
		globfree(&found);
	}
}

/* With a file and without: so many lines in a minute, the rest in one line. */
static void test_rate(void **state)
{
	const char *const places[] = { folder, NULL, "/nowhere/at/all" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct audit_strangers one = begin(places[i], 3, true);
		struct told told;

		for (int n = 0; n < 10; n++)
			refuse(&one, n == 9 ? 403 : n == 8 ? 400 : 401);
		assert_told(3, 0, 0);
		assert_int_equal(audit_strangers_wait(&one), 60000);
		now_faked += 59;
		audit_strangers_tell(&one, &audit);
		assert_told(0, 0, 0);
		assert_int_equal(audit_strangers_wait(&one), 1000);
		now_faked += 1;
		assert_int_equal(audit_strangers_wait(&one), 0);
		audit_strangers_tell(&one, &audit);
		told = read_log();
		assert_int_equal(told.sums, 1);
		assert_int_equal(told.count, 7);
		assert_int_equal(told.unauthorized, 5);
		assert_int_equal(told.forbidden, 1);
		assert_int_equal(audit_strangers_wait(&one), -1);
		audit_strangers_tell(&one, &audit);
		assert_told(0, 0, 0);
		/* In the next minute there are lines again. */
		for (int n = 0; n < 5; n++)
			refuse(&one, 401);
		assert_told(3, 0, 0);
		audit_strangers_end(&one, &audit);
		assert_told(0, 1, 2);
		forget();
	}
}

/* The next refusal ends a minute, too. */
static void test_next_refusal(void **state)
{
	struct audit_strangers one = begin(folder, 1, true);

	(void)state;
	refuse(&one, 401);
	refuse(&one, 401);
	now_faked += 3600;
	refuse(&one, 401);
	assert_told(2, 1, 1);
	/* A clock that was set back. */
	refuse(&one, 401);
	now_faked -= 7200;
	refuse(&one, 401);
	assert_told(1, 1, 1);
	refuse(&one, 401);
	now_faked -= 7200;
	assert_int_equal(audit_strangers_wait(&one), 0);
	audit_strangers_tell(&one, &audit);
	assert_told(0, 1, 1);
	audit_strangers_end(&one, &audit);
	assert_told(0, 0, 0);
	forget();
}

static void test_limits(void **state)
{
	struct audit_strangers none = begin(folder, 0, true);
	struct audit_strangers all = begin(folder, AUDIT_STRANGERS_ALL, true);

	(void)state;
	for (int n = 0; n < 200; n++)
		refuse(&all, 401);
	assert_told(200, 0, 0);
	for (int n = 0; n < 200; n++)
		refuse(&none, 401);
	assert_told(0, 0, 0);
	audit_strangers_end(&all, &audit);
	audit_strangers_end(&none, &audit);
	assert_told(0, 1, 200);
	/* Without a clock, each has a line. */
	none = begin(folder, 0, true);
	now_faked = -now_faked;
	refuse(&none, 401);
	audit_strangers_tell(&none, &audit);
	assert_int_equal(audit_strangers_wait(&none), -1);
	audit_strangers_end(&none, &audit);
	now_faked = -now_faked;
	assert_told(1, 0, 0);
	forget();
}

/* Processes sum together; what a process that died has summed is not lost, and
 * a process of one request leaves the sum to the next. */
static void test_processes(void **state)
{
	struct audit_strangers one, two;

	(void)state;
	one = begin(folder, 2, true);
	two = begin(folder, 2, true);
	for (int n = 0; n < 5; n++) {
		refuse(&one, 401);
		refuse(&two, 401);
	}
	assert_told(2, 0, 0);
	/* One dies: nothing of it is called any more. */
	close(one.file);
	free(one.folder);
	close(two.file);
	free(two.folder);
	now_faked += 60;
	one = begin(folder, 2, true);
	audit_strangers_tell(&one, &audit);
	assert_told(0, 1, 8);
	audit_strangers_end(&one, &audit);
	for (int n = 0; n < 10; n++) {
		one = begin(folder, 2, false);
		refuse(&one, 401);
		audit_strangers_tell(&one, &audit);
		audit_strangers_end(&one, &audit);
	}
	assert_told(2, 0, 0);
	now_faked += 60;
	one = begin(folder, 2, false);
	audit_strangers_tell(&one, &audit);
	audit_strangers_end(&one, &audit);
	assert_told(0, 1, 8);
	forget();
	/* With nowhere to leave it, the process says it itself. */
	one = begin(NULL, 0, false);
	refuse(&one, 401);
	audit_strangers_end(&one, &audit);
	assert_told(0, 1, 1);
}

/* A log that can't be written, a file that is damaged or locked. */
static void test_trouble(void **state)
{
	struct audit_strangers one = begin(folder, 0, true), two;
	struct audit good = audit;
	char name[sizeof(one.own) + 1] = "";

	(void)state;
	refuse(&one, 401);
	audit.path = "/nowhere/at/all";
	audit.file = -1;
	now_faked += 60;
	audit_strangers_tell(&one, &audit);
	audit = good;
	now_faked += 60;
	audit_strangers_tell(&one, &audit);
	assert_told(0, 1, 1);
	/* Somebody keeps the lock: the process sums for itself. */
	two = begin(folder, 0, true);
	assert_true(open_file(&two, SHARED_FILE_LEAVE));
	assert_int_equal(flock(two.file, LOCK_EX), 0);
	refuse(&one, 401);
	assert_int_equal(flock(two.file, LOCK_UN), 0);
	refuse(&one, 401);
	audit_strangers_end(&one, &audit);
	assert_told(0, 2, 2);
	memset(name, 'x', sizeof(name) - 1);
	assert_true(shared_file_write(two.file, name, sizeof(name) - 1));
	refuse(&two, 401);
	assert_int_equal(ftruncate(two.file, 5), 0);
	refuse(&two, 401);
	audit_strangers_end(&two, &audit);
	assert_told(0, 1, 1);
	forget();
}

/* A file that can't be read: the process sums for itself, and keeps nobody else
 * from the file. */
static void test_unreadable(void **state)
{
	struct audit_strangers one = begin(folder, 0, true);
	struct audit_strangers two = begin(folder, 0, true);

	(void)state;
	assert_true(open_file(&two, SHARED_FILE_MAKE));
	is_unreadable = true;
	refuse(&one, 401);
	refuse(&one, 403);
	is_unreadable = false;
	assert_int_equal(flock(two.file, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(flock(two.file, LOCK_UN), 0);
	assert_int_equal(one.own.refusals.count, 2);
	audit_strangers_end(&one, &audit);
	audit_strangers_end(&two, &audit);
	assert_told(0, 1, 2);
	forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_next_refusal),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_unreadable),
	};
	struct problem problem;
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(log_path, sizeof(log_path), "%s/audit.jsonl", folder);
	if (audit_open(&audit, log_path, false, &problem))
		return 1;
	failed = UNIT_RUN(tests);
	audit_close(&audit);
	unlink(log_path);
	return rmdir(folder) != 0 || failed;
}
