/* A sink hands on all bytes, stops after a failure, and wipes. */
#include "unit.h"

#include "lib/base/buffer.h"
#include "lib/base/sink.h"

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
		cmocka_unit_test(test_sink),
	};

	return UNIT_RUN(tests);
}
