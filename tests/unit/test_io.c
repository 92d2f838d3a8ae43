/* Reading and writing to the end, with pipes that are full, empty, slow or
 * closed. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/buffer.h"

/* Whether memory is out. */
static int is_out;

#define buffer_reserve(...) (!is_out && buffer_reserve(__VA_ARGS__))
#include "lib/base/io.c"
#undef buffer_reserve

/* More than a pipe holds. */
#define SIZE (256 * 1024)

static char data[SIZE];
static int ends[2]; /* of a pipe: read, write */

static int open_pipe(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		data[i] = (char)(i * 7 + i / 251);
	/* Both non-blocking: every call comes to wait at some time. */
	return pipe2(ends, O_CLOEXEC | O_NONBLOCK);
}

static int close_pipe(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static pid_t write_slowly(void)
{
	pid_t child = fork();
	int failure = 0;

	if (child != 0)
		return child;
	close(ends[0]);
	for (size_t i = 0; i < SIZE && failure == 0; i += SIZE / 8) {
		usleep(2000);
		failure = io_write_all(ends[1], data + i, SIZE / 8);
	}
	_exit(failure);
}

static void test_all(void **state)
{
	struct buffer got = { 0 };
	int status = -1;
	pid_t writer;

	(void)state;
	writer = write_slowly();
	assert_true(writer > 0);
	close(ends[1]);
	assert_int_equal(io_read_all(ends[0], SIZE, &got), 0);
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(status, 0);
	assert_int_equal(got.length, SIZE);
	assert_memory_equal(got.data, data, SIZE);
	buffer_free(&got);
}

static void test_nothing(void **state)
{
	struct buffer got = { 0 };

	(void)state;
	assert_int_equal(io_write_all(ends[1], NULL, 0), 0);
	close(ends[1]);
	assert_int_equal(io_read_all(ends[0], 0, &got), 0);
	assert_int_equal(got.length, 0);
	buffer_free(&got);
}

/* What is read goes behind what was there, and both count. */
static void test_bound(void **state)
{
	struct buffer got = { 0 };

	(void)state;
	assert_int_equal(io_write_all(ends[1], "abcd", 4), 0);
	close(ends[1]);
	assert_true(buffer_add(&got, "12", 2));
	assert_int_equal(io_read_all(ends[0], 6, &got), 0);
	assert_true(slice_is(buffer_slice(&got), "12abcd"));
	buffer_free(&got);

	close(ends[0]);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(io_write_all(ends[1], "abcd", 4), 0);
	assert_true(buffer_add(&got, "12", 2));
	assert_int_equal(io_read_all(ends[0], 5, &got), EFBIG);
	buffer_free(&got);
}

static void test_errors(void **state)
{
	struct buffer got = { 0 };

	(void)state;
	assert_int_equal(io_read_all(-1, SIZE, &got), EBADF);
	assert_int_equal(io_read_all(ends[1], SIZE, &got), EBADF);
	assert_int_equal(io_write_all(-1, "a", 1), EBADF);
	assert_int_equal(io_write_all(ends[0], "a", 1), EBADF);
	close(ends[0]);
	assert_int_equal(io_write_all(ends[1], "a", 1), EPIPE);
	buffer_free(&got);
}

static void test_no_memory(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	is_out = 1;
	assert_int_equal(write(ends[1], "abc", 3), 3);
	assert_int_equal(io_read_all(ends[0], SIZE, &buffer), ENOMEM);
	assert_int_equal(buffer.length, 0);
	is_out = 0;
	/* Nothing was taken from the pipe. */
	close(ends[1]);
	ends[1] = -1;
	assert_int_equal(io_read_all(ends[0], SIZE, &buffer), 0);
	assert_true(slice_is(buffer_slice(&buffer), "abc"));
	buffer_free(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all, open_pipe,
						close_pipe),
		cmocka_unit_test_setup_teardown(test_nothing, open_pipe,
						close_pipe),
		cmocka_unit_test_setup_teardown(test_bound, open_pipe,
						close_pipe),
		cmocka_unit_test_setup_teardown(test_no_memory, open_pipe,
						close_pipe),
		cmocka_unit_test_setup_teardown(test_errors, open_pipe,
						close_pipe),
	};

	signal(SIGPIPE, SIG_IGN);
	return UNIT_RUN(tests);
}
