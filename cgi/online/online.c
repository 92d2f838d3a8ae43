/*
 * mintage-online - the helper that calls elsewhere, for programs that are not
 * linked with libcurl themselves. frames.h says what it is sent and what it
 * answers; cgi/upstream/upstream.h is the other end.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "calls.h"
#include "lib/base/clock.h"
#include "lib/base/process.h"

static const char usage_text[] =
	"Usage: mintage-online\n"
	"\n"
	"Started by mintage and mintage.fcgi where they call elsewhere, with a\n"
	"socket to them as standard input. It is of no use by itself.\n";

/* Seconds. A batch waits as long for the end of a pause that was asked for
 * before. After a longer one it is better asked for again: meanwhile the
 * process that waits can serve others. */
#define PATIENCE 5

/* ---- the batch ------------------------------------------------------------ */

static void end_batch(struct online *online)
{
	calls_drop(online);
	budget_settle(&online->budget, online->attempts, budget_now());
	budget_close(&online->budget);
	buffer_free(&online->settings);
	online->begun = false;
}

static bool reply(struct online *online, enum frame_type type,
		  const struct problem *problem)
{
	struct frame_writer writer;

	frames_begin(&writer, &online->out, type, 0);
	if (type == FRAME_BUSY)
		frames_number(&writer, problem->retry_after);
	if (problem)
		frames_text(&writer, slice_text(problem->message));
	return frames_end(&writer);
}

static bool read_settings(struct online *online, struct slice body,
			  struct slice *state_dir, uint64_t *calls)
{
	struct frame_reader reader;

	if (!buffer_add(&online->settings, body.data, body.length))
		return false;
	reader = (struct frame_reader){ .rest = buffer_slice(
						&online->settings) };
	online->token = frames_take_text(&reader);
	online->proxy = frames_take_text(&reader);
	online->ca_file = frames_take_text(&reader);
	*state_dir = frames_take_text(&reader);
	online->concurrency = (unsigned)frames_take_number(&reader);
	online->seconds = (unsigned)frames_take_number(&reader);
	*calls = frames_take_number(&reader);
	online->answer_max = (size_t)frames_take_number(&reader);
	if (online->concurrency > HTTP_MAX)
		online->concurrency = HTTP_MAX;
	return !reader.bad;
}

static bool begin_batch(struct online *online, struct slice body)
{
	int64_t now = budget_now();
	struct slice state_dir;
	struct problem problem;
	enum error error = ERROR_NONE;
	uint64_t calls;

	end_batch(online);
	if (!read_settings(online, body, &state_dir, &calls))
		return false;
	online->deadline = clock_ticks() + 1000 * (int64_t)online->seconds;
	online->pause = 0;
	online->attempts = 0;
	if (state_dir.length > 0) {
		error = budget_open(&online->budget, state_dir.data, &problem);
		if (!error)
			error = budget_book(&online->budget, calls, now,
					    now + online->seconds, PATIENCE,
					    &problem);
		calls_hold(online, online->budget.pause);
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

/* ---- the socket ----------------------------------------------------------- */

static bool take_frame(struct online *online, const struct frame *frame)
{
	switch (frame->type) {
	case FRAME_BEGIN:
		return begin_batch(online, frame->body);
	case FRAME_CALL:
		return calls_add(online, frame);
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

/* False when the socket has ended, or when what comes is malformed: then this
 * program ends too. */
static bool read_frames(struct online *online)
{
	ssize_t got = frames_fill(&online->in, STDIN_FILENO);
	struct frame frame;
	enum frame_step step;

	if (got <= 0)
		return would_block(got);
	while ((step = frames_next(&online->in, &frame)) == FRAME_WHOLE) {
		if (!take_frame(online, &frame))
			return false;
	}
	/* The token was in this buffer. */
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
	while (calls_finish(online) && calls_start(online) &&
	       write_frames(online)) {
		http_wait(online->http, STDIN_FILENO, online->out.length > 0,
			  calls_time_left(online));
		if (!read_frames(online))
			return;
	}
}

/* ---- the process ---------------------------------------------------------- */

/* This program ends when its socket does, not by a signal: a program that is
 * told to stop finishes its request first, and needs its helper for that. */
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
	process_guard_memory();
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
