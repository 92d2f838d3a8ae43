/*
 * mintage-online - the helper that calls elsewhere, for programs that do
 * without libcurl themselves. What it is told and what it tells is in frames.h;
 * upstream.h is the other end.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "budget.h"
#include "frames.h"
#include "online_http.h"
#include "service.h"

static const char usage_text[] =
	"Usage: mintage-online\n"
	"\n"
	"Started by mintage and mintage.fcgi where they call elsewhere, with a\n"
	"socket to them as standard input. It is of no use by itself.\n";

/* Times that one call is tried, and the pauses between them. */
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

struct online {
	struct http *http;
	struct frame_stream in;
	struct buffer out;
	/* The batch: */
	bool begun;
	struct buffer settings; /* what the slices borrow from */
	struct slice token, proxy, ca_file;
	unsigned concurrency;
	unsigned seconds;
	size_t answer_max;
	int64_t deadline; /* monotonic milliseconds */
	int64_t pause;    /* no call before */
	unsigned pause_seconds;
	struct budget budget;
	uint64_t attempts; /* of all calls */
	unsigned active;
	struct call *waiting; /* in the order they came */
	struct call **waiting_end;
};

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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

/* The first that may be made now. */
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

/* False: there is no memory for the answer, and no use in going on. */
static bool answer(struct online *online, struct call *call,
		   const struct http_result *result)
{
	struct frame_writer writer;

	frame_begin(&writer, &online->out, FRAME_ANSWER, call->tag);
	frame_number(&writer, result->status);
	frame_number(&writer, result->retry_after);
	frame_text(&writer, slice_text(result->failure));
	frame_text(&writer, result->headers);
	frame_text(&writer, result->body);
	call_free(call);
	return frame_end(&writer);
}

static bool answer_failure(struct online *online, struct call *call,
			   const char *failure, unsigned retry_after)
{
	struct http_result result = { .failure = failure,
				      .retry_after = retry_after };

	return answer(online, call, &result);
}

/* ---- once more? ----------------------------------------------------------- */

/* Would the same call have another answer in a moment? What may have had its
 * effect already is repeated only where the caller said so. */
