/* The envelope as it comes, and the frames it comes in. */
#include "unit.h"

#include <unistd.h>

#include "cgi/upstream/cloudflare.h"
#include "cgi/upstream/frames.h"

static struct problem problem;

static enum error judge(unsigned status, const char *body, struct json *result)
{
	struct upstream_answer answer = {
		.status = status,
		.retry_after = 7,
		.body = slice_text(body),
	};

	return cloudflare_result(&answer, slice_text("s3cr3t-token"), result,
				 &problem);
}

static void assert_failure(unsigned status, const char *body, const char *says)
{
	struct json result;

	assert_int_equal(judge(status, body, &result), ERROR_UPSTREAM);
	assert_int_equal(problem.error, ERROR_UPSTREAM);
	assert_int_equal(problem.retry_after, 7);
	if (!strstr(problem.message, says))
		fail_msg("'%s' is not in '%s'", says, problem.message);
	assert_null(strstr(problem.message, "s3cr3t"));
}

static void test_good(void **state)
{
	static const char *const bodies[] = {
		"{\"success\":true,\"errors\":[],\"messages\":[],\"result\":7}",
		"{\"result\":7,\"success\":true}",
		"{\"success\":true,\"messages\":[\"a\",{}],\"result\":7}",
		"{\"success\":true,\"result\":7,\"more\":{\"result\":8}}",
	};
	struct json result;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(judge(200, bodies[i], &result), ERROR_NONE);
		assert_int_equal(json_next(&result), JSON_NUMBER);
		assert_true(slice_is(result.text, "7"));
	}
}

static void test_failures(void **state)
{
	(void)state;
	assert_failure(
		403,
		"{\"success\":false,\"result\":null,\"errors\":[{\"code\":"
		"10000,\"message\":\"Authentication error\"}]}",
		"Cloudflare answered 403 code 10000: Authentication "
		"error");
	/* Success is what says so, and comes with a 2xx. */
	assert_failure(200, "{\"success\":false,\"result\":1,\"errors\":[]}",
		       "answered 200");
	assert_failure(500, "{\"success\":true,\"result\":1,\"errors\":[]}",
		       "answered 500");
	assert_failure(200, "{\"success\":\"true\",\"result\":1}",
		       "answered 200");
	assert_failure(200, "{\"success\":true}", "answered 200");
	/* Errors of other shapes. */
	assert_failure(400, "{\"errors\":[\"a text\"],\"success\":false}",
		       "answered 400: a text");
	assert_failure(400, "{\"errors\":[{\"code\":\"x\",\"message\":7}]}",
		       "answered 400");
	assert_failure(400, "{\"errors\":{\"code\":1}}", "answered 400");
	assert_failure(400, "{\"errors\":[[1]]}", "answered 400");
	/* One line, whatever they write; and never the token. */
	assert_failure(400, "{\"errors\":[{\"message\":\"a\\nb\\u001b[0m\"}]}",
		       "answered 400: a b [0m");
	assert_failure(403,
		       "{\"errors\":[{\"code\":1,\"message\":"
		       "\"bad s3cr3t-\\u0074oken!\"}]}",
		       "answered 403 code 1");
}

/* A message with escapes that would not fit is left out as a whole. */
static void test_long_message(void **state)
{
	char body[2200], words[2100];

	(void)state;
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	snprintf(body, sizeof(body),
		 "{\"errors\":[{\"code\":7,\"message\":\"\\t%s\"}]}", words);
	assert_failure(400, body, "answered 400 code 7: (too many words)");
	/* Nor is a code taken for one that has more digits than any has. */
	assert_failure(400, "{\"errors\":[{\"code\":12345678901234567890}]}",
		       "answered 400 code ");
	assert_null(strstr(problem.message, "123456"));
}

