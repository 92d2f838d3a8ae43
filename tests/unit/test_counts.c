/* Uses that are counted exactly, over all processes, whichever are killed. */
#include "counted.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ---- counting ------------------------------------------------------------- */

static void test_limit(void **state)
{
	(void)state;
	for (unsigned client = 1; client <= 3; client++)
		assert_int_equal(take_of(1, client), STATE_COUNTS_TAKEN);
	for (unsigned client = 4; client <= 9; client++)
		assert_int_equal(take_of(1, client), STATE_COUNTS_USED_UP);
	/* Who was counted goes on. */
	for (unsigned client = 1; client <= 3; client++)
		assert_int_equal(take_of(1, client), STATE_COUNTS_AGAIN);
	assert_int_equal(take_of(2, 1), STATE_COUNTS_TAKEN);
	assert_int_equal(chmod(file_path, 0600), 0);
	assert_int_equal(size_of(file_path), STATE_TABLE_FIRST * 4096);
}

static void test_window(void **state)
{
	struct state_counts_use use = of(1, 1);

	(void)state;
	use.most = 2;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	use.now = NOW + WINDOW;
	assert_int_equal(take(&use), STATE_COUNTS_AGAIN);
	/* Asking again does not make the ten minutes longer. */
	at(&use, NOW + WINDOW + 1);
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	at(&use, NOW + 2 * WINDOW + 2);
	assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
}

static void test_look(void **state)
{
	struct state_counts_use use = of(1, 1);

	(void)state;
	use.only_look = true;
	use.most = 1;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	state_counts_give_back(&counts, &use);
	use.only_look = false;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	use.only_look = true;
	assert_int_equal(take(&use), STATE_COUNTS_AGAIN);
	hash(use.client, "somebody else", 0);
	assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
	/* A look gives nothing back. */
	hash(use.client, "client of 1", 1);
	state_counts_give_back(&counts, &use);
	hash(use.client, "somebody else", 0);
	assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
}

static void test_give_back(void **state)
{
	struct state_counts_use one = of(1, 1), two = of(1, 2);

	(void)state;
	one.most = two.most = 1;
	assert_int_equal(take(&one), STATE_COUNTS_TAKEN);
	assert_int_equal(take(&two), STATE_COUNTS_USED_UP);
	state_counts_give_back(&counts, &two);
	assert_int_equal(take(&two), STATE_COUNTS_USED_UP);
	state_counts_give_back(&counts, &one);
	assert_int_equal(take(&two), STATE_COUNTS_TAKEN);
	assert_int_equal(take(&one), STATE_COUNTS_USED_UP);
	/* The client has another redirect: only the last one gives back. */
	assert_int_equal(take(&two), STATE_COUNTS_AGAIN);
	state_counts_give_back(&counts, &two);
	assert_int_equal(take(&one), STATE_COUNTS_USED_UP);
	state_counts_give_back(&counts, &two);
	assert_int_equal(take(&one), STATE_COUNTS_TAKEN);
	state_counts_give_back(&counts, &one);
	state_counts_give_back(&counts, &one);
	assert_int_equal(take(&two), STATE_COUNTS_TAKEN);
	assert_int_equal(take(&one), STATE_COUNTS_USED_UP);
}

/* The two records may lie in one page. */
static void test_one_page(void **state)
{
	struct state_counts_use one = of(1, 1), two = of(1, 2);

	(void)state;
	memcpy(one.client, one.id, 8);
	memcpy(two.client, one.id, 8);
	one.most = two.most = 1;
	assert_int_equal(take(&one), STATE_COUNTS_TAKEN);
	assert_int_equal(take(&one), STATE_COUNTS_AGAIN);
	assert_int_equal(take(&two), STATE_COUNTS_USED_UP);
	state_counts_give_back(&counts, &one);
	assert_int_equal(take(&two), STATE_COUNTS_USED_UP);
	state_counts_give_back(&counts, &one);
	assert_int_equal(take(&two), STATE_COUNTS_TAKEN);
	assert_int_equal(take(&one), STATE_COUNTS_USED_UP);
}

static void test_times(void **state)
{
	struct state_counts_use use = of(1, 1);

	(void)state;
	use.most = 1;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	hash(use.client, "later", 1);
	at(&use, use.until);
	assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
	/* A link that is over can't be counted. */
	at(&use, use.until + 1);
	assert_int_equal(take(&use), -1);
	/* A clock that was set back: what was used is used. */
	at(&use, NOW - 86400);
	assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
	use = of(2, 1);
	use.until = STATE_COUNTS_FOREVER;
	use.most = 1;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	hash(use.client, "later", 2);
	at(&use, NOW + INT64_C(4000000000));
	assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
}

/* ---- many links ----------------------------------------------------------- */

static void test_growth(void **state)
{
	(void)state;
	take_many(0, 10000, STATE_COUNTS_TAKEN);
	assert_true(size_of(file_path) > STATE_TABLE_FIRST * 4096);
	take_many(0, 10000, STATE_COUNTS_AGAIN);
	for (unsigned link = 0; link < 10000; link++) {
		struct state_counts_use use = of(link, 2);

		use.most = 1;
		assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
	}
	assert_int_equal(access(new_path, F_OK), -1);
}

