/* The window of a limit, against a model that keeps every time. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/state/window.h"

#define SECOND INT64_C(1000000)

static const uint8_t id[STATE_WINDOW_ID] = "who is counted";

/* ---- against the model ---------------------------------------------------- */

#define MOST_TIMES 200000

static int64_t times[MOST_TIMES];
static size_t time_count;

/* How many came within the window that ends now, its begin excluded. */
static uint64_t model_count(int64_t now, int64_t length)
{
	uint64_t count = 0;

	for (size_t i = time_count; i-- > 0 && times[i] > now - length;)
		count++;
	return count;
}

static uint64_t state_of_random = 88172645463325252u;

static uint64_t random_below(uint64_t limit)
{
	state_of_random ^= state_of_random << 13;
	state_of_random ^= state_of_random >> 7;
	state_of_random ^= state_of_random << 17;
	return state_of_random % limit;
}

/* Ask at random times, sometimes in bursts. Never are more let have it than the
 * limit within any window; and nobody is refused where fewer came in a window
 * that is longer by two of its thousandths. */
static void try_arrivals(uint32_t seconds, uint64_t most, int64_t start)
{
	static struct state_window window;
	int64_t now = start, length = seconds * SECOND;
	int64_t slack = 2 * (length / (STATE_WINDOW_SLOTS - 1) + 1);

	time_count = 0;
	state_window_begin(&window, id, seconds, now);
	for (size_t i = 0; i < 20000 && time_count < MOST_TIMES - 1; i++) {
		uint64_t kind = random_below(10);

		if (kind > 5)
			now += (int64_t)random_below((uint64_t)length / most +
						     2);
		else if (kind == 5)
			now += (int64_t)random_below((uint64_t)length + 2);
		else if (kind == 4)
			now += length - 1 + (int64_t)random_below(3);
		state_window_go_on(&window, seconds, now);
		if (state_window_count(&window) < most) {
			state_window_add(&window, 1);
			assert_true(model_count(now, length) < most);
			times[time_count++] = now;
		} else {
			int64_t wait = state_window_wait(&window, most - 1);

			assert_true(model_count(now, length + slack) >= most);
			assert_in_range(wait, 1, length + slack);
			/* What it says is exact. */
			state_window_go_on(&window, seconds, now + wait - 1);
			assert_true(state_window_count(&window) >= most);
			now += wait;
			state_window_go_on(&window, seconds, now);
			assert_true(state_window_count(&window) < most);
		}
	}
}

static void test_arrivals(void **state)
{
	static const uint32_t lengths[] = { 1, 7, 60, 3600, 86400, 604800 };
	static const int64_t starts[] = { 0,
					  1,
					  123456789,
					  INT64_C(1) << 31,
					  (INT64_C(1) << 32) - 5,
					  INT64_C(1) << 53 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (uint64_t most = 1; most < 2000; most = most * 3 + 1)
			try_arrivals(lengths[i], most,
				     starts[i % (sizeof(starts) /
						 sizeof(starts[0]))]);
	}
}

/* ---- single steps --------------------------------------------------------- */

static struct state_window window;

static void begin(uint32_t seconds)
{
	state_window_begin(&window, id, seconds, 1000 * SECOND);
}

static void at(uint32_t seconds, int64_t microseconds)
{
	state_window_go_on(&window, seconds, 1000 * SECOND + microseconds);
}

static void test_boundary(void **state)
{
	(void)state;
	begin(60);
	state_window_add(&window, 5);
	at(60, 60 * SECOND - 1);
	assert_int_equal(state_window_count(&window), 5);
	at(60, 60 * SECOND);
	assert_int_equal(state_window_count(&window), 5);
	at(60, 60 * SECOND + 60 * SECOND / 990);
	assert_int_equal(state_window_count(&window), 0);
	assert_int_equal(state_window_wait(&window, 0), 0);
}

static void test_wait(void **state)
{
	(void)state;
	begin(1000);
	state_window_add(&window, 3);
	at(1000, 100 * SECOND);
	state_window_add(&window, 4);
	at(1000, 200 * SECOND);
	assert_int_equal(state_window_wait(&window, 7), 0);
	assert_in_range(state_window_wait(&window, 6), 800 * SECOND,
			801 * SECOND);
	assert_in_range(state_window_wait(&window, 4), 800 * SECOND,
			801 * SECOND);
	assert_in_range(state_window_wait(&window, 3), 900 * SECOND,
			901 * SECOND);
	assert_in_range(state_window_wait(&window, 0), 900 * SECOND,
			901 * SECOND);
}

/* The machine was started anew: its time is less, and frees nothing. */
static void test_restart(void **state)
{
	(void)state;
	begin(60);
	state_window_add(&window, 5);
	at(60, 59 * SECOND);
	state_window_go_on(&window, 60, 1);
	assert_int_equal(state_window_count(&window), 5);
	state_window_go_on(&window, 60, SECOND / 2);
	assert_int_equal(state_window_count(&window), 5);
	state_window_go_on(&window, 60, 0); /* once more */
	assert_int_equal(state_window_count(&window), 5);
	state_window_go_on(&window, 60, 2 * SECOND);
	assert_int_equal(state_window_count(&window), 0);
}

