/* fastcgi_connection: reads and writes come to an end, and lose nothing. */
#include "unit.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgi/web/fastcgi_connection.h"

#define LARGE 4000000

static struct fastcgi_connection connection;
static int server; /* the other end */

static int begin(void **state)
{
	int ends[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		return -1;
	fastcgi_connection_open(&connection, ends[0], 1);
	server = ends[1];
	return 0;
}

static int end(void **state)
{
	(void)state;
	fastcgi_connection_close(&connection);
	/* A second time there is nothing to close. */
	fastcgi_connection_close(&connection);
	if (server >= 0)
		close(server);
	return connection.file == -1 ? 0 : -1;
}

static void say(const char *text)
{
	assert_int_equal(write(server, text, strlen(text)), strlen(text));
}

static void hang_up(void)
{
	close(server);
	server = -1;
}

/* Whether the kernel was told of the limit, which costs calls. */
static bool waited(void)
{
	struct timeval limit = { 0 };
	socklen_t size = sizeof(limit);

	assert_int_equal(getsockopt(connection.file, SOL_SOCKET, SO_RCVTIMEO,
				    &limit, &size),
			 0);
	assert_int_equal(limit.tv_sec > 0, connection.has_limits);
	return limit.tv_sec > 0;
}

static void test_take(void **state)
{
	char text[8];

	(void)state;
	assert_int_equal(fastcgi_connection_take(&connection, text, 8), 0);
	say("abcdef");
	assert_int_equal(fastcgi_connection_take(&connection, text, 4), 4);
	assert_memory_equal(text, "abcd", 4);
	assert_int_equal(fastcgi_connection_take(&connection, text, 8), 2);
	assert_memory_equal(text, "ef", 2);
	hang_up();
	assert_int_equal(fastcgi_connection_take(&connection, text, 8), 0);
	assert_false(waited());
}

static void test_read(void **state)
{
	char text[8];
	pid_t child;

	(void)state;
	say("ab");
	assert_int_equal(fastcgi_connection_read(&connection, text, 8), 2);
	assert_false(waited());
	child = fork();
	if (child == 0) {
		usleep(50000);
		_exit(write(server, "c", 1) == 1 ? 0 : 1);
	}
	assert_int_equal(fastcgi_connection_read(&connection, text, 8), 1);
	assert_int_equal(text[0], 'c');
	assert_true(waited());
	assert_int_equal(waitpid(child, NULL, 0), child);
	/* Nothing comes. */
	assert_int_equal(fastcgi_connection_read(&connection, text, 8), 0);
	hang_up();
	assert_int_equal(fastcgi_connection_read(&connection, text, 8), 0);
}

static bool write_three(char *data, size_t length)
{
	char head[] = "head", tail[] = "tail";
	struct iovec parts[] = {
		{ head, 4 }, { NULL, 0 }, { data, length }, { tail, 4 }
	};

	return fastcgi_connection_write(&connection, parts, 4);
}

static void test_write(void **state)
{
	char text[16];
	char data[] = "data";

	(void)state;
	assert_true(write_three(data, 4));
	assert_false(waited());
	assert_int_equal(read(server, text, sizeof(text)), 12);
	assert_memory_equal(text, "headdatatail", 12);
	/* No signal ends the process. */
	hang_up();
	assert_int_not_equal(signal(SIGPIPE, SIG_DFL), SIG_ERR);
	assert_false(write_three(data, 4));
}

/* The child is a server that takes its time. Its status is whether all came in
 * order. */
static pid_t start_reader(void)
{
	pid_t child = fork();
	unsigned char text[5000];
	size_t total = 0;
	ssize_t got;

	if (child != 0)
		return child;
	close(connection.file);
	while ((got = read(server, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < got; i++, total++) {
			size_t at = total - 4;

			if (total >= 4 && at < LARGE && text[i] != at % 251)
				_exit(1);
		}
		if (total < 300000)
			usleep(1000);
	}
	_exit(total == LARGE + 8 ? 0 : 1);
}

static void test_write_slowly(void **state)
{
	char *data = malloc(LARGE);
	pid_t child = start_reader();
	int status = -1;

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < LARGE; i++)
		data[i] = (char)(i % 251);
	assert_true(write_three(data, LARGE));
	assert_true(waited());
	free(data);
	fastcgi_connection_close(&connection);
	hang_up();
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_nobody_reads(void **state)
{
	char *data = calloc(1, LARGE);

	(void)state;
	assert_non_null(data);
	assert_false(write_three(data, LARGE));
	assert_true(waited());
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_take, begin, end),
		cmocka_unit_test_setup_teardown(test_read, begin, end),
		cmocka_unit_test_setup_teardown(test_write, begin, end),
		cmocka_unit_test_setup_teardown(test_write_slowly, begin, end),
		cmocka_unit_test_setup_teardown(test_nobody_reads, begin, end),
	};

	return UNIT_RUN(tests);
}
