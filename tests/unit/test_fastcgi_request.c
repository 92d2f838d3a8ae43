/* fastcgi_request: one request over a socket, as a web server sends it: what is
 * read, what is answered, and when the connection is closed. */
#include "sent.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

static void *fake_reallocarray(void *pointer, size_t count, size_t size);

#define reallocarray fake_reallocarray
#include "cgi/web/fastcgi_request.c"
#undef reallocarray

static struct fastcgi_request fcgi;
static int server; /* the other end, which does not block */
static bool has_memory;

static void *fake_reallocarray(void *pointer, size_t count, size_t size)
{
	if (has_memory)
		return realloc(pointer, count * size);
	errno = ENOMEM;
	return NULL;
}

static int begin(void **state)
{
	int ends[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 ||
	    fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
		return -1;
	fastcgi_request_init(&fcgi);
	fcgi.is_local = true;
	fastcgi_connection_open(&fcgi.connection, ends[0], 1);
	server = ends[1];
	has_memory = true;
	sent_length = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	fastcgi_request_free(&fcgi);
	close(server);
	return 0;
}

/* Send the records that were collected. */
static void deliver(void)
{
	assert_int_equal(write(server, sent, sent_length), sent_length);
	sent_length = 0;
}

/* The next record from the responder, which must be there: its content, until
 * the next call, and its length. */
static const uint8_t *answer(unsigned type, size_t *length)
{
	static uint8_t content[65536], padding[256];
	uint8_t head[FASTCGI_RECORD_HEAD];
	struct fastcgi_record got;

	assert_int_equal(read(server, head, sizeof(head)), sizeof(head));
	assert_true(fastcgi_record_read(&got, head));
	assert_int_equal(got.type, type);
	if (got.length > 0)
		assert_int_equal(read(server, content, got.length), got.length);
	if (got.padding > 0)
		assert_int_equal(read(server, padding, got.padding),
				 got.padding);
	*length = got.length;
	return content;
}

/* Assert that an END_REQUEST record with this status comes next. */
static void assert_ends(enum fastcgi_record_status status)
{
	size_t length;
	const uint8_t *content = answer(FASTCGI_RECORD_END, &length);

	assert_int_equal(length, 8);
	assert_int_equal(content[4], status);
}

/* Assert that nothing was sent, or that all was read, and whether the
 * connection is still open. */
static void assert_silent(bool is_open)
{
	char byte;
	ssize_t got = read(server, &byte, 1);

	assert_int_equal(got, is_open ? -1 : 0);
	assert_int_equal(fcgi.connection.file >= 0, is_open);
}

/* ---- what comes between ------------------------------------------------- */

/* A server may ask something while it sends a body. */
static void test_asked_within_a_body(void **state)
{
	char text[8];
	size_t length;

	(void)state;
	PARAMS("\1\1AB");
	RECORD(5, "he");
	deliver();
	assert_true(fastcgi_request_accept(&fcgi));
	assert_string_equal(fastcgi_request_parameter(&fcgi, "A"), "B");
	assert_null(fastcgi_request_parameter(&fcgi, "C"));
	assert_int_equal(fcgi.stream.read(&fcgi, text, 0), 0);
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), 2);
	record(9, 0, "\x0f\0FCGI_MPXS_CONNS", 17, 0);
	RECORD(5, "y");
	RECORD(5, "");
	deliver();
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), 1);
	assert_int_equal(text[0], 'y');
	assert_memory_equal(answer(FASTCGI_RECORD_GET_VALUES_RESULT, &length),
			    "\x0f\1FCGI_MPXS_CONNS0", 18);
	assert_int_equal(length, 18);
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), 0);
}

/* A body whose end nobody can know is not read on. */
static void test_given_up(void **state)
{
	char text[8];

	(void)state;
	PARAMS("\1\1AB");
	RECORD(5, "he");
	RECORD(2, "");
	RECORD(5, "llo");
	RECORD(5, "");
	deliver();
	assert_true(fastcgi_request_accept(&fcgi));
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), 2);
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), -1);
	assert_true(fcgi.is_gone);
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), -1);
}

