/*
 * calls.c with a network, a clock, chance, memory and a count of calls of the
 * test's own, and a batch.
 */
#ifndef MINTAGE_UNIT_CALLED_H
#define MINTAGE_UNIT_CALLED_H

#include "unit.h"

#include <stdbool.h>
#include <sys/random.h>

#include "lib/base/buffer.h"
#include "lib/base/clock.h"

static int64_t ticks;
static bool has_chance;

/* No memory is left for a call, or for the answer to one. */
static bool no_call, no_answer;

static ssize_t fake_random(void *bytes, size_t size, unsigned flags);

static void *fake_malloc(size_t size)
{
	return no_call ? NULL : malloc(size);
}

static bool fake_add(struct buffer *buffer, const void *data, size_t length)
{
	return !no_answer && buffer_add(buffer, data, length);
}

/* What chance gives is 512 of 1024, so that each pause is three quarters of the
 * longest. */
#define clock_ticks() ticks
#define getrandom fake_random
#define malloc fake_malloc
#define buffer_add fake_add
#include "cgi/online/calls.c"
#include "cgi/upstream/frames.c"
#undef clock_ticks
#undef getrandom
#undef malloc
#undef buffer_add

static ssize_t fake_random(void *bytes, size_t size, unsigned flags)
{
	static const uint32_t half = 512;

	assert_int_equal(size, sizeof(half));
	assert_int_equal(flags, GRND_NONBLOCK);
	if (!has_chance)
		return -1;
	memcpy(bytes, &half, sizeof(half));
	return sizeof(half);
}

/* ---- a network and a count of calls -------------------------------------- */

static struct {
	bool refuses; /* http_start fails */
	void *under_way[HTTP_MAX];
	size_t count;
	struct http_request last;
	struct http_result result;
	bool has_result;
} network;

static struct {
	enum error error;
	int64_t pause;
	unsigned booked;
	int64_t paused; /* what budget_pause was told */
} count;

bool http_start(struct http *http, const struct http_request *request,
		void *context)
{
	(void)http;
	if (network.refuses)
		return false;
	assert_true(network.count < HTTP_MAX);
	network.under_way[network.count++] = context;
	network.last = *request;
	return true;
}

bool http_finished(struct http *http, struct http_result *result)
{
	(void)http;
	if (!network.has_result)
		return false;
	*result = network.result;
	result->context = network.under_way[--network.count];
	network.has_result = false;
	return true;
}

void http_drop(struct http *http, void (*let_go)(void *context))
{
	(void)http;
	while (network.count > 0)
		let_go(network.under_way[--network.count]);
}

int64_t budget_now(void)
{
	return ticks / 1000;
}

enum error budget_book(struct budget *budget, uint64_t calls, int64_t at,
		       int64_t until, int64_t patience, struct problem *problem)
{
	(void)problem;
	assert_true(calls == 1);
	assert_true(until == budget->until);
	assert_true(patience == until - at);
	count.booked++;
	budget->pause = count.pause;
	return count.error;
}

void budget_pause(struct budget *budget, int64_t seconds, int64_t at)
{
	(void)budget;
	assert_true(at == budget_now());
	count.paused = seconds;
}

/* ---- the batch ----------------------------------------------------------- */

static struct online online;
static struct frame_stream stream;

/* A batch of 60 seconds that began at 1000 s, and two calls at a time. */
static int begin(void **state)
{
	(void)state;
	memset(&network, 0, sizeof(network));
	memset(&count, 0, sizeof(count));
	ticks = 1000000;
	has_chance = true;
	no_call = no_answer = false;
	online = (struct online){
		.begun = true,
		.token = slice_text("s3cr3t"),
		.concurrency = 2,
		.seconds = 60,
		.deadline = ticks + 60000,
		.budget = { .file = 5, .until = ticks / 1000 + 60 },
		.waiting_end = &online.waiting,
	};
	return 0;
}

static int end(void **state)
{
	(void)state;
	calls_drop(&online);
	assert_null(online.waiting);
	assert_int_equal(online.active, 0);
	buffer_free(&online.out);
	buffer_free(&stream.bytes);
	return 0;
}

/* The body of a FRAME_CALL, without its last bytes. */
static bool add(uint64_t tag, unsigned flags, size_t cut)
{
	struct buffer out = { 0 };
	struct frame_writer writer;
	struct frame frame;
	bool added;

	frames_begin(&writer, &out, FRAME_CALL, tag);
	frames_text(&writer, slice_text("POST"));
	frames_text(&writer, slice_text("https://api.example.com/x"));
	frames_text(&writer, slice_text("a: b\n"));
	frames_text(&writer, slice_text("body"));
	frames_text(&writer, slice_text(""));
	frames_number(&writer, flags);
	assert_true(frames_end(&writer));
	frame = (struct frame){
		.type = FRAME_CALL,
		.tag = tag,
		.body = slice_of(out.data + sizeof(struct frame_head),
				 out.length - sizeof(struct frame_head) - cut),
	};
	added = calls_add(&online, &frame);
	buffer_free(&out);
	return added;
}

static void must_start(size_t under_way)
{
	assert_true(calls_start(&online));
	assert_int_equal(network.count, under_way);
	assert_int_equal(online.active, under_way);
}

/* The request that was begun last ends so. */
static void finish(struct http_result result)
{
	network.result = result;
	network.has_result = true;
	assert_true(calls_finish(&online));
}

static bool has_answer(void)
{
	return online.out.length > 0;
}

/* Exactly this is said: a status, or a text of what failed. */
static void assert_answer(uint64_t tag, unsigned status, unsigned retry_after,
			  const char *failure)
{
	struct frame_reader reader;
	struct frame frame;

	buffer_free(&stream.bytes);
	stream.used = 0;
	assert_true(
		buffer_add(&stream.bytes, online.out.data, online.out.length));
	assert_int_equal(frames_next(&stream, &frame), FRAME_WHOLE);
	assert_int_equal(frame.type, FRAME_ANSWER);
	assert_true(frame.tag == tag);
	reader = (struct frame_reader){ .rest = frame.body };
	assert_int_equal(frames_take_number(&reader), status);
	assert_int_equal(frames_take_number(&reader), retry_after);
	assert_string_equal(frames_take_text(&reader).data, failure);
	memmove(online.out.data, online.out.data + stream.used,
		online.out.length - stream.used);
	online.out.length -= stream.used;
}

#endif
