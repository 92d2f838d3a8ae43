#include "upstream.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper.h"
#include "lib/base/clock.h"
#include "lib/config/state.h"

/* How long past the end of a batch's time the helper may still answer. */
#define PATIENCE_MS 10000

/* Bytes of an answer's body. Cloudflare's answer with a credential has a few
 * thousand. */
#define ANSWER_MAX ((size_t)1 << 20)

/* ---- the settings --------------------------------------------------------- */

/*
 * The folder in which calls are counted: the configuration's, else /run/mintage
 * where it can be written, else the folder of the audit log, else the folder
 * that a person's programs have for this.
 */
static const char *state_folder(const struct config *config)
{
	static char path[4096];
	const char *shared = config_state_folder(config);
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (shared)
		return shared;
	if (config_state_beside_log(config, path, sizeof(path)) &&
	    config_state_is_writable(path))
		return path;
	if (!runtime || *runtime != '/')
		return CONFIG_STATE_USUAL;
	snprintf(path, sizeof(path), "%s/mintage", runtime);
	(void)mkdir(path, 0700);
	return path;
}

void upstream_prepare(const struct config *config)
{
	(void)state_folder(config);
}

void upstream_settings(struct upstream_batch *batch,
		       const struct config *config, struct slice token)
{
	*batch = (struct upstream_batch){
		.token = token,
		.proxy = config->api_proxy,
		.ca_file = config->api_ca_file,
		.state_dir = state_folder(config),
		.concurrency = config->api_concurrency,
		.seconds = config->api_deadline,
		.calls = 1,
		.answer_max = ANSWER_MAX,
	};
}

/* ---- the helper ----------------------------------------------------------- */

static enum error gone(struct upstream *upstream, struct problem *problem)
{
	upstream_stop(upstream);
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "mintage-online, which makes the calls, ended; try "
			   "again");
}

/* Between batches the helper sends nothing, so that there is nothing to read
 * from its socket. An end of file there means that the helper has ended. */