/* A server that closes its end in the middle of a body broke off. */
static void test_hung_up(void **state)
{
	char text[8];

	(void)state;
	PARAMS("\1\1AB");
	RECORD(5, "he");
	deliver();
	assert_int_equal(shutdown(server, SHUT_WR), 0);
	assert_true(fastcgi_request_accept(&fcgi));
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), 2);
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), -1);
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), -1);
}

/* A server that takes no reply is gone, whatever it has sent. */
static void test_takes_no_reply(void **state)
{
	char text[8];

	(void)state;
	PARAMS("\1\1AB");
	RECORD(5, "he");
	record(9, 0, "\x0f\0FCGI_MPXS_CONNS", 17, 0);
	RECORD(5, "llo");
	RECORD(5, "");
	deliver();
	assert_int_equal(shutdown(server, SHUT_RD), 0);
	assert_true(fastcgi_request_accept(&fcgi));
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), 2);
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), -1);
	assert_int_equal(fcgi.stream.read(&fcgi, text, 8), -1);
}

/* Bytes that came with the request before are used before more are read. */
static void test_take(void **state)
{
	(void)state;
	assert_false(fastcgi_request_take(&fcgi));
	request(1, no_padding);
	request(0, no_padding);
	deliver();
	assert_true(fastcgi_request_take(&fcgi));
	assert_true(fastcgi_request_accept(&fcgi));
	for (char text[8]; fcgi.stream.read(&fcgi, text, 8) > 0;)
		;
	fastcgi_request_end(&fcgi);
	assert_true(fastcgi_request_is_waiting(&fcgi));
	record(5, 7, "x", 1, 0);
	deliver();
	assert_true(fastcgi_request_take(&fcgi));
	/* What was sent later is still at the socket. */
	assert_true(fastcgi_request_accept(&fcgi));
	for (char text[8]; fcgi.stream.read(&fcgi, text, 8) > 0;)
		;
	assert_false(fastcgi_request_is_waiting(&fcgi));
	assert_true(fastcgi_request_take(&fcgi));
}

/* ---- what is not served -------------------------------------------------- */

static void test_farewell(void **state)
{
	(void)state;
	/* Some other role, and a server that closes the connection itself. */
	begin_record_of(2, 0, 1, 0);
	deliver();
	assert_int_equal(shutdown(server, SHUT_WR), 0);
	assert_false(fastcgi_request_accept(&fcgi));
	assert_ends(FASTCGI_RECORD_UNKNOWN_ROLE);
	assert_silent(false);
}

static void test_farewell_unread(void **state)
{
	(void)state;
	begin_record_of(2, 0, 1, 0);
	deliver();
	assert_int_equal(shutdown(server, SHUT_RD), 0);
	assert_false(fastcgi_request_accept(&fcgi));
	assert_int_equal(fcgi.connection.file, -1);
}

static void test_other_role_on_kept(void **state)
{
	(void)state;
	begin_record_of(2, 1, 1, 0);
	deliver();
	assert_false(fastcgi_request_accept(&fcgi));
	assert_ends(FASTCGI_RECORD_UNKNOWN_ROLE);
	assert_silent(true);
}

static void test_broken(void **state)
{
	(void)state;
	RECORD(1, "\0\1");
	deliver();
	assert_false(fastcgi_request_accept(&fcgi));
	assert_silent(false);
}

static void test_half_a_request(void **state)
{
	(void)state;
	begin_record_of(1, 1, 1, 0);
	deliver();
	assert_int_equal(shutdown(server, SHUT_WR), 0);
	assert_false(fastcgi_request_accept(&fcgi));
	assert_silent(false);
}

static void test_no_memory(void **state)
{
	(void)state;
	request(1, no_padding);
	deliver();
	has_memory = false;
	assert_false(fastcgi_request_accept(&fcgi));
	assert_silent(false);
}

/* ---- answers --------------------------------------------------------------- */

