#include "calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "lib/base/clock.h"

/* How often one call is tried, the pauses between, and how long a try may take.
 */
#define ATTEMPTS_MAX 6
#define BACKOFF_FIRST_MS 250
#define BACKOFF_MAX_MS 8000
#define ATTEMPT_MAX_MS 30000

/* One call, until it is answered. */
struct call {
	struct call *next;
	uint64_t tag;
	unsigned flags;
	unsigned attempts;
	int64_t not_before; /* monotonic milliseconds */
	struct slice method, url, headers, body, sign;
	size_t size; /* of text */
	char text[]; /* what the slices borrow from */
};

/* ---- calls ---------------------------------------------------------------- */

static void call_free(void *context)
{
	struct call *call = context;

	explicit_bzero(call->text, call->size);
	free(call);
}

static void call_wait(struct online *online, struct call *call)
{
	call->next = NULL;
	*online->waiting_end = call;
	online->waiting_end = &call->next;
}

/* Take the first call that may be made now out of the queue; NULL when there is
 * none. */
static struct call *call_take(struct online *online, int64_t now)
{
	for (struct call **at = &online->waiting; *at; at = &(*at)->next) {
		struct call *call = *at;

		if (call->not_before > now)
			continue;
		*at = call->next;
		if (!*at)
			online->waiting_end = at;
		return call;
	}
	return NULL;
}

bool calls_add(struct online *online, const struct frame *frame)
{
	struct call *call = malloc(sizeof(*call) + frame->body.length);
	struct frame_reader reader;

	if (!call)
		return false;
	*call = (struct call){ .tag = frame->tag, .size = frame->body.length };
	memcpy(call->text, frame->body.data, frame->body.length);
	reader = (struct frame_reader){ .rest = slice_of(call->text,
							 call->size) };
	call->method = frames_take_text(&reader);
	call->url = frames_take_text(&reader);
	call->headers = frames_take_text(&reader);
	call->body = frames_take_text(&reader);
	call->sign = frames_take_text(&reader);
	call->flags = (unsigned)frames_take_number(&reader);
	if (reader.bad || !online->begun) {
		call_free(call);
		return false;
	}
	call_wait(online, call);
	return true;
}

void calls_drop(struct online *online)
{
	struct call *call;

	http_drop(online->http, call_free);
	while ((call = call_take(online, INT64_MAX)) != NULL)
		call_free(call);
	online->active = 0;
}

/* ---- answers -------------------------------------------------------------- */

/* Write the answer to a call and free the call. False without memory. */
static bool answer(struct online *online, struct call *call,
		   const struct http_result *result)
{
	struct frame_writer writer;

	frames_begin(&writer, &online->out, FRAME_ANSWER, call->tag);
	frames_number(&writer, result->status);
	frames_number(&writer, result->retry_after);
	frames_text(&writer, slice_text(result->failure));
	frames_text(&writer, result->headers);
	frames_text(&writer, result->body);
	call_free(call);
	return frames_end(&writer);
}

static bool answer_failure(struct online *online, struct call *call,
			   const char *failure, unsigned retry_after)
{
	struct http_result result = { .failure = failure,
				      .retry_after = retry_after };

	return answer(online, call, &result);
}

/* ---- repeating a call ----------------------------------------------------- */

/* May the same call have another answer in a moment? A call that may have had
 * its effect already is repeated only where the caller allows it. */
static bool is_repeatable(const struct call *call,
			  const struct http_result *result)
{
	if (call->attempts >= ATTEMPTS_MAX)
		return false;
	if (result->status == 429 || result->unsent)
		return true;
	return (call->flags & CALL_AGAIN) &&
	       (result->status == 408 || result->status >= 500 ||
		result->passing);
}

/* Milliseconds to wait: twice as many each time, half of them at random, so
 * that calls that failed together don't come back together. */
static int64_t backoff(unsigned attempts)
{
	int64_t pause = BACKOFF_FIRST_MS;
	uint32_t random = 0;

	while (--attempts > 0 && pause < BACKOFF_MAX_MS)
		pause *= 2;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = UINT32_MAX / 2;
	return pause / 2 + pause / 2 * (random % 1024) / 1024;
}

