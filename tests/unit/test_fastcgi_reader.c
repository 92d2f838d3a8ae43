/* What a web server's records mean, however they are cut and padded. */
#include "unit.h"

#include "cgi/web/fastcgi_pairs.c"
#include "cgi/web/fastcgi_reader.c"

static struct fastcgi_reader reader;
static char said[4096]; /* what the reader said, a letter for each step */
static char body[4096];

/* ---- records -------------------------------------------------------------- */

/* What a web server sends. */
static uint8_t sent[16384];
static size_t sent_length;

static void record(unsigned type, unsigned id, const void *content,
		   size_t length, size_t padding)
{
	uint8_t head[] = { 1,
			   (uint8_t)type,
			   (uint8_t)(id >> 8),
			   (uint8_t)id,
			   (uint8_t)(length >> 8),
			   (uint8_t)length,
			   (uint8_t)padding,
			   0 };

	memcpy(sent + sent_length, head, sizeof(head));
	sent_length += sizeof(head);
	if (length > 0)
		memcpy(sent + sent_length, content, length);
	sent_length += length;
	memset(sent + sent_length, 'p', padding);
	sent_length += padding;
}

static void text_record(unsigned type, const char *content, size_t length)
{
	record(type, 1, content, length, 0);
}

#define RECORD(type, content) text_record(type, content, sizeof(content) - 1)

static void begin_record_of(unsigned role, unsigned keep, unsigned id,
			    size_t padding)
{
	uint8_t content[8] = { 0, (uint8_t)role, (uint8_t)keep };

	record(1, id, content, sizeof(content), padding);
}

static void fresh(void)
{
	sent_length = 0;
	fastcgi_reader_free(&reader);
}

/* ---- what they mean ------------------------------------------------------- */

static char letter(enum fastcgi_step step)
{
	switch (step) {
	case FASTCGI_REPLY:
		return 'r';
	case FASTCGI_FAREWELL:
		return 'f';
	case FASTCGI_PARAMS:
		return 'p';
	case FASTCGI_END:
		return 'e';
	case FASTCGI_ABORT:
		return 'a';
	default:
		return 'x';
	}
}

/* Note all that the reader says to `length` bytes, a "b" for each byte of a
 * body. False when the connection is to be closed. */
static bool hear(const uint8_t *data, size_t length)
{
	enum fastcgi_step step;
	struct slice part;
	size_t space;

	memcpy(fastcgi_reader_space(&reader, &space), data, length);
	fastcgi_reader_add(&reader, length);
	while ((step = fastcgi_reader_next(&reader, 3, &part)) !=
	       FASTCGI_MORE) {
		if (step == FASTCGI_BODY) {
			assert_in_range(part.length, 1, 3);
			strncat(body, part.data, part.length);
			memset(said + strlen(said), 'b', part.length);
			continue;
		}
		said[strlen(said)] = letter(step);
		if (step == FASTCGI_END)
			fastcgi_reader_forget(&reader);
		else if (step != FASTCGI_PARAMS && step != FASTCGI_REPLY)
			return false;
	}
	return true;
}

/* Let the reader read all that was sent, in parts of `size` bytes. */
static void read_parts(size_t size)
{
	bool open = true;

	fastcgi_reader_free(&reader);
	memset(said, 0, sizeof(said));
	memset(body, 0, sizeof(body));
	for (size_t at = 0; at < sent_length && open; at += size) {
		size_t rest = sent_length - at;

		open = hear(sent + at, rest < size ? rest : size);
	}
}

static void check(const char *expected)
{
	static const size_t sizes[] = { 1, 2, 5, 8, 9, 64, 16384 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		read_parts(sizes[i]);
		assert_string_equal(said, expected);
	}
	sent_length = 0;
}

/* A whole request, with these paddings. */
static void request(unsigned keep, const size_t padding[5])
{
	begin_record_of(1, keep, 1, padding[0]);
	record(4, 1, "\1\2Axy", 5, padding[1]);
	record(4, 1, NULL, 0, padding[2]);
	record(5, 1, "hello", 5, padding[3]);
	record(5, 1, NULL, 0, padding[4]);
}

static const size_t no_padding[5];

/* ---- requests ------------------------------------------------------------- */

static void test_request(void **state)
{
	(void)state;
	fresh();
	request(1, no_padding);
	read_parts(64);
	assert_string_equal(body, "hello");
	check("pbbbbbe");
	request(1, no_padding);
	request(0, no_padding);
	check("pbbbbbepbbbbbe");
}

static void test_padding(void **state)
{
	(void)state;
	fresh();
	for (size_t place = 0; place < 5; place++) {
		for (size_t size = 0; size < 256; size++) {
			size_t padding[5] = { 0 };

			padding[place] = size;
			request(1, padding);
			request(0, no_padding);
			read_parts(16384);
			assert_string_equal(said, "pbbbbbepbbbbbe");
			read_parts(7);
			assert_string_equal(said, "pbbbbbepbbbbbe");
			sent_length = 0;
		}
	}
}

static void test_cut_anywhere(void **state)
{
	size_t padding[5] = { 3, 1, 4, 1, 5 };

	(void)state;
	fresh();
	request(0, padding);
	for (size_t cut = 0; cut <= sent_length; cut++) {
		fastcgi_reader_free(&reader);
		memset(said, 0, sizeof(said));
		assert_true(hear(sent, cut));
		assert_true(hear(sent + cut, sent_length - cut));
		assert_string_equal(said, "pbbbbbe");
	}
	sent_length = 0;
}

