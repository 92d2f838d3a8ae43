/* answer: what leaves when its time is over. */
#include "unit_service.h"

#include <unistd.h>

#include "cgi/web/answer.h"
#include "cgi/web/deadline.h"

static const char config_text[] = UNIT_HEAD("answer-timeout = 1\n")
	UNIT_PARENT("rw", "object-read-write", "uploads");

/* What a web server would see. */
static struct {
	size_t writes;
	size_t flushes;
	bool cut;
} seen;

static bool take(void *context, const char *data, size_t length)
{
	(void)context;
	(void)data;
	(void)length;
	assert_false(seen.cut);
	seen.writes++;
	return true;
}

static bool flush(void *context)
{
	(void)context;
	seen.flushes++;
	return !seen.cut;
}

static void cut(void *context)
{
	(void)context;
	seen.cut = true;
}

static struct stream stream = { .write = take, .flush = flush, .cut = cut };
static const struct client client;
static const struct request request = { .path = SLICE("/x"),
					.stream = &stream };
static struct audit_request who = { .id = "0123" };

static void begin(struct answer *answer)
{
	memset(&seen, 0, sizeof(seen));
	answer_begin(answer, &unit_service, &request, &client, &who);
	answer_head(answer, 200, "text/plain", NULL);
	assert_true(sink_flush(&answer->sink));
	assert_int_equal(seen.writes, 1);
}

static void test_in_time(void **state)
{
	struct answer answer;

	(void)state;
	begin(&answer);
	sink_text(&answer.sink, "more");
	assert_true(answer_end(&answer));
	assert_false(answer.is_late);
	assert_false(seen.cut);
	assert_int_equal(seen.writes, 2);
	assert_int_equal(seen.flushes, 1);
}

/* The time ends while no write waits, so that no write is interrupted. */
static void test_late(void **state)
{
	struct answer answer;

	(void)state;
	begin(&answer);
	while (!deadline_is_over())
		usleep(10000);
	sink_text(&answer.sink, "more");
	assert_false(answer_end(&answer));
	assert_true(answer.is_late);
	assert_true(seen.cut);
	assert_int_equal(seen.writes, 1);
	assert_int_equal(seen.flushes, 0);
	/* The next answer has its own time. */
	begin(&answer);
	assert_true(answer_end(&answer));
	assert_false(answer.is_late);
	assert_false(seen.cut);
}

/* What fits the window needs no time, and leaves with the request's end: it was
 * late the last time, and that is over. */
static void test_small(void **state)
{
	struct answer answer;

	(void)state;
	begin(&answer);
	while (!deadline_is_over())
		usleep(10000);
	assert_true(answer_end(&answer) || answer.is_late);
	memset(&seen, 0, sizeof(seen));
	answer_begin(&answer, &unit_service, &request, &client, &who);
	answer_head(&answer, 302, "text/plain", NULL);
	sink_text(&answer.sink, "a line");
	answer_leave(&answer);
	assert_int_equal(seen.writes, 1);
	assert_int_equal(seen.flushes, 0);
	assert_false(seen.cut);
	/* A longer one takes its time, and is passed on at once. */
	begin(&answer);
	sink_text(&answer.sink, "more");
	answer_leave(&answer);
	assert_false(deadline_is_over());
	assert_int_equal(seen.writes, 2);
	assert_int_equal(seen.flushes, 1);
}

/* The head of a HEAD is all of it. */
static void test_head(void **state)
{
	static const struct request head = { .method = SLICE("HEAD"),
					     .path = SLICE("/x"),
					     .stream = &stream };
	struct answer answer;

	(void)state;
	memset(&seen, 0, sizeof(seen));
	answer_begin(&answer, &unit_service, &head, &client, &who);
	answer_head(&answer, 302, "text/plain", NULL);
	for (size_t i = 0; i < 10000; i++)
		sink_text(&answer.sink, "a line that nobody sees");
	answer_leave(&answer);
	assert_int_equal(seen.writes, 1);
	assert_int_equal(seen.flushes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_time),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_head),
	};
	int failed;

	unit_service_begin(config_text);
	failed = UNIT_RUN(tests);
	unit_service_end();
	return failed;
}
