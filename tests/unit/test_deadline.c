/* deadline: a write that waits for its reader returns when the time is over. */
#include "unit.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cgi/web/deadline.h"

static void test_write_returns(void **state)
{
	static char text[1 << 20];
	int pipes[2];
	ssize_t put;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	for (int round = 0; round < 2; round++) {
		deadline_begin(1);
		assert_false(deadline_is_over());
		/* What fits is taken; the rest waits. */
		do
			put = write(pipes[1], text, sizeof(text));
		while (put > 0);
		assert_int_equal(put, -1);
		assert_int_equal(errno, EINTR);
		assert_true(deadline_is_over());
		/* The next one waits no longer than a second more. */
		assert_int_equal(write(pipes[1], text, sizeof(text)), -1);
		assert_int_equal(errno, EINTR);
		deadline_end();
		assert_true(deadline_is_over());
		/* Nothing comes any more. */
		assert_int_equal(usleep(1200000), 0);
	}
	close(pipes[0]);
	close(pipes[1]);
}

static void test_in_time(void **state)
{
	(void)state;
	deadline_begin(3600);
	assert_false(deadline_is_over());
	deadline_end();
	assert_false(deadline_is_over());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_returns),
		cmocka_unit_test(test_in_time),
	};

	return UNIT_RUN(tests);
}
