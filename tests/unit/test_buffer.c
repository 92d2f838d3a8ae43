/* Slices, numbers, "did you mean", the buffer that wipes, and the sink. */
#include "unit.h"

#include "lib/base/buffer.h"
#include "lib/base/sink.h"

static void test_split(void **state)
{
	struct slice rest = slice_text("a,,b"), part;

	(void)state;
	assert_true(slice_split(&rest, ',', &part));
	assert_true(slice_is(part, "a"));
	assert_true(slice_split(&rest, ',', &part));
	assert_int_equal(part.length, 0);
	assert_true(slice_split(&rest, ',', &part));
	assert_true(slice_is(part, "b"));
	assert_false(slice_split(&rest, ',', &part));
	rest = slice_text("");
	assert_true(slice_split(&rest, ',', &part));
	assert_int_equal(part.length, 0);
	assert_false(slice_split(&rest, ',', &part));
}

static void test_compare(void **state)
{
	(void)state;
	assert_true(
		slice_equal_nocase(slice_text("BeaRER"), slice_text("bEArer")));
	assert_false(slice_equal_nocase(slice_text("ab"), slice_text("abc")));
	assert_false(slice_equal(slice_text("ab"), slice_text("aB")));
	assert_true(slice_starts(slice_text("users/ann/x"),
				 slice_text("users/ann/")));
	assert_false(slice_starts(slice_text("users/ann"),
				  slice_text("users/ann/")));
	assert_true(slice_is(slice_trim(slice_text(" \t x y \t")), "x y"));
}

static void test_number(void **state)
{
	static const char *const bad[] = { "",
					   "-1",
					   "+1",
					   "01",
					   " 1",
					   "1 ",
					   "1.5",
					   "1e3",
					   "0x1",
					   "901",
					   "18446744073709551616",
					   "99999999999999999999999" };
	uint64_t number;

	(void)state;
	assert_true(slice_number(slice_text("0"), 900, &number));
	assert_int_equal(number, 0);
	assert_true(slice_number(slice_text("900"), 900, &number));
	assert_int_equal(number, 900);
	assert_true(slice_number(slice_text("18446744073709551615"), UINT64_MAX,
				 &number));
	assert_true(number == UINT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(slice_number(slice_text(bad[i]), 900, &number));
}

static void test_nearest(void **state)
{
	static const char *const names[] = { "", "objects", "prefixes",
					     "bucket", "ttlSeconds" };
	static const char *const formats[] = { "aria2", "csv" };

	(void)state;
	assert_string_equal(slice_nearest(slice_text("objcts"), names, 5),
			    "objects");
	assert_string_equal(slice_nearest(slice_text("ttlseconds"), names, 5),
			    "ttlSeconds");
	assert_string_equal(slice_nearest(slice_text("Bucket"), names, 5),
			    "bucket");
	/* Two letters that changed places are one slip, not two. */
	assert_string_equal(slice_nearest(slice_text("cvs"), formats, 2),
			    "csv");
	assert_null(slice_nearest(slice_text("svc"), formats, 2));
	assert_null(slice_nearest(slice_text("nothing-like-it"), names, 5));
	assert_null(slice_nearest(slice_text(""), names, 5));
}

static void test_buffer_grows(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(buffer_format(&buffer, "%03d", i));
	assert_int_equal(buffer.length, 3000);
	assert_memory_equal(buffer.data + 2997, "999", 3);
	assert_memory_equal(buffer.data, "000001", 6);
	assert_false(buffer_reserve(&buffer, SIZE_MAX - 10));
	buffer_free(&buffer);
	assert_null(buffer.data);
}

/* A far end that takes `left` more bytes. */
struct end {
	struct buffer got;
	size_t left;
};

static bool take(void *context, const char *data, size_t length)
{
	struct end *end = context;

	if (length > end->left)
		return false;
	end->left -= length;
	return buffer_add(&end->got, data, length);
}

static void test_sink(void **state)
{
	static char window[SINK_MIN], text[50000];
	struct end end = { { 0 }, SIZE_MAX };
	struct sink sink = { .window = window,
			     .size = sizeof(window),
			     .flush = take,
			     .context = &end };
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 26);
	for (size_t step = 1; n < sizeof(text); step += 7) {
		size_t part = sizeof(text) - n < step ? sizeof(text) - n : step;

		if (step % 2) {
			sink_write(&sink, text + n, part);
		} else {
			memcpy(sink_reserve(&sink, part), text + n, part);
			sink.used += part;
		}
		n += part;
	}
	assert_true(sink_flush(&sink));
	assert_int_equal(end.got.length, sizeof(text));
	assert_memory_equal(end.got.data, text, sizeof(text));
	assert_int_equal(sink.passed, sizeof(text));

	end.left = SINK_MIN;
	for (int i = 0; i < 4; i++)
		sink_write(&sink, text, SINK_MIN - 1);
	assert_true(sink.failed);
	assert_false(sink_flush(&sink));
	assert_int_equal(sink.passed, sizeof(text) + SINK_MIN);
	sink_wipe(&sink);
	for (size_t i = 0; i < sizeof(window); i++)
		assert_int_equal(window[i], 0);
	buffer_free(&end.got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_buffer_grows),
		cmocka_unit_test(test_sink),
	};

	return UNIT_RUN(tests);
}