static void accept_one(unsigned keep)
{
	request(keep, no_padding);
	deliver();
	assert_true(fastcgi_request_accept(&fcgi));
	for (char text[8]; fcgi.stream.read(&fcgi, text, 8) > 0;)
		;
}

static void test_answer(void **state)
{
	size_t length;

	(void)state;
	accept_one(1);
	assert_true(fcgi.stream.write(&fcgi, "an answer", 9));
	fastcgi_request_end(&fcgi);
	assert_memory_equal(answer(FASTCGI_RECORD_STDOUT, &length), "an answer",
			    9);
	assert_int_equal(length, 9);
	(void)answer(FASTCGI_RECORD_STDOUT, &length);
	assert_int_equal(length, 0);
	assert_ends(FASTCGI_RECORD_COMPLETE);
	assert_silent(true);
	for (size_t i = 0; i < sizeof(fcgi.window); i++)
		assert_int_equal(fcgi.window[i], 0);
}

/* An answer that is cut must not look whole: what was kept back is not sent,
 * and there is no end of the request. */
static void test_cut(void **state)
{
	(void)state;
	accept_one(1);
	assert_true(fcgi.stream.write(&fcgi, "secret", 6));
	fcgi.stream.cut(&fcgi);
	assert_false(fcgi.stream.write(&fcgi, "more", 4));
	assert_false(fcgi.stream.flush(&fcgi));
	fastcgi_request_end(&fcgi);
	assert_silent(false);
	for (size_t i = 0; i < sizeof(fcgi.window); i++)
		assert_int_equal(fcgi.window[i], 0);
}

/* Nor is the body that was left unread waited for. */
static void test_cut_before_the_body(void **state)
{
	(void)state;
	PARAMS("\1\1AB");
	deliver();
	assert_true(fastcgi_request_accept(&fcgi));
	assert_true(fcgi.stream.write(&fcgi, "secret", 6));
	fcgi.stream.cut(&fcgi);
	fastcgi_request_end(&fcgi);
	assert_silent(false);
}

/* The next request of a connection is answered after one that was not cut. */
static void test_after_a_cut(void **state)
{
	size_t length;

	(void)state;
	accept_one(1);
	fcgi.stream.cut(&fcgi);
	fastcgi_request_end(&fcgi);
	end(state);
	assert_int_equal(begin(state), 0);
	accept_one(0);
	assert_true(fcgi.stream.write(&fcgi, "whole", 5));
	fastcgi_request_end(&fcgi);
	assert_memory_equal(answer(FASTCGI_RECORD_STDOUT, &length), "whole", 5);
}

/* The end of an answer that does not fit one record. */
static void test_long_end(void **state)
{
	static char data[70000];
	size_t length, whole = 0;

	(void)state;
	memset(data, 'x', sizeof(data));
	assert_true(
		fastcgi_record_finish(&fcgi.connection, 1, data, sizeof(data)));
	do {
		const uint8_t *content = answer(FASTCGI_RECORD_STDOUT, &length);

		assert_memory_equal(content, data, length);
		whole += length;
	} while (length > 0);
	assert_int_equal(whole, sizeof(data));
	assert_ends(FASTCGI_RECORD_COMPLETE);
	/* The web server reads no more: the record can't be finished. */
	assert_int_equal(shutdown(server, SHUT_RD), 0);
	assert_false(
		fastcgi_record_finish(&fcgi.connection, 1, data, sizeof(data)));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_asked_within_a_body),
		CASE(test_given_up),
		CASE(test_hung_up),
		CASE(test_takes_no_reply),
		CASE(test_take),
		CASE(test_farewell),
		CASE(test_farewell_unread),
		CASE(test_other_role_on_kept),
		CASE(test_broken),
		CASE(test_half_a_request),
		CASE(test_no_memory),
		CASE(test_answer),
		CASE(test_cut),
		CASE(test_cut_before_the_body),
		CASE(test_after_a_cut),
		CASE(test_long_end),
	};

	return UNIT_RUN(tests);
}
