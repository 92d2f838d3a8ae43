/* fastcgi_socket: which web servers may send requests by TCP, and when another
 * accept could succeed. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int fake_accept(int file, struct sockaddr *peer, socklen_t *length,
		       int flags);
static int fake_sleep(const struct timespec *pause, struct timespec *rest);
static int accept_error, pauses;
static int accepted = -1;         /* a connection that accept returns, if any */
static const char *accepted_from; /* and the IPv4 address of its server */

#define accept4 fake_accept
#define nanosleep fake_sleep
#include "cgi/web/fastcgi_socket.c"
#undef accept4
#undef nanosleep

static int fake_accept(int file, struct sockaddr *peer, socklen_t *length,
		       int flags)
{
	struct sockaddr_in from = { .sin_family = AF_INET };

	assert_int_equal(file, FASTCGI_LISTENER);
	assert_int_equal(flags, SOCK_CLOEXEC);
	if (accepted >= 0) {
		assert_true(*length >= sizeof(from));
		assert_int_equal(
			inet_pton(AF_INET, accepted_from, &from.sin_addr), 1);
		memcpy(peer, &from, sizeof(from));
		*length = sizeof(from);
		return accepted;
	}
	errno = accept_error;
	return -1;
}

static int fake_sleep(const struct timespec *pause, struct timespec *rest)
{
	(void)pause;
	(void)rest;
	pauses++;
	return 0;
}

static bool may_ask(const char *servers, int family, const char *address)
{
	struct sockaddr_storage peer = { .ss_family = (sa_family_t)family };

	if (family == AF_INET)
		assert_int_equal(
			inet_pton(family, address,
				  &((struct sockaddr_in *)&peer)->sin_addr),
			1);
	if (family == AF_INET6)
		assert_int_equal(
			inet_pton(family, address,
				  &((struct sockaddr_in6 *)&peer)->sin6_addr),
			1);
	return is_our_server(servers, &peer);
}

static void test_servers(void **state)
{
	static const char list[] = "192.0.2.1, 192.0.2.7 ,2001:db8::5";

	(void)state;
	assert_true(may_ask(NULL, AF_INET, "192.0.2.9"));
	assert_true(may_ask("", AF_INET, "192.0.2.9"));
	assert_true(may_ask(list, AF_INET, "192.0.2.1"));
	assert_true(may_ask(list, AF_INET, "192.0.2.7"));
	assert_false(may_ask(list, AF_INET, "192.0.2.9"));
	assert_true(may_ask(list, AF_INET6, "2001:db8::5"));
	assert_true(may_ask(list, AF_INET6, "2001:db8:0:0::5"));
	assert_false(may_ask(list, AF_INET6, "2001:db8::6"));
	assert_false(may_ask(list, AF_INET6, "::ffff:192.0.2.1"));
	assert_false(may_ask("2001:db8::5", AF_INET, "192.0.2.1"));
	/* A word of the list that is not an address allows no server. */
	assert_false(may_ask("web.example.org", AF_INET, "192.0.2.1"));
	assert_false(may_ask(",", AF_INET6, "::"));
	assert_false(may_ask("192.0.2.1000000000000000000000000000000000000000",
			     AF_INET, "192.0.2.100"));
	assert_true(may_ask("x23456789012345678901234567890123456789012345678,"
			    "192.0.2.1",
			    AF_INET, "192.0.2.1"));
	/* Who may reach a local socket is told by its mode. */
	assert_true(may_ask(list, AF_UNIX, NULL));
}

static void test_accept(void **state)
{
	static const struct {
		int error;
		bool goes_on, waits;
	} rows[] = {
		{ EBADF, false, false },       { EINVAL, false, false },
		{ ENOTSOCK, false, false },    { EOPNOTSUPP, false, false },
		{ EMFILE, true, true },        { ENFILE, true, true },
		{ ENOBUFS, true, true },       { ENOMEM, true, true },
		{ EAGAIN, true, false },       { EINTR, true, false },
		{ ECONNABORTED, true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int connection = 0;

		accept_error = rows[i].error;
		pauses = 0;
		assert_int_equal(fastcgi_socket_accept("", &connection),
				 rows[i].goes_on);
		assert_int_equal(connection, -1);
		assert_int_equal(pauses, rows[i].waits);
	}
}

/* The connection of a server that may not ask is closed before anything is read
 * from it. */
static void test_stranger(void **state)
{
	int connection = 0, ends[2];
	char byte;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	accepted = ends[0];
	accepted_from = "192.0.2.1";
	assert_true(fastcgi_socket_accept("192.0.2.1", &connection));
	assert_int_equal(connection, ends[0]);
	assert_int_equal(recv(ends[1], &byte, 1, MSG_DONTWAIT), -1);
	accepted_from = "192.0.2.9";
	assert_true(fastcgi_socket_accept("192.0.2.1", &connection));
	assert_int_equal(connection, -1);
	assert_int_equal(recv(ends[1], &byte, 1, MSG_DONTWAIT), 0);
	close(ends[1]);
	accepted = -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_stranger),
	};

	return UNIT_RUN(tests);
}