static bool is_alive(const struct upstream *upstream)
{
	char byte;

	return upstream->helper != 0 &&
	       recv(upstream->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       errno == EAGAIN;
}

static bool send_all(struct upstream *upstream)
{
	struct buffer *out = &upstream->out;
	size_t sent = 0;

	while (sent < out->length) {
		ssize_t put = send(upstream->socket, out->data + sent,
				   out->length - sent, MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		sent += (size_t)put;
	}
	explicit_bzero(out->data, out->length);
	out->length = 0;
	return true;
}

/* The next frame; false when there will be none. */
static bool receive(struct upstream *upstream, struct frame *frame)
{
	struct pollfd socket = { .fd = upstream->socket, .events = POLLIN };
	enum frame_step step;
	int64_t left;
	ssize_t got;
	int ready;

	while ((step = frames_next(&upstream->in, frame)) == FRAME_PART) {
		left = upstream->patience - clock_ticks();
		if (left <= 0)
			return false;
		ready = poll(&socket, 1, (int)left);
		/* After a signal there may be nothing to read yet, and a read
		 * would wait without an end. */
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return false;
		got = frames_fill(&upstream->in, upstream->socket);
		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
	}
	return step == FRAME_WHOLE;
}

static bool send_begin(struct upstream *upstream,
		       const struct upstream_batch *batch)
{
	struct frame_writer writer;

	frames_begin(&writer, &upstream->out, FRAME_BEGIN, 0);
	frames_text(&writer, batch->token);
	frames_text(&writer, slice_text(batch->proxy));
	frames_text(&writer, slice_text(batch->ca_file));
	frames_text(&writer, slice_text(batch->state_dir));
	frames_number(&writer, batch->concurrency);
	frames_number(&writer, batch->seconds);
	frames_number(&writer, batch->calls);
	frames_number(&writer, batch->answer_max);
	return frames_end(&writer) && send_all(upstream);
}

static enum error start(struct upstream *upstream, struct problem *problem)
{
	enum error error;

	if (is_alive(upstream))
		return ERROR_NONE;
	upstream_stop(upstream);
	if (!upstream->start)
		return helper_start(&upstream->helper, &upstream->socket,
				    problem);
	error = upstream->start(upstream->context, &upstream->socket, problem);
	upstream->helper = error ? 0 : -1;
	return error;
}

/* What it says to FRAME_BEGIN. */
static enum error take_verdict(const struct frame *frame,
			       struct problem *problem)
{
	struct frame_reader reader = { .rest = frame->body };
	enum error error = ERROR_UNAVAILABLE;
	unsigned seconds = 0;
	struct slice text;

	if (frame->type == FRAME_READY)
		return ERROR_NONE;
	if (frame->type == FRAME_BUSY) {
		seconds = (unsigned)frames_take_number(&reader);
		error = ERROR_TOO_MANY_REQUESTS;
	}
	text = frames_take_text(&reader);
	problem_set(problem, error, NULL, "%s", text.data);
	problem->retry_after = seconds;
	return error;
}

enum error upstream_begin(struct upstream *upstream,
			  const struct upstream_batch *batch,
			  struct problem *problem)
{
	bool is_old = is_alive(upstream);
	enum error error = start(upstream, problem);
	struct frame frame;

	if (error)
		return error;
	upstream->patience =
		clock_ticks() + 1000 * (int64_t)batch->seconds + PATIENCE_MS;
	if (!send_begin(upstream, batch) || !receive(upstream, &frame)) {
		error = gone(upstream, problem);
		/* It may have been about to end; a new one isn't. */
		return is_old ? upstream_begin(upstream, batch, problem) :
				error;
	}
	error = take_verdict(&frame, problem);
	upstream->begun = error == ERROR_NONE;
	return error;
}

/* ---- calls ---------------------------------------------------------------- */

enum error upstream_call(struct upstream *upstream, uint64_t tag,
			 const struct upstream_call *call,
			 struct problem *problem)
{
	struct frame_writer writer;

	if (!upstream->begun)
		return gone(upstream, problem);
	frames_begin(&writer, &upstream->out, FRAME_CALL, tag);
	frames_text(&writer, slice_text(call->method));
	frames_text(&writer, call->url);
	frames_text(&writer, call->headers);
	frames_text(&writer, call->body);
	frames_text(&writer, call->sign);
	frames_number(&writer, call->flags);
	if (!frames_end(&writer))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "no memory for a call");
	return send_all(upstream) ? ERROR_NONE : gone(upstream, problem);
}

enum error upstream_answer(struct upstream *upstream,
			   struct upstream_answer *answer,
			   struct problem *problem)
{
	struct frame_reader reader;
	struct frame frame;

	if (!upstream->begun || !receive(upstream, &frame) ||
	    frame.type != FRAME_ANSWER)
		return gone(upstream, problem);
	reader = (struct frame_reader){ .rest = frame.body };
	answer->tag = frame.tag;
	answer->status = (unsigned)frames_take_number(&reader);
	answer->retry_after = (unsigned)frames_take_number(&reader);
	answer->failure = frames_take_text(&reader);
	answer->headers = frames_take_text(&reader);
	answer->body = frames_take_text(&reader);
	return reader.bad ? gone(upstream, problem) : ERROR_NONE;
}

struct slice upstream_header(const struct upstream_answer *answer,
			     const char *name)
{
	struct slice rest = answer->headers, line, label;

	while (slice_split(&rest, '\n', &line)) {
		if (slice_split(&line, ':', &label) && line.data &&
		    slice_equal_nocase(label, slice_text(name)))
			return slice_trim(line);
	}
	return slice_of(NULL, 0);
}

enum error upstream_ask(struct upstream *upstream,
			const struct upstream_batch *batch,
			const struct upstream_call *call,
			struct upstream_answer *answer, struct problem *problem)
{
	enum error error = upstream_begin(upstream, batch, problem);

	if (!error)
		error = upstream_call(upstream, 0, call, problem);
	if (!error)
		error = upstream_answer(upstream, answer, problem);
	return error;
}

void upstream_end(struct upstream *upstream)
{
	struct frame_writer writer;
	struct frame frame;

	if (!upstream->begun)
		return;
	upstream->begun = false;
	/* What it still does ends within moments. */
	upstream->patience = clock_ticks() + PATIENCE_MS;
	frames_begin(&writer, &upstream->out, FRAME_END, 0);
	if (!frames_end(&writer) || !send_all(upstream)) {
		upstream_stop(upstream);
		return;
	}
	do {
		if (!receive(upstream, &frame)) {
			upstream_stop(upstream);
			return;
		}
	} while (frame.type != FRAME_DONE);
	/* Credentials passed through here. */
	buffer_free(&upstream->in.bytes);
	upstream->in.used = 0;
}

void upstream_stop(struct upstream *upstream)
{
	if (upstream->helper > 0)
		helper_stop(upstream->helper, upstream->socket);
	else if (upstream->helper < 0)
		(void)close(upstream->socket);
	buffer_free(&upstream->out);
	buffer_free(&upstream->in.bytes);
	*upstream = (struct upstream){ .start = upstream->start,
				       .context = upstream->context };
}