/* ---- parameters ----------------------------------------------------------- */

static void params(const char *content, size_t length)
{
	begin_record_of(1, 0, 1, 0);
	record(4, 1, content, length, 0);
	record(4, 1, NULL, 0, 0);
}

#define PARAMS(content) params(content, sizeof(content) - 1)

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

static void test_unknown_types(void **state)
{
	(void)state;
	fresh();
	for (unsigned type = 0; type < 256; type++) {
		if (type == 9)
			continue;
		record(type, 0, "abc", 3, 2);
		read_parts(64);
		assert_string_equal(said, "r");
		assert_int_equal(reader.reply.bytes[1], 11);
		assert_int_equal(reader.reply.bytes[8], type);
		request(0, no_padding);
		check("rpbbbbbe");
	}
}

/* ---- records out of order ------------------------------------------------- */

static void test_of_no_request(void **state)
{
	(void)state;
	fresh();
	RECORD(4, "\1\1AB");
	RECORD(5, "x");
	RECORD(2, "");
	RECORD(77, "abc");
	request(1, no_padding);
	record(2, 1, NULL, 0, 0);
	record(5, 2, "x", 1, 4);
	check("pbbbbbe");
}

static void test_second_request_within(void **state)
{
	(void)state;
	fresh();
	begin_record_of(1, 1, 300, 0);
	begin_record_of(1, 1, 2, 9);
	read_parts(64);
	assert_string_equal(said, "r");
	assert_int_equal(reader.reply.bytes[1], 3);
	assert_int_equal(reader.reply.bytes[3], 2);
	assert_int_equal(reader.reply.bytes[12], 1);
	/* The first goes on, and what belongs to the second is passed over. */
	record(4, 2, "\1\1XY", 4, 0);
	record(4, 300, "\1\1AB", 4, 0);
	record(4, 2, NULL, 0, 0);
	record(4, 300, NULL, 0, 0);
	record(5, 2, "no", 2, 0);
	record(5, 300, "ja", 2, 0);
	record(9, 0, "\x0f\0" MPXS, 17, 0);
	record(5, 300, NULL, 0, 0);
	read_parts(16384);
	assert_string_equal(body, "ja");
	check("rpbbre");
	begin_record_of(1, 1, 1, 0);
	begin_record_of(1, 1, 1, 0);
	check("x");
}

static void test_out_of_order(void **state)
{
	(void)state;
	fresh();
	begin_record_of(1, 0, 1, 0);
	RECORD(5, "x");
	check("x");
	PARAMS("\1\1AB");
	RECORD(4, "\1\1AC");
	check("px");
	RECORD(1, "\0\1");
	check("x");
	sent[0] = 2;
	sent_length = 8;
	check("x");
}

static void test_roles(void **state)
{
	(void)state;
	fresh();
	for (unsigned role = 0; role < 256; role++) {
		if (role == 1)
			continue;
		begin_record_of(role, 0, 1, 0);
		read_parts(64);
		assert_int_equal(reader.reply.bytes[1], 3);
		assert_int_equal(reader.reply.bytes[12], 3);
		check("f");
		begin_record_of(role, 1, 1, 0);
		RECORD(4, "\1\1AB");
		RECORD(4, "");
		request(0, no_padding);
		check("rpbbbbbe");
	}
}

static void test_abort(void **state)
{
	(void)state;
	fresh();
	begin_record_of(1, 0, 1, 0);
	RECORD(2, "");
	check("f");
	begin_record_of(1, 1, 1, 0);
	RECORD(4, "\1\1A");
	RECORD(2, "");
	request(0, no_padding);
	check("rpbbbbbe");
	PARAMS("\1\1AB");
	RECORD(5, "he");
	record(2, 1, "odd", 3, 8);
	RECORD(5, "llo");
	check("pbba");
	assert_int_equal(fastcgi_reader_next(&reader, 1, &(struct slice){ 0 }),
			 FASTCGI_ABORT);
}

/* ---- what stays ----------------------------------------------------------- */

static bool holds(const char *text)
{
	return memmem(reader.bytes, sizeof(reader.bytes), text, strlen(text));
}

static void test_nothing_stays(void **state)
{
	struct slice part;
	size_t space;

	(void)state;
	fresh();
	PARAMS("\1\6Asecret");
	record(5, 1, NULL, 0, 0);
	begin_record_of(1, 0, 1, 0);
	memcpy(fastcgi_reader_space(&reader, &space), sent, sent_length);
	fastcgi_reader_add(&reader, sent_length);
	assert_int_equal(fastcgi_reader_next(&reader, 1, &part),
			 FASTCGI_PARAMS);
	assert_string_equal(reader.params.data, "A=secret");
	assert_int_equal(fastcgi_reader_next(&reader, 1, &part), FASTCGI_END);
	assert_true(holds("secret"));
	fastcgi_reader_forget(&reader);
	assert_false(holds("secret"));
	assert_string_equal(reader.params.data, "");
	assert_true(fastcgi_reader_has_bytes(&reader));
	fastcgi_reader_free(&reader);
	sent_length = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_bad_params),
		cmocka_unit_test(test_params_limit),
		cmocka_unit_test(test_get_values),
		cmocka_unit_test(test_get_values_broken),
		cmocka_unit_test(test_unknown_types),
		cmocka_unit_test(test_of_no_request),
		cmocka_unit_test(test_second_request_within),
		cmocka_unit_test(test_out_of_order),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_nothing_stays),
	};
	int failed = UNIT_RUN(tests);

	fastcgi_reader_free(&reader);
	return failed;
}
