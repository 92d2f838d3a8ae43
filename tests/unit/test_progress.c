/*
 * progress: the line for whoever waits at a terminal, and for nobody else. The
 * clock and the terminals are the test's.
 */
#include "unit.h"

#include <stdbool.h>
#include <unistd.h>

static int64_t now;
static bool is_terminal[3]; /* by descriptor */

static int64_t ticks(void)
{
	return now;
}

static int ask(int file)
{
	return is_terminal[file];
}

#define clock_ticks ticks
#define isatty ask
#include "cgi/cli/progress.c"
#undef clock_ticks
#undef isatty

#include "spoken.h"

/* Show 7 of 20 at these times, in milliseconds, up to -1; then end. */
static const char *show(bool out, bool err, const int64_t *times)
{
	struct progress progress = { .shown = false };

	is_terminal[STDOUT_FILENO] = out;
	is_terminal[STDERR_FILENO] = err;
	now = 5000;
	spoken_begin();
	progress_begin(&progress);
	for (uint64_t done = 7; *times >= 0; times++, done++) {
		now = 5000 + *times;
		progress_show(&progress, done, 20);
	}
	progress_end(&progress);
	return spoken_end();
}

static void test_at_a_terminal(void **state)
{
	static const int64_t soon[] = { 0, 999, -1 };
	static const int64_t later[] = { 999, 1000, 1199, 1200, -1 };

	(void)state;
	/* What is done within a second shows nothing, and removes nothing. */
	assert_string_equal(show(false, true, soon), "");
	assert_string_equal(show(false, true, later),
			    "\rmintage: 8 of 20\rmintage: 10 of 20\r\033[K");
}

/* Where the answer is on the terminal too, the line would be in it. */
static void test_elsewhere(void **state)
{
	static const int64_t later[] = { 1000, 60000, -1 };

	(void)state;
	assert_string_equal(show(true, true, later), "");
	assert_string_equal(show(false, false, later), "");
	assert_string_equal(show(true, false, later), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_a_terminal),
		cmocka_unit_test(test_elsewhere),
	};

	return UNIT_RUN(tests);
}
