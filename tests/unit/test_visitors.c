/* How often an address asked: the slots against a model, and the file. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/state/block.h"

/* The block that can't be written, or NO_BLOCK. */
#define NO_BLOCK UINT64_MAX
static uint64_t bad_block = NO_BLOCK;

static bool write_or_not(int file, uint64_t number, const void *block)
{
	if (number == bad_block) {
		errno = EDQUOT;
		return false;
	}
	return state_block_write(file, number, block);
}

#define state_block_write write_or_not
#include "../../lib/state/visitors.c"
#undef state_block_write

/* ---- the slots ------------------------------------------------------------ */

#define MOST_TIMES 30000

static uint64_t random_below(uint64_t limit)
{
	static uint64_t word = 88172645463325252u;

	word ^= word << 13;
	word ^= word >> 7;
	word ^= word << 17;
	return word % limit;
}

/* Never are more let have it than the limit within any window; and nobody is
 * refused where fewer came in a window that is longer by a sixth. */
static void try_arrivals(uint32_t seconds, uint32_t most)
{
	static int64_t times[MOST_TIMES];
	static struct visitors_page page;
	int64_t length = seconds * SECOND, now = 5;
	size_t count = 0;

	memset(&page, 0, sizeof(page));
	page.length = length;
	for (size_t i = 0; i < MOST_TIMES; i++) {
		struct visitor *one;
		size_t within = 0, nearly = 0;

		now += random_below(3) ?
			       (int64_t)random_below((uint64_t)length / most +
						     2) :
			       (int64_t)random_below((uint64_t)length / 3);
		go_on(&page, seconds, now);
		one = find(&page, 7);
		assert_non_null(one);
		for (size_t j = count; j-- > 0;) {
			within += times[j] > now - length;
			nearly += times[j] > now - length - length / 6;
			if (times[j] <= now - length - length / 6)
				break;
		}
		if (count_of(one) < most) {
			assert_true(within < most);
			one->id = 7;
			one->counts[one->slot % SLOTS]++;
			times[count++] = now;
		} else {
			uint32_t wait = wait_of(&page, one, most);

			assert_true(nearly >= most);
			assert_in_range(wait, 1, seconds + seconds / 6 + 1);
			now += wait * SECOND;
			go_on(&page, seconds, now);
			assert_true(count_of(find(&page, 7)) < most);
		}
	}
}

static void test_arrivals(void **state)
{
	static const uint32_t lengths[] = { 1, 60, 3600, 86400 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		try_arrivals(lengths[i], 1);
		try_arrivals(lengths[i], 2);
		try_arrivals(lengths[i], 60);
		try_arrivals(lengths[i], 600);
	}
}

/* A page that is full takes nobody new, and keeps who is there. */
static void test_full(void **state)
{
	static struct visitors_page page;

	(void)state;
	page.length = 60 * SECOND;
	for (uint64_t id = 1; id <= PLACES; id++) {
		struct visitor *one = find(&page, id);

		assert_non_null(one);
		one->id = id;
		one->counts[one->slot % SLOTS] = 3;
	}
	assert_null(find(&page, PLACES + 1));
	for (uint64_t id = 1; id <= PLACES; id++)
		assert_int_equal(count_of(find(&page, id)), 3);
	go_on(&page, 60, 80 * SECOND);
	assert_int_equal(count_of(find(&page, PLACES + 1)), 0);
}

/* What is so old that none of it counts is emptied. */
static void test_advance(void **state)
{
	struct visitor one = { .id = 1, .slot = 5 };

	(void)state;
	for (int64_t later = SLOTS - 1; later <= 2 * SLOTS; later++) {
		for (size_t i = 0; i < SLOTS; i++)
			one.counts[i] = 1;
		advance(&one, one.slot + later);
		assert_int_equal(count_of(&one), later < SLOTS ? 1 : 0);
	}
}