static bool is_worth_it(const struct call *call,
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

/* Twice as long each time, and a random part of it: so that those who failed
 * together don't come back together. */
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

/* All calls of this machine are one caller's there. */
static void hold_off(struct online *online, const struct http_result *result)
{
	int64_t until = milliseconds() + 1000 * (int64_t)result->retry_after;

	if (result->status != 429 || result->retry_after == 0)
		return;
	if (until > online->pause) {
		online->pause = until;
		online->pause_seconds = result->retry_after;
	}
	budget_pause(&online->budget,
		     (int64_t)time(NULL) + result->retry_after);
}

static bool try_again(struct online *online, struct call *call,
		      const struct http_result *result)
{
	int64_t pause = 1000 * (int64_t)result->retry_after;
	int64_t now = milliseconds();
	int64_t wish = backoff(call->attempts);
	struct problem unused;

	if (!is_worth_it(call, result))
		return false;
	if (pause < wish)
		pause = wish;
	if (now + pause >= online->deadline)
		return false;
	if (online->budget.file >= 0 &&
	    budget_book(&online->budget, 1, (int64_t)time(NULL),
			online->budget.until,
			&unused) == ERROR_TOO_MANY_REQUESTS)
		return false;
	call->not_before = now + pause;
	call_wait(online, call);
	return true;
}

static bool finish_calls(struct online *online)
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

/* Nothing that waits will be made any more. */
static bool give_up(struct online *online)
{
	bool silent = online->pause >= online->deadline;
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

static bool start_calls(struct online *online)
{
	int64_t now = milliseconds();
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

/* Until something is due: a call that waits, or the end. */
static int64_t time_left(const struct online *online)
{
	int64_t now = milliseconds(), next = online->deadline;

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

/* ---- the batch ------------------------------------------------------------ */

static void end_batch(struct online *online)
{
	struct call *call;

	http_drop(online->http, call_free);
	while ((call = call_take(online, INT64_MAX)) != NULL)
		call_free(call);
	budget_settle(&online->budget, online->attempts, (int64_t)time(NULL));
	budget_close(&online->budget);
	buffer_free(&online->settings);
	online->active = 0;
	online->begun = false;
}

static bool reply(struct online *online, enum frame_type type,
		  const struct problem *problem)
{
	struct frame_writer writer;

	frame_begin(&writer, &online->out, type, 0);
	if (type == FRAME_BUSY)
		frame_number(&writer, problem->retry_after);
	if (problem)
		frame_text(&writer, slice_text(problem->message));
	return frame_end(&writer);
}

static bool read_settings(struct online *online, struct slice body,
			  struct slice *state_dir, uint64_t *calls)
{
	struct frame_reader reader;

	if (!buffer_add(&online->settings, body.data, body.length))
		return false;
	reader = (struct frame_reader){ .rest = buffer_slice(
						&online->settings) };
	online->token = frame_take_text(&reader);
	online->proxy = frame_take_text(&reader);
	online->ca_file = frame_take_text(&reader);
	*state_dir = frame_take_text(&reader);
	online->concurrency = (unsigned)frame_take_number(&reader);
	online->seconds = (unsigned)frame_take_number(&reader);
	*calls = frame_take_number(&reader);
	online->answer_max = (size_t)frame_take_number(&reader);
	if (online->concurrency > HTTP_MAX)
		online->concurrency = HTTP_MAX;
	return !reader.bad;
}

static bool begin_batch(struct online *online, struct slice body)
{
	int64_t now = (int64_t)time(NULL);
	struct slice state_dir;
	struct problem problem;
	enum error error = ERROR_NONE;
	uint64_t calls;

	end_batch(online);
	if (!read_settings(online, body, &state_dir, &calls))
		return false;
	online->deadline = milliseconds() + 1000 * (int64_t)online->seconds;
	online->pause = 0;
	online->attempts = 0;
	if (state_dir.length > 0) {
		error = budget_open(&online->budget, state_dir.data, &problem);
		if (!error)
			error = budget_book(&online->budget, calls, now,
					    now + online->seconds, &problem);
	}
	if (error) {
		end_batch(online);
		return reply(online,
			     error == ERROR_TOO_MANY_REQUESTS ? FRAME_BUSY :
								FRAME_UNABLE,
			     &problem);
	}
	online->begun = true;
	return reply(online, FRAME_READY, NULL);
}

static bool add_call(struct online *online, const struct frame *frame)
{
	struct call *call = malloc(sizeof(*call) + frame->body.length);
	struct frame_reader reader;

	if (!call)
		return false;
	*call = (struct call){ .tag = frame->tag, .size = frame->body.length };
	memcpy(call->text, frame->body.data, frame->body.length);
	reader = (struct frame_reader){ .rest = slice_of(call->text,
							 call->size) };
	call->method = frame_take_text(&reader);
	call->url = frame_take_text(&reader);
	call->headers = frame_take_text(&reader);
	call->body = frame_take_text(&reader);
	call->sign = frame_take_text(&reader);
	call->flags = (unsigned)frame_take_number(&reader);
	if (reader.bad || !online->begun) {
		call_free(call);
		return false;
	}
	call_wait(online, call);
	return true;
}

/* ---- the socket ----------------------------------------------------------- */

static bool take_frame(struct online *online, const struct frame *frame)
{
	switch (frame->type) {
	case FRAME_BEGIN:
		return begin_batch(online, frame->body);
	case FRAME_CALL:
		return add_call(online, frame);
	case FRAME_END:
		end_batch(online);
		return reply(online, FRAME_DONE, NULL);
	default:
		return false;
	}
}

static bool would_block(ssize_t result)
{
	return result < 0 && (errno == EAGAIN || errno == EINTR);
}

/* False at the socket's end, which is ours. */
static bool read_frames(struct online *online)
{
	ssize_t got = frame_fill(&online->in, STDIN_FILENO);
	struct frame frame;
	enum frame_step step;

	if (got <= 0)
		return would_block(got);
	while ((step = frame_next(&online->in, &frame)) == FRAME_WHOLE) {
		if (!take_frame(online, &frame))
			return false;
	}
	/* The token was in here. */
	if (!online->begun && online->in.used == online->in.bytes.length) {
		buffer_free(&online->in.bytes);
		online->in.used = 0;
	}
	return step == FRAME_PART;
}

static bool write_frames(struct online *online)
{
	struct buffer *out = &online->out;
	ssize_t put;

	if (out->length == 0)
		return true;
	put = send(STDIN_FILENO, out->data, out->length,
		   MSG_NOSIGNAL | MSG_DONTWAIT);
	if (put <= 0)
		return would_block(put);
	out->length -= (size_t)put;
	memmove(out->data, out->data + put, out->length);
	explicit_bzero(out->data + out->length, (size_t)put);
	return true;
}

static void serve(struct online *online)
{
	while (finish_calls(online) && start_calls(online) &&
	       write_frames(online)) {
		http_wait(online->http, STDIN_FILENO, online->out.length > 0,
			  time_left(online));
		if (!read_frames(online))
			return;
	}
}

/* ---- the process ---------------------------------------------------------- */

/* We end when the socket does: who is told to stop finishes its request first,
 * and needs us for it. */
static void guard_signals(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1,
				       SIGPIPE };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &ignore, NULL);
}

static bool is_socket(int file)
{
	int type;
	socklen_t size = sizeof(type);

	return getsockopt(file, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_STREAM;
}

static int usage(const char *option)
{
	if (option && strcmp(option, "--version") == 0)
		return puts("mintage-online " PACKAGE_VERSION) < 0;
	if (option && strcmp(option, "--help") == 0)
		return fputs(usage_text, stdout) < 0;
	(void)fputs(usage_text, stderr);
	return 2;
}

int main(int argc, char *argv[])
{
	struct online online = { .budget = { .file = -1 } };

	if (argc > 1 || !is_socket(STDIN_FILENO))
		return usage(argc > 1 ? argv[1] : NULL);
	guard_signals();
	service_guard_memory();
	(void)fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	online.waiting_end = &online.waiting;
	online.http = http_create();
	if (!online.http)
		return 1;
	serve(&online);
	end_batch(&online);
	http_free(online.http);
	buffer_free(&online.out);
	buffer_free(&online.in.bytes);
	return 0;
}
