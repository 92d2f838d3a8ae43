/* frames: what the two programs say to each other is taken whole or not at
 * all, and a bad end can't make the other read beyond it. */
#include "unit.h"

#include <sys/mman.h>
#include <unistd.h>

#include "cgi/upstream/frames.h"

static struct buffer out;
static struct frame_stream stream;
static struct frame frame;

static void begin(void)
{
	buffer_free(&out);
	buffer_free(&stream.bytes);
	stream.used = 0;
}

static void add_frame(enum frame_type type, uint64_t tag, const char *text,
		      uint64_t number)
{
	struct frame_writer writer;

	frames_begin(&writer, &out, type, tag);
	frames_text(&writer, slice_text(text));
	frames_number(&writer, number);
	assert_true(frames_end(&writer));
}

/* `length` bytes of what was written come through a socket. */
static void pass(size_t from, size_t length)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], out.data + from, length), length);
	assert_int_equal(frames_fill(&stream, ends[0]), length);
	close(ends[0]);
	close(ends[1]);
}

static void assert_frame(enum frame_type type, uint64_t tag, const char *text,
			 uint64_t number)
{
	struct frame_reader reader = { .rest = frame.body };
	struct slice found = frames_take_text(&reader);

	assert_int_equal(frame.type, type);
	assert_true(frame.tag == tag);
	assert_int_equal(found.length, strlen(text));
	assert_string_equal(found.data, text);
	assert_true(frames_take_number(&reader) == number);
	assert_false(reader.bad);
	assert_int_equal(reader.rest.length, 0);
}

static void test_round_trip(void **state)
{
	(void)state;
	begin();
	add_frame(FRAME_CALL, UINT64_MAX, "GET", 0);
	add_frame(FRAME_DONE, 0, "", UINT64_MAX);
	pass(0, out.length);
	assert_int_equal(frames_next(&stream, &frame), FRAME_WHOLE);
	assert_frame(FRAME_CALL, UINT64_MAX, "GET", 0);
	assert_int_equal(frames_next(&stream, &frame), FRAME_WHOLE);
	assert_frame(FRAME_DONE, 0, "", UINT64_MAX);
	assert_int_equal(frames_next(&stream, &frame), FRAME_PART);
}

/* A socket gives as much as it has. */
static void test_in_parts(void **state)
{
	size_t first;

	(void)state;
	begin();
	add_frame(FRAME_BEGIN, 1, "first", 11);
	first = out.length;
	add_frame(FRAME_ANSWER, 2, "second", 22);
	for (size_t i = 0; i < out.length; i++) {
		pass(i, 1);
		if (i + 1 == first) {
			assert_int_equal(frames_next(&stream, &frame),
					 FRAME_WHOLE);
			assert_frame(FRAME_BEGIN, 1, "first", 11);
		} else if (i + 1 < out.length) {
			assert_int_equal(frames_next(&stream, &frame),
					 FRAME_PART);
		}
	}
	assert_int_equal(frames_next(&stream, &frame), FRAME_WHOLE);
	assert_frame(FRAME_ANSWER, 2, "second", 22);
}

/* A head that can't be one ends it at once, however long it says it is. */
static void test_bad_heads(void **state)
{
	static const uint64_t heads[][2] = {
		{ 0, 0 },
		{ 0, FRAME_DONE + 1 },
		{ 0, UINT64_MAX },
		{ FRAME_MAX + 1, FRAME_CALL },
		{ UINT64_MAX, FRAME_CALL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		begin();
		assert_true(buffer_add(&out, heads[i], sizeof(heads[i])));
		assert_true(buffer_add(&out, heads[0], 8));
		pass(0, out.length);
		assert_int_equal(frames_next(&stream, &frame), FRAME_BAD);
	}
}

/* A body with this in it, read as a text and then a number. */
static bool is_bad(const void *body, size_t length)
{
	struct frame_reader reader = { .rest = slice_of(body, length) };
	struct slice text = frames_take_text(&reader);
	bool was_bad = reader.bad;

	if (was_bad) {
		assert_int_equal(text.length, 0);
		assert_string_equal(text.data, "");
	}
	/* Once it is bad, nothing is read from it, though there be some. */
	if (frames_take_number(&reader) != 0)
		assert_false(was_bad);
	assert_true(reader.bad || !was_bad);
	return reader.bad;
}

static void test_bad_bodies(void **state)
{
	struct {
		uint64_t length;
		char rest[16];
	} body = { .length = 3, .rest = "abc" };
	const size_t whole = 8 + 3 + 1 + 8;

	(void)state;
	assert_false(is_bad(&body, whole));
	for (size_t i = 0; i < whole; i++)
		assert_true(is_bad(&body, i));
	/* Not ended by a NUL where it says, with all of a number behind it. */
	body.length = 2;
	assert_true(is_bad(&body, whole));
	/* Longer than what there is; and so long that sums wrap. */
	body.length = sizeof(body.rest);
	assert_true(is_bad(&body, sizeof(body)));
	body.length = UINT64_MAX;
	assert_true(is_bad(&body, sizeof(body)));
	body.length = UINT64_MAX - 7;
	assert_true(is_bad(&body, sizeof(body)));
}

/* What is too long is not begun: what stands before it is all there is. */
static void test_too_long(void **state)
{
	void *zeros = mmap(NULL, FRAME_MAX, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct frame_writer writer;
	size_t before;

	(void)state;
	assert_ptr_not_equal(zeros, MAP_FAILED);
	begin();
	add_frame(FRAME_CALL, 1, "a", 1);
	before = out.length;
	frames_begin(&writer, &out, FRAME_CALL, 2);
	frames_text(&writer, slice_of(zeros, FRAME_MAX - 8));
	assert_false(frames_end(&writer));
	assert_int_equal(out.length, before);
	munmap(zeros, FRAME_MAX);
	pass(0, out.length);
	assert_int_equal(frames_next(&stream, &frame), FRAME_WHOLE);
	assert_int_equal(frames_next(&stream, &frame), FRAME_PART);
	begin();
}

static void test_end_of_file(void **state)
{
	int ends[2];

	(void)state;
	begin();
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	assert_int_equal(frames_fill(&stream, ends[0]), 0);
	close(ends[0]);
	assert_int_equal(frames_fill(&stream, -1), -1);
	begin();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_in_parts),
		cmocka_unit_test(test_bad_heads),
		cmocka_unit_test(test_bad_bodies),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_end_of_file),
	};

	return UNIT_RUN(tests);
}