/* Another window: what counted still counts, and longer rather than less. */
static void test_other_length(void **state)
{
	static struct visitors_page page;
	struct visitor *one;

	(void)state;
	page.length = 60 * SECOND;
	one = find(&page, 9);
	one->id = 9;
	one->counts[0] = 3;
	go_on(&page, 60, 30 * SECOND);
	one = find(&page, 9);
	one->counts[one->slot % SLOTS] = 4;
	go_on(&page, 3600, 40 * SECOND);
	assert_int_equal(count_of(find(&page, 9)), 7);
	go_on(&page, 3600, 3600 * SECOND);
	assert_int_equal(count_of(find(&page, 9)), 7);
	go_on(&page, 1, 3600 * SECOND + 1);
	assert_int_equal(count_of(find(&page, 9)), 7);
	go_on(&page, 1, 3602 * SECOND);
	assert_int_equal(count_of(find(&page, 9)), 0);
}

/* ---- the file ------------------------------------------------------------- */

static char folder[64];
static struct state_visitors visitors;

static const char *file_path(void)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/" STATE_VISITORS_FILE, folder);
	return path;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/mintage-visitors-XXXXXX");
	visitors = (struct state_visitors){ .folder = folder };
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	char path[128];

	(void)state;
	(void)unlink(file_path());
	snprintf(path, sizeof(path), "%s/" STATE_WHOLE_LOCK, folder);
	(void)unlink(path);
	return rmdir(folder);
}

static enum error ask_of(const char *address, bool only_look, uint32_t *wait)
{
	const struct state_visitors_ask ask = {
		.address = slice_text(address),
		.most = 3,
		.seconds = 3600,
		.only_look = only_look,
	};
	struct problem problem;

	return state_visitors_take(&visitors, &ask, wait, &problem);
}

static bool may(const char *address)
{
	uint32_t wait, looked;

	assert_int_equal(ask_of(address, true, &looked), ERROR_NONE);
	assert_int_equal(ask_of(address, false, &wait), ERROR_NONE);
	assert_int_equal(wait > 0, looked > 0);
	return wait == 0;
}

static void test_addresses(void **state)
{
	/* The addresses of one row count as one visitor. */
	static const char *const rows[][3] = {
		{ "192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1" },
		{ "192.0.2.2", "192.0.2.2", "192.0.2.2" },
		{ "2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::" },
		{ "2001:db8:0:1::1", "2001:db8:0:1::", "2001:db8:0:1:1:2:3:4" },
		{ "::1", "::1", "0:0::1" },
		{ "", "", "" },
		{ "unix:", "unix:", "unix:" },
	};
	struct stat found;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t j = 0; j < 3; j++)
			assert_true(may(rows[i][j]));
		for (size_t j = 0; j < 3; j++)
			assert_false(may(rows[i][j]));
	}
	/* Its size is what it was at first, whatever comes. */
	for (unsigned i = 0; i < 3000; i++) {
		char address[32];

		snprintf(address, sizeof(address), "10.0.%u.%u", i / 256,
			 i % 256);
		assert_true(may(address));
	}
	assert_int_equal(stat(file_path(), &found), 0);
	assert_int_equal(found.st_size, (STATE_VISITORS_PAGES + 1) * 4096);
	assert_int_equal(found.st_mode & 07777, 0600);
}

/* Fill the page of each address with others. */
static void fill_pages(void)
{
	static struct visitors_page page;
	int file = open(file_path(), O_RDWR);

	assert_true(file >= 0);
	for (uint64_t number = 1; number <= STATE_VISITORS_PAGES; number++) {
		assert_true(page_read(file, number, &page));
		page.length = 3600 * SECOND;
		page.machine = clock_uptime();
		for (uint64_t i = 0; i < PLACES; i++) {
			page.places[i].id = 2 * (i + 1); /* which is nobody's */
			page.places[i].slot = slot_now(&page);
			page.places[i].counts[0] = 1;
		}
		assert_true(page_write(file, number, &page));
	}
	assert_int_equal(close(file), 0);
}

/* Where there is no place for one more, nobody new may ask; and who only looks
 * is told that nothing was counted yet. */
static void test_full_page(void **state)
{
	uint32_t wait = 7;

	(void)state;
	assert_true(may("192.0.2.1"));
	fill_pages();
	assert_int_equal(ask_of("192.0.2.1", false, &wait), ERROR_UNAVAILABLE);
	assert_int_equal(wait, 0);
	assert_non_null(strstr(visitors.trouble.why, "addresses of strangers"));
	assert_int_equal(ask_of("192.0.2.1", true, &wait), ERROR_NONE);
	assert_int_equal(wait, 0);
}