static void test_far(void **state)
{
	(void)state;
	begin(1);
	state_window_add(&window, 5);
	at(1, INT64_C(1) << 60);
	assert_int_equal(state_window_count(&window), 0);
	state_window_add(&window, 6);
	at(1, (INT64_C(1) << 60) + SECOND);
	assert_int_equal(state_window_count(&window), 6);
}

static void test_take_off(void **state)
{
	int64_t taken;

	(void)state;
	begin(60);
	taken = window.now;
	state_window_add(&window, 5);
	at(60, 30 * SECOND);
	state_window_add(&window, 2);
	state_window_take_off(&window, taken, 3);
	assert_int_equal(state_window_count(&window), 4);
	state_window_take_off(&window, taken, 3);
	assert_int_equal(state_window_count(&window), 2);
	state_window_take_off(&window, -1, 1);
	state_window_take_off(&window, window.now + 1, 1);
	assert_int_equal(state_window_count(&window), 2);
	/* A later second uses the slot now: nothing is taken off. */
	at(60, 61 * SECOND);
	state_window_add(&window, 9);
	state_window_take_off(&window, taken, 3);
	assert_int_equal(state_window_count(&window), 11);
}

static void test_most(void **state)
{
	(void)state;
	begin(60);
	state_window_add(&window, UINT32_MAX - 1);
	state_window_add(&window, 5);
	assert_int_equal(state_window_count(&window), UINT32_MAX);
	at(60, SECOND);
	state_window_add(&window, UINT32_MAX);
	assert_int_equal(state_window_count(&window), 2 * (uint64_t)UINT32_MAX);
}

/* The configuration has another length: what came within it is still there. */
static void test_other_length(void **state)
{
	(void)state;
	begin(60);
	state_window_add(&window, 5);
	at(60, 30 * SECOND);
	state_window_add(&window, 2);
	at(3600, 40 * SECOND);
	assert_int_equal(state_window_count(&window), 7);
	at(3600, 3600 * SECOND - 1);
	assert_int_equal(state_window_count(&window), 7);
	at(3600, 3610 * SECOND);
	assert_int_equal(state_window_count(&window), 2);
	at(3600, 3629 * SECOND);
	assert_int_equal(state_window_count(&window), 2);
	at(3600, 3640 * SECOND);
	assert_int_equal(state_window_count(&window), 0);

	begin(3600);
	state_window_add(&window, 5);
	at(3600, 3000 * SECOND);
	state_window_add(&window, 2);
	at(60, 3001 * SECOND);
	assert_int_equal(state_window_count(&window), 2);
	at(60, 3059 * SECOND);
	assert_int_equal(state_window_count(&window), 2);
	at(60, 3070 * SECOND);
	assert_int_equal(state_window_count(&window), 0);
}

/* ---- the page ------------------------------------------------------------- */

static void test_file(void **state)
{
	char path[] = "/tmp/mintage-window-XXXXXX";
	int file = mkstemp(path);
	static const uint8_t other[STATE_WINDOW_ID] = "somebody else";
	struct state_window found;

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(unlink(path), 0);
	begin(60);
	state_window_add(&window, 5);
	assert_true(state_window_write(file, 0, &window));
	assert_true(state_window_write(file, 1, &window));
	assert_true(state_window_read(file, 1, id, &found));
	assert_memory_equal(&found, &window, sizeof(found));
	assert_false(state_window_read(file, 1, other, &found));
	assert_int_equal(errno, EBADMSG);
	/* A page that stands at the place of another is damage. */
	assert_int_equal(pwrite(file, &window, sizeof(window), 0),
			 sizeof(window));
	assert_false(state_window_read(file, 0, id, &found));
	assert_true(state_window_write(file, 0, &window));
	for (off_t i = 0; i < (off_t)sizeof(window); i += 7) {
		char byte, wrong;

		assert_int_equal(pread(file, &byte, 1, i), 1);
		wrong = (char)(byte ^ 16);
		assert_int_equal(pwrite(file, &wrong, 1, i), 1);
		assert_false(state_window_read(file, 0, id, &found));
		assert_int_equal(errno, EBADMSG);
		assert_int_equal(pwrite(file, &byte, 1, i), 1);
		assert_true(state_window_read(file, 0, id, &found));
	}
	assert_int_equal(ftruncate(file, 2 * sizeof(window) - 1), 0);
	assert_false(state_window_read(file, 1, id, &found));
	assert_int_equal(errno, EBADMSG);
	assert_false(state_window_read(file, 2, id, &found));
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(close(file), 0);
	assert_false(state_window_read(file, 0, id, &found));
	assert_int_equal(errno, EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrivals),
		cmocka_unit_test(test_boundary),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_far),
		cmocka_unit_test(test_take_off),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_other_length),
		cmocka_unit_test(test_file),
	};

	return UNIT_RUN(tests);
}
