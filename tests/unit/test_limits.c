/* The limits of a caller in its file, by one process and by many. */
#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/state/limits.h"
#include "lib/state/window.h"

static char folder[64];
static struct state_limits limits;

static struct state_limits_ask asking(enum state_limits_kind kind,
				      uint64_t some)
{
	return (struct state_limits_ask){
		.name = "me",
		.limits = { { 5, 3600 }, { 100, 86400 } },
		.kind = kind,
		.some = some,
	};
}

static struct state_limits_answer take(enum state_limits_kind kind,
				       uint64_t some)
{
	struct state_limits_ask ask = asking(kind, some);
	struct state_limits_answer answer;
	struct problem problem;

	assert_int_equal(state_limits_take(&limits, &ask, &answer, &problem),
			 ERROR_NONE);
	assert_false(limits.trouble.lasts);
	return answer;
}

static void fails(const char *why)
{
	struct state_limits_ask ask = asking(STATE_LIMITS_REQUESTS, 0);
	struct state_limits_answer answer;
	struct problem problem;

	assert_int_equal(state_limits_take(&limits, &ask, &answer, &problem),
			 ERROR_UNAVAILABLE);
	assert_true(limits.trouble.lasts);
	assert_false(answer.taken);
	assert_non_null(strstr(limits.trouble.why, why));
	assert_non_null(strstr(limits.trouble.why, "limits.1.me"));
	assert_null(strstr(problem.message, folder));
}

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/mintage-limits-XXXXXX");
	limits = (struct state_limits){ .folder = folder };
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "limits.1.me", "limits.1.you",
					     "limits.lock", "limits.new" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(path_of(names[i]));
	return rmdir(folder);
}

static void test_take(void **state)
{
	struct state_limits_answer answer;

	(void)state;
	for (uint64_t i = 0; i < 5; i++) {
		answer = take(STATE_LIMITS_REQUESTS, 1);
		assert_true(answer.taken);
		assert_int_equal(answer.standing[0].left, 4 - i);
		assert_in_range(answer.standing[0].wait, 3590, 3604);
		assert_int_equal(answer.standing[1].left, 100);
		assert_int_equal(answer.standing[1].wait, 0);
	}
	answer = take(STATE_LIMITS_REQUESTS, 1);
	assert_false(answer.taken);
	assert_in_range(answer.wait, 3590, 3604);
	answer = take(STATE_LIMITS_REQUESTS, 0);
	assert_true(answer.taken);
	/* All or none, and never more than there may ever be. */
	assert_true(take(STATE_LIMITS_ENTRIES, 60).taken);
	assert_false(take(STATE_LIMITS_ENTRIES, 41).taken);
	answer = take(STATE_LIMITS_ENTRIES, 101);
	assert_false(answer.taken);
	assert_int_equal(answer.wait, 0);
	assert_false(take(STATE_LIMITS_ENTRIES, UINT64_MAX).taken);
	assert_true(take(STATE_LIMITS_ENTRIES, 40).taken);
	assert_int_equal(take(STATE_LIMITS_ENTRIES, 0).standing[1].left, 0);
}

static void test_give_back(void **state)
{
	struct state_limits_ask ask = asking(STATE_LIMITS_ENTRIES, 0);
	struct state_limits_answer answer;

	(void)state;
	answer = take(STATE_LIMITS_ENTRIES, 60);
	state_limits_give_back(&limits, &ask, answer.time, 20);
	assert_int_equal(take(STATE_LIMITS_ENTRIES, 0).standing[1].left, 60);
	state_limits_give_back(&limits, &ask, answer.time, 1000);
	assert_int_equal(take(STATE_LIMITS_ENTRIES, 0).standing[1].left, 100);
}

/* A limit that is lowered below what was had already. */
static void test_lowered(void **state)
{
	struct state_limits_ask ask = asking(STATE_LIMITS_ENTRIES, 1);
	struct state_limits_answer answer;
	struct problem problem;

	(void)state;
	assert_true(take(STATE_LIMITS_ENTRIES, 60).taken);
	ask.limits[STATE_LIMITS_ENTRIES].most = 10;
	assert_int_equal(state_limits_take(&limits, &ask, &answer, &problem),
			 ERROR_NONE);
	assert_false(answer.taken);
	assert_int_equal(answer.standing[1].left, 0);
	assert_in_range(answer.wait, 86000, 86500);
	/* No limit of a kind: nothing is counted. */
	ask.limits[STATE_LIMITS_ENTRIES].most = 0;
	assert_int_equal(state_limits_take(&limits, &ask, &answer, &problem),
			 ERROR_NONE);
	assert_true(answer.taken);
	assert_int_equal(take(STATE_LIMITS_ENTRIES, 0).standing[1].left, 40);
}

#define PROCESSES 8