static void test_no_envelope(void **state)
{
	static const char *const bodies[] = {
		"",
		"<html>",
		"{",
		"[]",
		"7",
		"{\"success\":tru",
		"{\"success\":true,\"result\":1} x",
		"{\"success\":true,\"result\":{\"a\":}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		assert_failure(200, bodies[i], "not in its JSON");
	assert_failure(302, "", "redirects are not followed");
}

static void test_no_answer(void **state)
{
	struct upstream_answer answer = {
		.failure = slice_text("its answer is too long"),
		.body = slice_text("{\"success\":true,\"result\":1}"),
	};
	struct json result;

	(void)state;
	assert_int_equal(cloudflare_result(&answer, slice_of(NULL, 0), &result,
					   &problem),
			 ERROR_UPSTREAM);
	assert_non_null(strstr(problem.message, "too long"));
}

static void test_texts(void **state)
{
	struct cloudflare_text texts[] = { { .name = "a" },
					   { .name = "b" },
					   { .name = "c" },
					   { .name = "d" } };
	struct buffer space = { 0 };
	struct json json;

	(void)state;
	json_begin(&json,
		   slice_text("{\"x\":{\"a\":\"no\"},\"b\":\"q\\/\\u00e9"
			      "\",\"a\":\"plain\",\"c\":null,\"e\":[1]}"));
	assert_true(buffer_reserve(&space, 100));
	assert_int_equal(cloudflare_texts(&json, json_next(&json), texts, 4,
					  &space, &problem),
			 ERROR_NONE);
	assert_true(slice_is(texts[0].value, "plain"));
	assert_true(slice_is(texts[1].value, "q/\xc3\xa9"));
	assert_int_equal(texts[2].value.length + texts[3].value.length, 0);
	assert_int_equal(json_next(&json), JSON_END);
	/* A text whose escapes have nowhere to go, and one that never ends. */
	json_begin(&json, slice_text("{\"a\":\"b\\/\"}"));
	buffer_free(&space);
	assert_int_equal(cloudflare_texts(&json, json_next(&json), texts, 4,
					  &space, &problem),
			 ERROR_UPSTREAM);
	assert_non_null(strstr(problem.message, "can't be read"));
	json_begin(&json, slice_text("{\"x\":[1,}"));
	assert_int_equal(cloudflare_texts(&json, json_next(&json), texts, 4,
					  &space, &problem),
			 ERROR_UPSTREAM);
	assert_non_null(strstr(problem.message, "isn't JSON"));
	json_begin(&json, slice_text("[1]"));
	assert_int_equal(cloudflare_texts(&json, json_next(&json), texts, 4,
					  &space, &problem),
			 ERROR_UPSTREAM);
	buffer_free(&space);
}

/* What may be the id of a key, and how a text is quoted. */
static void test_ids(void **state)
{
	char long_id[66];
	struct buffer body = { 0 };

	(void)state;
	memset(long_id, 'a', 65);
	long_id[65] = '\0';
	assert_true(cloudflare_is_id(slice_text("azAZ09")));
	assert_true(cloudflare_is_id(slice_of(long_id, 64)));
	assert_false(cloudflare_is_id(slice_text(long_id)));
	assert_false(cloudflare_is_id(slice_text("")));
	for (const char *c = "/:@[`{ -_%\n\x7f\xc3"; *c; c++)
		assert_false(cloudflare_is_id(slice_of(c, 1)));
	assert_true(cloudflare_quote(&body, slice_text("a\"\n")));
	assert_true(slice_is(buffer_slice(&body), "\"a\\\"\\n\""));
	/* More than memory can hold; not a byte of it is read. */
	assert_false(cloudflare_quote(&body, slice_of("", SIZE_MAX / 12)));
	buffer_free(&body);
}

/* ---- frames --------------------------------------------------------------- */

static void write_frame(struct buffer *out, uint64_t tag, const char *text)
{
	struct frame_writer writer;

	frames_begin(&writer, out, FRAME_ANSWER, tag);
	frames_number(&writer, tag * 3);
	frames_text(&writer, slice_text(text));
	frames_text(&writer, slice_of(NULL, 0));
	assert_true(frames_end(&writer));
}

static void assert_frame(struct frame_stream *stream, uint64_t tag,
			 const char *text)
{
	struct frame_reader reader;
	struct frame frame;

	assert_int_equal(frames_next(stream, &frame), FRAME_WHOLE);
	assert_int_equal(frame.type, FRAME_ANSWER);
	assert_int_equal(frame.tag, tag);
	reader = (struct frame_reader){ .rest = frame.body };
	assert_int_equal(frames_take_number(&reader), tag * 3);
	assert_string_equal(frames_take_text(&reader).data, text);
	assert_int_equal(frames_take_text(&reader).length, 0);
	assert_false(reader.bad);
	/* There is no more, and what isn't there is nothing. */
	assert_string_equal(frames_take_text(&reader).data, "");
	assert_true(reader.bad);
}

static void test_frames_in_pieces(void **state)
{
	struct frame_stream stream = { .used = 0 };
	struct buffer out = { 0 };
	struct frame frame;
	int ends[2];
	size_t taken = 0;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	for (uint64_t tag = 0; tag < 20; tag++)
		write_frame(&out, tag, "some text");
	for (size_t i = 0; i < out.length; i++) {
		assert_int_equal(write(ends[1], out.data + i, 1), 1);
		assert_int_equal(frames_fill(&stream, ends[0]), 1);
		if ((i + 1) % (out.length / 20) != 0)
			assert_int_equal(frames_next(&stream, &frame),
					 FRAME_PART);
		else
			assert_frame(&stream, taken++, "some text");
	}
	assert_int_equal(taken, 20);
	close(ends[0]);
	close(ends[1]);
	buffer_free(&out);
	buffer_free(&stream.bytes);
}

static void test_frames_that_are_none(void **state)
{
	struct frame_stream stream = { .used = 0 };
	struct frame frame;
	char noise[64];

	(void)state;
	memset(noise, 0xff, sizeof(noise));
	assert_true(buffer_add(&stream.bytes, noise, sizeof(noise)));
	assert_int_equal(frames_next(&stream, &frame), FRAME_BAD);
	buffer_free(&stream.bytes);
}

/* Every length that a field could claim. */
static void test_fields_that_lie(void **state)
{
	char body[32] = { 0 };
	struct frame_reader reader;

	(void)state;
	for (uint64_t length = 0; length < 64; length++) {
		memcpy(body, &length, sizeof(length));
		reader = (struct frame_reader){ .rest = slice_of(
							body, sizeof(body)) };
		(void)frames_take_text(&reader);
		assert_int_equal(reader.bad, length > 23);
	}
	memset(body, 0xff, sizeof(body));
	reader = (struct frame_reader){ .rest = slice_of(body, sizeof(body)) };
	(void)frames_take_text(&reader);
	assert_true(reader.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_long_message),
		cmocka_unit_test(test_no_envelope),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_frames_in_pieces),
		cmocka_unit_test(test_frames_that_are_none),
		cmocka_unit_test(test_fields_that_lie),
	};

	return UNIT_RUN(tests);
}
