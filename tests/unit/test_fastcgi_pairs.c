/* Names and values, in parameters and where a server asks for variables. */
#include "sent.h"

/* ---- parameters ----------------------------------------------------------- */

static void test_params(void **state)
{
	static const char stored[] = "A=xy\0BC=\0=v";

	(void)state;
	fresh();
	PARAMS("\1\2Axy\x80\0\0\2\0BC\0\1v");
	read_parts(1);
	assert_string_equal(said, "p");
	assert_int_equal(reader.param_count, 3);
	assert_int_equal(reader.params.length, sizeof(stored));
	assert_memory_equal(reader.params.data, stored, sizeof(stored));
	check("p");
}

static void test_bad_params(void **state)
{
	(void)state;
	fresh();
	/* Cut within a pair. */
	PARAMS("\1");
	check("x");
	PARAMS("\1\2");
	check("x");
	PARAMS("\1\2Ax");
	check("x");
	PARAMS("\x80\0\0");
	check("x");
	/* Longer than could ever come. */
	PARAMS("\xff\xff\xff\xff\xff\xff\xff\xff"
	       "A");
	check("x");
	PARAMS("\1\xff\xff\xff\xff"
	       "A");
	check("x");
	PARAMS("\x80\x0f\xff\xff\1A");
	check("x");
	/* What would become another parameter. */
	PARAMS("\3\1A=Bx");
	check("x");
	PARAMS("\2\1A\0x");
	check("x");
	PARAMS("\1\3Ax\0y");
	check("x");
}

/* All parameters together have a limit, whatever each of them has. */
static void test_params_limit(void **state)
{
	static char block[8192];
	size_t taken = 0;

	(void)state;
	fresh();
	/* "A" with 8000 bytes. */
	memcpy(block,
	       "\1\x80\0\x1f\x40"
	       "A",
	       6);
	memset(block + 6, 'x', 8000);
	begin_record_of(1, 0, 1, 0);
	read_parts(16384);
	for (taken = 0; taken < 1000; taken++) {
		sent_length = 0;
		record(4, 1, block, 8006, 0);
		if (!hear(sent, sent_length))
			break;
		assert_in_range(reader.params.length, 0,
				FASTCGI_READER_PARAMS_MAX);
	}
	assert_int_equal(taken, FASTCGI_READER_PARAMS_MAX / 8003);
	assert_string_equal(said, "x");
	sent_length = 0;
}

/* ---- management records --------------------------------------------------- */

#define CONNS "FCGI_MAX_CONNS"
#define REQS "FCGI_MAX_REQS"
#define MPXS "FCGI_MPXS_CONNS"

static void check_values(const char *content, size_t length,
			 const char *expected, size_t expected_length)
{
	record(9, 0, content, length, 3);
	read_parts(1);
	assert_string_equal(said, "r");
	assert_int_equal(reader.reply.bytes[1], 10);
	assert_int_equal(reader.reply.bytes[5], expected_length);
	assert_memory_equal(reader.reply.bytes + 8, expected, expected_length);
	assert_true(fastcgi_reader_is_idle(&reader));
	request(0, no_padding);
	check("rpbbbbbe");
}

#define CHECK_VALUES(content, expected)                      \
	check_values(content, sizeof(content) - 1, expected, \
		     sizeof(expected) - 1)

static void test_get_values(void **state)
{
	(void)state;
	fresh();
	CHECK_VALUES("", "");
	CHECK_VALUES("\x0f\0" MPXS, "\x0f\1" MPXS "0");
	CHECK_VALUES("\x80\0\0\x0f\x80\0\0\1" MPXS "x", "\x0f\1" MPXS "0");
	CHECK_VALUES("\3\0ABC\0\0\x1c\0FCGI_MAX_CONNSFCGI_MAX_CONNS", "");
	/* Named twice, each is answered once. */
	CHECK_VALUES("\x0e\0" CONNS "\x0d\0" REQS "\x0f\0" MPXS "\x0e\0" CONNS
		     "\x0d\0" REQS "\x0f\0" MPXS,
		     "\x0e\1" CONNS "1"
		     "\x0d\1" REQS "1"
		     "\x0f\1" MPXS "0");
}

static void test_get_values_broken(void **state)
{
	(void)state;
	fresh();
	record(9, 0, "\x0e\0FCGI", 6, 0);
	check("x");
	record(9, 0, "\x0e\xff\xff\xff\xff" CONNS, 19, 0);
	check("x");
	record(9, 0, "\x0e", 1, 0);
	check("x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_bad_params),
		cmocka_unit_test(test_params_limit),
		cmocka_unit_test(test_get_values),
		cmocka_unit_test(test_get_values_broken),
	};
	int failed = UNIT_RUN(tests);

	fastcgi_reader_free(&reader);
	return failed;
}