/* Places of what is over are used again, so the file does not grow. */
static void test_expiry(void **state)
{
	off_t size;

	(void)state;
	take_many(0, 2000, STATE_COUNTS_TAKEN);
	size = size_of(file_path);
	for (int day = 1; day < 10; day++) {
		for (unsigned link = 0; link < 2000; link++) {
			struct state_counts_use use = of(link, 1);

			at(&use, NOW + day * 86401);
			use.until = use.now + 86400;
			use.most = 2;
			assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
		}
	}
	/* What was counted in such a place before is of no matter. */
	for (unsigned link = 0; link < 100; link++) {
		struct state_counts_use use = of(link, 2);

		at(&use, NOW + 9 * INT64_C(86401));
		use.until = use.now + 86400;
		use.most = 2;
		assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	}
	assert_int_equal(size_of(file_path), size);
}

/* A file that may not grow any more refuses, and what it has is kept. */
static void test_full(void **state)
{
	struct state_counts_use use = of(1, 1);
	struct rlimit limit, small;

	(void)state;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = STATE_TABLE_FIRST * 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	/* All of them for one page. */
	for (unsigned client = 2; client < 1000; client++) {
		use = of(1, client);
		use.client[0] &= (uint8_t) ~(STATE_TABLE_FIRST - 1);
		use.most = 1000;
		if (take(&use) < 0)
			break;
	}
	assert_true(counts.trouble.lasts);
	assert_int_equal(access(new_path, F_OK), -1);
	assert_int_equal(take_of(1, 1), STATE_COUNTS_AGAIN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_true(signal(SIGXFSZ, SIG_DFL) != SIG_ERR);
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
}

static void test_most(void **state)
{
	struct state_table table = { .pages = STATE_TABLE_MOST };

	(void)state;
	assert_false(state_table_grow(&table, NOW));
	assert_int_equal(errno, EFBIG);
}

/* ---- many processes ------------------------------------------------------- */

/* Exits with the number of children for which `run` returned true. */
static unsigned run_children(unsigned children, bool (*run)(unsigned))
{
	unsigned yes = 0;

	state_counts_end(&counts); /* none has the lock of another */
	for (unsigned i = 0; i < children; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			state_counts_begin(&counts, folder);
			_exit(run(i) ? 1 : 0);
		}
	}
	for (unsigned i = 0; i < children; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		yes += (unsigned)WEXITSTATUS(status);
	}
	state_counts_begin(&counts, folder);
	return yes;
}

static bool take_one(unsigned number)
{
	return take_of(1, number) == STATE_COUNTS_TAKEN;
}

/* Beside others that make the file grow. */
static bool take_beside(unsigned number)
{
	bool taken = false;

	for (unsigned i = 0; i < 200; i++) {
		if (i == number * 8)
			taken = take_of(1, number) == STATE_COUNTS_TAKEN;
		if (take_of(100 + number * 200 + i, 1) < 0)
			abort();
	}
	return taken;
}

static void test_processes(void **state)
{
	(void)state;
	assert_int_equal(run_children(50, take_one), 3);
	assert_int_equal(unlink(file_path), 0);
	assert_int_equal(run_children(24, take_beside), 3);
	assert_true(size_of(file_path) > STATE_TABLE_FIRST * 4096);
	for (unsigned link = 100; link < 100 + 24 * 200; link++)
		assert_int_equal(take_of(link, 1), STATE_COUNTS_AGAIN);
}

/* Take uses of ever new links, and tell of each. */
static void take_for_ever(int told, unsigned first)
{
	state_counts_begin(&counts, folder);
	for (unsigned link = first;; link++) {
		struct state_counts_use use = of(link, 1);

		use.most = 1;
		if (take(&use) != STATE_COUNTS_TAKEN ||
		    write(told, &link, sizeof(link)) != sizeof(link))
			_exit(1);
	}
}

/* Who is killed, at any moment, leaves a sound file: what it was told is
 * counted is counted. */
static void test_killed(void **state)
{
	unsigned first = 0;

	(void)state;
	state_counts_end(&counts);
	for (unsigned round = 0; round < 40; round++) {
		int ends[2], status;
		unsigned link = first;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			take_for_ever(ends[1], first);
		(void)close(ends[1]);
		assert_int_equal(read(ends[0], &link, sizeof(link)),
				 sizeof(link));
		(void)usleep(round * 397);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		state_counts_begin(&counts, folder);
		while (read(ends[0], &link, sizeof(link)) == sizeof(link)) {
			struct state_counts_use use = of(link, 2);

			use.most = 1;
			assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
		}
		(void)close(ends[0]);
		state_counts_end(&counts);
		first = link + 2; /* the one that it was about to tell of */
	}
	assert_true(first >= 80);
	(void)unlink(new_path);
	state_counts_begin(&counts, folder);
}

/* What a process left that was killed while it made a larger table. */
static void test_left_over(void **state)
{
	int file = open(new_path, O_WRONLY | O_CREAT, 0600);

	(void)state;
	assert_int_equal(write(file, "half", 4), 4);
	assert_int_equal(ftruncate(file, 4096 * 1000), 0);
	assert_int_equal(close(file), 0);
	take_many(0, 6000, STATE_COUNTS_TAKEN);
	assert_int_equal(access(new_path, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_limit),     TEST(test_window),    TEST(test_look),
		TEST(test_give_back), TEST(test_one_page),  TEST(test_times),
		TEST(test_growth),    TEST(test_expiry),    TEST(test_full),
		TEST(test_most),      TEST(test_processes), TEST(test_killed),
		TEST(test_left_over),
	};

	return UNIT_RUN(tests);
}
