/* What happens to the file of counts: nothing makes it count as empty. */
#include "counted.h"

#include <fcntl.h>
#include <sys/file.h>

/* A process that was stopped keeps the lock. */
static void test_lock(void **state)
{
	int file;

	(void)state;
	assert_int_equal(take_of(1, 1), STATE_COUNTS_TAKEN);
	file = open(lock_path, O_RDWR);
	assert_int_equal(flock(file, LOCK_EX), 0);
	expect_failure(1, "lock");
	assert_true(counts.trouble.is_stuck);
	for (int i = 0; i < 20; i++) /* these don't wait as long */
		expect_failure(1, "lock");
	assert_int_equal(close(file), 0);
	assert_int_equal(take_of(1, 1), STATE_COUNTS_AGAIN);
	assert_false(counts.trouble.is_stuck);
}

static void put(off_t place, const void *data, size_t size)
{
	int file = open(file_path, O_WRONLY);

	assert_int_equal(pwrite(file, data, size, place), size);
	assert_int_equal(close(file), 0);
}

static void test_cut(void **state)
{
	static const off_t sizes[] = {
		0,         1,         4095,          4096,
		16 * 4096, 31 * 4096, 32 * 4096 - 1, 32 * 4096 + 1,
		33 * 4096
	};

	(void)state;
	take_many(0, 6000, STATE_COUNTS_TAKEN); /* more than 32 pages */
	for (size_t i = sizeof(sizes) / sizeof(sizes[0]); i-- > 0;) {
		assert_int_equal(truncate(file_path, sizes[i]), 0);
		expect_failure(1, "damaged");
	}
	assert_int_equal(unlink(file_path), 0);
	take_many(0, 10, STATE_COUNTS_TAKEN);
	assert_int_equal(truncate(file_path, size_of(file_path) + 1), 0);
	expect_failure(1, "damaged");
	/* Half of it looks like a smaller file. */
	assert_int_equal(unlink(file_path), 0);
	take_many(0, 6000, STATE_COUNTS_TAKEN);
	assert_int_equal(truncate(file_path, size_of(file_path) / 2), 0);
	expect_failure(1, "damaged");
	/* What it had is told by nobody once it was removed. */
	assert_int_equal(unlink(file_path), 0);
	take_many(0, 100, STATE_COUNTS_TAKEN);
}

static void test_damaged(void **state)
{
	struct state_counts_use use = of(1, 1);
	off_t page = (off_t)state_page_of(use.id, STATE_TABLE_FIRST) * 4096;
	char good[2 * 4096], zeros[4096] = { 0 };
	static const off_t places[] = { 0, 8, 16, 24 + 8, 100, 4095 };
	int file;

	(void)state;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	file = open(file_path, O_RDONLY);
	assert_int_equal(pread(file, good, 4096, page), 4096);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char byte = (char)(good[places[i]] ^ 4);

		put(page + places[i], &byte, 1);
		expect_failure(1, "damaged");
		put(page, good, 4096);
		assert_int_equal(take(&use), STATE_COUNTS_AGAIN);
	}
	assert_int_equal(pread(file, good, 4096, page), 4096);
	put(page, zeros, sizeof(zeros));
	expect_failure(1, "damaged");
	/* Another page of the file in its place. */
	assert_int_equal(pread(file, good + 4096, 4096, page ? 0 : 4096), 4096);
	put(page, good + 4096, 4096);
	expect_failure(1, "damaged");
	put(page, good, 4096);
	assert_int_equal(take(&use), STATE_COUNTS_AGAIN);
	assert_int_equal(close(file), 0);
}

/* The client's page alone is damaged, or one that growing needs. */
static void test_damaged_other(void **state)
{
	struct state_counts_use use = of(1, 1);
	char zeros[4096] = { 0 };

	(void)state;
	memset(use.id, 0, 8);
	memset(use.client, 1, 1);
	memset(use.client + 1, 0, 7);
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	put(4096, zeros, sizeof(zeros));
	assert_int_equal(take(&use), -1);
	state_counts_give_back(&counts, &use);
	assert_int_equal(take(&use), -1);
	for (unsigned client = 0; client < 200; client++) {
		use = of(1, client);
		memset(use.id, 0, 8);
		memset(use.client, 0, 8);
		use.most = 1000;
		if (take(&use) < 0)
			break;
	}
	assert_non_null(strstr(counts.trouble.why, "damaged"));
	assert_int_equal(access(new_path, F_OK), -1);
}

/* Somebody moved the file or the lock away, while processes have both open. */
static void test_replaced(void **state)
{
	struct state_counts other = { .is_begun = false };
	struct state_counts_use use = of(1, 1);
	enum state_counts_answer answer;
	struct problem problem;

	(void)state;
	use.most = 1;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	assert_int_equal(rename(file_path, other_path), 0);
	assert_int_equal(rename(lock_path, new_path), 0);
	state_counts_begin(&other, folder);
	assert_int_equal(state_counts_take(&other, &use, &answer, &problem),
			 ERROR_NONE);
	assert_int_equal(answer, STATE_COUNTS_TAKEN);
	assert_int_equal(take(&use), STATE_COUNTS_AGAIN);
	state_counts_end(&other);
	assert_int_equal(rename(other_path, file_path), 0);
	assert_int_equal(take(&use), STATE_COUNTS_AGAIN);
	assert_int_equal(unlink(file_path), 0);
	assert_int_equal(unlink(lock_path), 0);
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	(void)unlink(new_path);
}

/* What somebody put in a file's place is left alone. */
static void test_not_ours(void **state)
{
	const char *const paths[] = { file_path, lock_path };
	int file = open(other_path, O_WRONLY | O_CREAT, 0600);

	(void)state;
	assert_int_equal(close(file), 0);
	for (size_t i = 0; i < 2; i++) {
		(void)unlink(paths[i]); /* the lock is there by now */
		assert_int_equal(mkdir(paths[i], 0700), 0);
		expect_failure(1, "directory");
		assert_int_equal(rmdir(paths[i]), 0);
		assert_int_equal(symlink(other_path, paths[i]), 0);
		expect_failure(1, "symbolic link");
		assert_int_equal(unlink(paths[i]), 0);
		assert_int_equal(link(other_path, paths[i]), 0);
		expect_failure(1, "not a plain file");
		assert_int_equal(unlink(paths[i]), 0);
		file = open(paths[i], O_WRONLY | O_CREAT, 0600);
		assert_int_equal(fchmod(file, 0620), 0);
		assert_int_equal(close(file), 0);
		expect_failure(1, "not a plain file");
		assert_int_equal(unlink(paths[i]), 0);
	}
	assert_int_equal(size_of(other_path), 0);
	assert_int_equal(take_of(1, 1), STATE_COUNTS_TAKEN);
}

static void test_no_folder(void **state)
{
	static char nowhere[] = "/nonexistent/folder";
	static char long_name[5000];
	const char *const names[] = { nowhere, long_name };

	(void)state;
	memset(long_name, 'x', sizeof(long_name) - 1);
	for (size_t i = 0; i < 2; i++) {
		state_counts_end(&counts);
		state_counts_begin(&counts, names[i]);
		assert_int_equal(take_of(1, 1), -1);
	}
	state_counts_end(&counts);
	state_counts_end(&counts); /* nothing twice */
	state_counts_begin(&counts, folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lock),      TEST(test_cut),
		TEST(test_damaged),   TEST(test_damaged_other),
		TEST(test_replaced),  TEST(test_not_ours),
		TEST(test_no_folder),
	};

	return UNIT_RUN(tests);
}