/* Nothing is left of a file of which a block could not be written. */
static void test_not_written(void **state)
{
	static const uint64_t blocks[] = { 0, 1, STATE_VISITORS_PAGES };
	uint32_t wait;

	(void)state;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		bad_block = blocks[i];
		assert_int_equal(ask_of("192.0.2.1", false, &wait),
				 ERROR_UNAVAILABLE);
		assert_non_null(strstr(visitors.trouble.why, strerror(EDQUOT)));
		assert_int_equal(access(file_path(), F_OK), -1);
	}
	bad_block = NO_BLOCK;
	assert_true(may("192.0.2.1"));
}

static void test_damage(void **state)
{
	static const off_t sizes[] = { 0, 4096, (STATE_VISITORS_PAGES)*4096 };
	uint32_t wait;
	int file;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_true(may("192.0.2.1"));
		assert_int_equal(truncate(file_path(), sizes[i]), 0);
		assert_int_equal(ask_of("192.0.2.1", false, &wait),
				 ERROR_UNAVAILABLE);
		assert_non_null(strstr(visitors.trouble.why, "damaged"));
		assert_int_equal(unlink(file_path()), 0);
	}
	assert_true(may("192.0.2.1"));
	/* A page that the file has only as a hole is damage. */
	file = open(file_path(), O_RDWR);
	assert_int_equal(ftruncate(file, 4096), 0);
	assert_int_equal(ftruncate(file, (STATE_VISITORS_PAGES + 1) * 4096), 0);
	assert_int_equal(ask_of("192.0.2.1", false, &wait), ERROR_UNAVAILABLE);
	assert_int_equal(ask_of("192.0.2.1", true, &wait), ERROR_UNAVAILABLE);
	assert_int_equal(pwrite(file, "x", 1, 40), 1);
	assert_int_equal(ask_of("192.0.2.1", false, &wait), ERROR_UNAVAILABLE);
	assert_int_equal(close(file), 0);
}

/* The machine was started anew: the time of a page goes on, where all visits
 * are refused, too. */
static void test_restart(void **state)
{
	struct visitors_page page;
	uint64_t id, number;
	int64_t before = clock_uptime() + (INT64_C(1) << 50);
	int file;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(may("192.0.2.1"));
	file = open(file_path(), O_RDWR);
	assert_true(page_read(file, 0, &page));
	hash_address(slice_text("192.0.2.1"), page.key, &id, &number);
	assert_true(page_read(file, number, &page));
	page.machine = before;
	assert_true(page_write(file, number, &page));
	assert_false(may("192.0.2.1"));
	assert_true(page_read(file, number, &page));
	assert_true(page.machine < before);
	assert_int_equal(close(file), 0);
	assert_false(may("192.0.2.1"));
}

#define PROCESSES 6

static void test_processes(void **state)
{
	int results[2], taken = 0;
	char byte;

	(void)state;
	assert_int_equal(pipe(results), 0);
	for (int i = 0; i < PROCESSES; i++) {
		pid_t child = fork();
		uint32_t wait_for;

		assert_true(child >= 0);
		if (child > 0)
			continue;
		for (int j = 0; j < 10; j++) {
			visitors.trouble.is_stuck = false;
			if (ask_of("192.0.2.1", false, &wait_for) ==
				    ERROR_NONE &&
			    wait_for == 0 && write(results[1], "+", 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	assert_int_equal(close(results[1]), 0);
	while (read(results[0], &byte, 1) == 1)
		taken++;
	for (int i = 0; i < PROCESSES; i++)
		assert_true(wait(NULL) > 0);
	assert_int_equal(close(results[0]), 0);
	assert_int_equal(taken, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrivals),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_advance),
		cmocka_unit_test(test_other_length),
		TEST(test_addresses),
		TEST(test_full_page),
		TEST(test_not_written),
		TEST(test_damage),
		TEST(test_restart),
		TEST(test_processes),
	};

	return UNIT_RUN(tests);
}
