/* What a web server's records mean, however they are cut and padded. */
#include "sent.h"

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

/* ---- records that are not served ------------------------------------------ */

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
	record(9, 0, "\x0f\0FCGI_MPXS_CONNS", 17, 0);
	record(5, 300, NULL, 0, 0);
	read_parts(16384);
	assert_string_equal(body, "ja");
	check("rpbbre");
	begin_record_of(1, 1, 1, 0);
	begin_record_of(1, 1, 1, 0);
	check("x");
}

/* A record that only a responder sends, or of a type that nobody knows. */
static void test_unknown_within(void **state)
{
	static const unsigned types[] = { 3, 6, 7, 8, 10, 11, 77, 255 };

	(void)state;
	fresh();
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		begin_record_of(1, 0, 1, 0);
		RECORD(4, "\1\1AB");
		record(types[i], 1, "abc", 3, 2);
		RECORD(4, "");
		RECORD(5, "he");
		record(types[i], 1, NULL, 0, 0);
		RECORD(5, "llo");
		RECORD(5, "");
		check("pbbbbbe");
	}
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

/* Parameters that were unusually long do not occupy memory for ever. */
static void test_long_parameters(void **state)
{
	static char text[15000];

	(void)state;
	fresh();
	for (unsigned i = 0; i < 2; i++) {
		begin_record_of(1, 1, 1, 0);
		for (unsigned j = 0; j < (i == 0 ? 5 : 1); j++) {
			char lengths[] = { 1,
					   (char)0x80,
					   0,
					   sizeof(text) >> 8,
					   (char)(sizeof(text) & 0xff),
					   'A' };

			memset(text, 'x', sizeof(text));
			record(4, 1, lengths, sizeof(lengths), 0);
			assert_true(hear(sent, sent_length));
			sent_length = 0;
			record(4, 1, text, sizeof(text), 0);
			assert_true(hear(sent, sent_length));
			sent_length = 0;
		}
		RECORD(4, "");
		assert_true(hear(sent, sent_length));
		sent_length = 0;
		assert_int_equal(reader.param_count, i == 0 ? 5 : 1);
		assert_true(reader.params.length > sizeof(text));
		RECORD(5, "");
		assert_true(hear(sent, sent_length));
		sent_length = 0;
		assert_int_equal(reader.param_count, 0);
		assert_int_equal(reader.params.length, 0);
		if (i == 0)
			assert_int_equal(reader.params.capacity, 0);
		else
			assert_in_range(reader.params.capacity, sizeof(text),
					65536);
	}
	fastcgi_reader_free(&reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_unknown_types),
		cmocka_unit_test(test_of_no_request),
		cmocka_unit_test(test_second_request_within),
		cmocka_unit_test(test_unknown_within),
		cmocka_unit_test(test_out_of_order),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_nothing_stays),
		cmocka_unit_test(test_long_parameters),
	};
	int failed = UNIT_RUN(tests);

	fastcgi_reader_free(&reader);
	return failed;
}