void calls_hold(struct online *online, int64_t seconds)
{
	int64_t until = clock_ticks() + 1000 * seconds;

	if (seconds > 0 && until > online->pause) {
		online->pause = until;
		online->pause_seconds = (unsigned)seconds;
	}
}

/* Cloudflare counts all calls of this machine together, so a pause that it asks
 * for holds for all of them. */
static void hold_off(struct online *online, const struct http_result *result)
{
	if (result->status != 429 || result->retry_after == 0)
		return;
	calls_hold(online, result->retry_after);
	budget_pause(&online->budget, result->retry_after, budget_now());
}

/* Book one more try. Another answer, or another process, may have made known
 * meanwhile that the API wants a pause; then all calls wait for its end. */
static bool book_again(struct online *online)
{
	int64_t now = budget_now(), until = online->budget.until;
	struct problem unused;

	if (online->budget.file < 0)
		return true;
	if (budget_book(&online->budget, 1, now, until, until - now, &unused))
		return false;
	calls_hold(online, online->budget.pause);
	return true;
}

static bool try_again(struct online *online, struct call *call,
		      const struct http_result *result)
{
	int64_t pause = 1000 * (int64_t)result->retry_after;
	int64_t now = clock_ticks();
	int64_t shortest = backoff(call->attempts);

	if (!is_repeatable(call, result))
		return false;
	if (pause < shortest)
		pause = shortest;
	if (now + pause >= online->deadline || !book_again(online))
		return false;
	call->not_before = now + pause;
	call_wait(online, call);
	return true;
}

bool calls_finish(struct online *online)
{
	struct http_result result;

	while (http_finished(online->http, &result)) {
		struct call *call = result.context;

		online->active--;
		if (!try_again(online, call, &result) &&
		    !answer(online, call, &result))
			return false;
		hold_off(online, &result);
	}
	return true;
}

/* ---- going on ------------------------------------------------------------- */

static bool start_call(struct online *online, struct call *call, int64_t now)
{
	int64_t left = online->deadline - now;
	struct http_request request = {
		.method = call->method,
		.url = call->url,
		.headers = call->headers,
		.body = call->body,
		.sign = call->sign,
		.token = call->flags & CALL_BEARER ? online->token :
						     slice_of("", 0),
		.proxy = online->proxy,
		.ca_file = online->ca_file,
		.milliseconds = left < ATTEMPT_MAX_MS ? left : ATTEMPT_MAX_MS,
		.answer_max = online->answer_max,
	};

	call->attempts++;
	online->attempts++;
	if (!http_start(online->http, &request, call))
		return answer_failure(online, call, "the call can't be made",
				      0);
	online->active++;
	return true;
}

/* Answer all calls that wait, because none of them will be made any more. */
static bool give_up(struct online *online)
{
	bool silent = online->pause >= online->deadline &&
		      online->pause_seconds >= online->seconds;
	struct call *call;
	char failure[96];

	snprintf(failure, sizeof(failure),
		 silent ? "it asked for %u seconds without calls" :
			  "it was too slow: %u seconds are over",
		 silent ? online->pause_seconds : online->seconds);
	while ((call = call_take(online, INT64_MAX)) != NULL) {
		if (!answer_failure(online, call, failure,
				    silent ? online->pause_seconds : 0))
			return false;
	}
	return true;
}

bool calls_start(struct online *online)
{
	int64_t now = clock_ticks();
	struct call *call;

	if (!online->begun)
		return true;
	if (now >= online->deadline || online->pause >= online->deadline)
		return give_up(online);
	if (now < online->pause)
		return true;
	while (online->active < online->concurrency &&
	       (call = call_take(online, now)) != NULL) {
		if (!start_call(online, call, now))
			return false;
	}
	return true;
}

int64_t calls_time_left(const struct online *online)
{
	int64_t now = clock_ticks(), next = online->deadline;

	if (!online->begun || !online->waiting)
		return 60000;
	for (const struct call *call = online->waiting; call;
	     call = call->next) {
		if (call->not_before < next &&
		    online->active < online->concurrency)
			next = call->not_before;
	}
	if (next < online->pause)
		next = online->pause;
	return next - now + 1;
}