static void test_processes(void **state)
{
	int results[2], taken = 0;
	char byte;

	(void)state;
	assert_int_equal(pipe(results), 0);
	for (int i = 0; i < PROCESSES; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child > 0)
			continue;
		/* A child of a test must not come back to it. */
		for (int j = 0; j < 40; j++) {
			struct state_limits_ask ask =
				asking(STATE_LIMITS_ENTRIES, 1);
			struct state_limits_answer answer;
			struct problem problem;

			if (state_limits_take(&limits, &ask, &answer, &problem))
				_exit(1);
			if (answer.taken && write(results[1], "+", 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	assert_int_equal(close(results[1]), 0);
	while (read(results[0], &byte, 1) == 1)
		taken++;
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(close(results[0]), 0);
	assert_int_equal(taken, 100);
}

static void test_damage(void **state)
{
	static const off_t sizes[] = { 0, 1, 4095, 4096, 8191, 8193, 12288 };
	const char *path = path_of("limits.1.me");
	struct stat found;
	char byte = 1;
	int file;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		(void)take(STATE_LIMITS_REQUESTS, 1);
		path = path_of("limits.1.me");
		assert_int_equal(stat(path, &found), 0);
		assert_int_equal(found.st_size, 8192);
		assert_int_equal(found.st_mode & 07777, 0600);
		assert_int_equal(truncate(path, sizes[i]), 0);
		fails("damaged");
		assert_int_equal(unlink(path_of("limits.1.me")), 0);
	}
	(void)take(STATE_LIMITS_REQUESTS, 1);
	/* Damage in the page of another limit is damage of the file, too. */
	file = open(path_of("limits.1.me"), O_RDWR);
	assert_int_equal(pwrite(file, &byte, 1, 4096 + 100), 1);
	fails("damaged");
	assert_int_equal(close(file), 0);
	assert_int_equal(rename(path_of("limits.1.me"), folder), -1);
	assert_int_equal(unlink(path_of("limits.1.me")), 0);
	assert_int_equal(mkdir(path_of("limits.1.me"), 0700), 0);
	fails("");
	assert_int_equal(rmdir(path_of("limits.1.me")), 0);
	(void)take(STATE_LIMITS_REQUESTS, 1);
}

/* The machine was started anew: the time of a caller who may have no more goes
 * on, too. */
static void test_restart(void **state)
{
	struct state_window window;
	int64_t before = clock_uptime() + (INT64_C(1) << 50);
	int file;

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(take(STATE_LIMITS_REQUESTS, 1).taken);
	file = open(path_of("limits.1.me"), O_RDWR);
	assert_int_equal(pread(file, &window, sizeof(window), 0),
			 sizeof(window));
	window.machine = before;
	assert_true(state_window_write(file, 0, &window));
	assert_false(take(STATE_LIMITS_REQUESTS, 1).taken);
	assert_int_equal(pread(file, &window, sizeof(window), 0),
			 sizeof(window));
	assert_true(window.machine < before);
	assert_int_equal(close(file), 0);
	assert_false(take(STATE_LIMITS_REQUESTS, 1).taken);
}

/* What a process that was killed has left is no file. */
static void test_left(void **state)
{
	int file;

	(void)state;
	file = open(path_of("limits.new"), O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(file, "half", 4), 4);
	assert_int_equal(close(file), 0);
	assert_int_equal(take(STATE_LIMITS_REQUESTS, 1).standing[0].left, 4);
	assert_int_equal(access(path_of("limits.new"), F_OK), -1);
}

static void test_lock(void **state)
{
	int file;

	(void)state;
	(void)take(STATE_LIMITS_REQUESTS, 1);
	file = open(path_of("limits.1.me"), O_RDONLY);
	assert_int_equal(flock(file, LOCK_EX), 0);
	fails("keeps its lock");
	assert_true(limits.trouble.is_stuck);
	for (int i = 0; i < 10; i++) /* these don't wait as long */
		fails("keeps its lock");
	assert_int_equal(close(file), 0);
	assert_int_equal(take(STATE_LIMITS_REQUESTS, 1).standing[0].left, 3);
	assert_false(limits.trouble.is_stuck);
}

/* Has this process the file open? */
static bool has_open(pid_t process, const char *name)
{
	char path[64], found[128];

	for (int file = 0; file < 32; file++) {
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)process,
			 file);
		length = readlink(path, found, sizeof(found));
		if (length == (ssize_t)strlen(name) &&
		    memcmp(found, name, (size_t)length) == 0)
			return true;
	}
	return false;
}

/* A file that is removed while somebody waits for its lock counts no more: who
 * gets the lock then counts in the new one. */
static void test_removed(void **state)
{
	int file, status, ends[2];
	char byte = 0;
	pid_t child;

	(void)state;
	(void)take(STATE_LIMITS_REQUESTS, 1);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		struct state_limits_ask ask = asking(STATE_LIMITS_REQUESTS, 1);
		struct state_limits_answer answer;
		struct problem problem;

		if (read(ends[0], &byte, 1) != 1)
			_exit(1);
		while (state_limits_take(&limits, &ask, &answer, &problem))
			;
		_exit(0);
	}
	file = open(path_of("limits.1.me"), O_RDONLY);
	assert_int_equal(flock(file, LOCK_EX), 0);
	assert_int_equal(write(ends[1], &byte, 1), 1);
	while (!has_open(child, path_of("limits.1.me")))
		usleep(1000);
	assert_int_equal(unlink(path_of("limits.1.me")), 0);
	assert_int_equal(close(file), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(take(STATE_LIMITS_REQUESTS, 1).standing[0].left, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_take),      TEST(test_give_back), TEST(test_lowered),
		TEST(test_processes), TEST(test_damage),    TEST(test_restart),
		TEST(test_left),      TEST(test_lock),      TEST(test_removed),
	};

	return UNIT_RUN(tests);
}
