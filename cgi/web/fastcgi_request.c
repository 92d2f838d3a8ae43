#include "fastcgi_request.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fastcgi_record.h"
#include "fastcgi_socket.h"
#include "lib/base/clock.h"

/* ---- the connection ----------------------------------------------------- */

/* Read what there is, and wait for it as long as the connection's limit allows.
 * False when nothing comes. */
static bool fill(struct fastcgi_request *request)
{
	size_t size;
	char *space = fastcgi_reader_space(&request->reader, &size);

	size = fastcgi_connection_read(&request->connection, space, size);
	fastcgi_reader_add(&request->reader, size);
	return size > 0;
}

bool fastcgi_request_take(struct fastcgi_request *request)
{
	size_t size;
	char *space;

	if (fastcgi_request_is_waiting(request))
		return true;
	space = fastcgi_reader_space(&request->reader, &size);
	size = fastcgi_connection_take(&request->connection, space, size);
	fastcgi_reader_add(&request->reader, size);
	return size > 0;
}

static bool send_reply(struct fastcgi_request *request)
{
	struct fastcgi_reply *reply = &request->reader.reply;
	struct iovec part = { reply->bytes, reply->length };

	return fastcgi_connection_write(&request->connection, &part, 1);
}

void fastcgi_request_drop(struct fastcgi_request *request)
{
	fastcgi_connection_close(&request->connection);
	fastcgi_reader_free(&request->reader);
}

/* Milliseconds. How long the server may be silent before a connection is closed:
 * after it has sent everything, and where more of a body is sure to come. */
#define LINGER_MS 20
#define LINGER_BODY_MS 500

/* Milliseconds. How long it may go on sending. */
#define LINGER_ALL_MS 30000

/*
 * Close the connection, but let the server close it first where it does so at
 * once. A socket that is closed while something comes in answers with a reset,
 * and the server could lose the end of the answer. Apache does, where it still
 * sends a body that was refused by its length.
 */
static void close_gently(struct fastcgi_request *request, int silence_ms)
{
	struct pollfd poll_last = { .fd = request->connection.file,
				    .events = POLLIN };
	bool open = shutdown(request->connection.file, SHUT_WR) == 0;
	int64_t end = clock_ticks() + LINGER_ALL_MS;
	char waste[8192];

	while (open && poll(&poll_last, 1, silence_ms) > 0 &&
	       clock_ticks() < end)
		open = recv(request->connection.file, waste, sizeof(waste),
			    MSG_DONTWAIT) > 0;
	fastcgi_request_drop(request);
}

/* ---- reading the body --------------------------------------------------- */

/* One step of the reader; FASTCGI_BROKEN also where the connection is. */
static enum fastcgi_step read_step(struct fastcgi_request *request, size_t max,
				   struct slice *part)
{
	enum fastcgi_step step;

	if (request->is_gone)
		return FASTCGI_BROKEN;
	do {
		step = fastcgi_reader_next(&request->reader, max, part);
	} while ((step == FASTCGI_MORE && fill(request)) ||
		 (step == FASTCGI_REPLY && send_reply(request)));
	request->is_gone = step != FASTCGI_BODY && step != FASTCGI_END;
	return step;
}

static long stream_read(void *context, char *data, size_t size)
{
	struct fastcgi_request *request = context;
	struct slice part;

	if (size == 0)
		return 0;
	switch (read_step(request, size, &part)) {
	case FASTCGI_BODY:
		memcpy(data, part.data, part.length);
		return (long)part.length;
	case FASTCGI_END:
		return 0;
	default:
		return -1;
	}
}

/* ---- writing the answer ------------------------------------------------- */

/* Bytes. From this length on, text is not collected first. */
#define OWN_RECORD_MIN 16384

static bool write_records(struct fastcgi_request *request, const void *data,
			  size_t length)
{
	if (!request->is_cut)
		request->is_cut = !fastcgi_record_write(
			&request->connection, request->reader.id, data, length);
	return !request->is_cut;
}

/* Empty the window. Returns how many bytes were in it; they are still there. */
static size_t take_window(struct fastcgi_request *request)
{
	size_t length = (size_t)(request->out.wrNext - request->window);

	request->out.wrNext = request->window;
	if (request->dirty < length)
		request->dirty = length;
	return length;
}

/* Send what the stream has collected. libfcgi calls this when the window is
 * full. */
static void out_empty(FCGX_Stream *stream, int is_end)
{
	struct fastcgi_request *request = stream->data;
	size_t length = take_window(request);

	(void)is_end;
	if (!write_records(request, request->window, length))
		stream->isClosed = 1;
}

static void out_begin(struct fastcgi_request *request)
{
	unsigned char *end = request->window + sizeof(request->window);

	request->is_cut = false;
	request->out = (FCGX_Stream){
		.rdNext = end,
		.wrNext = request->window,
		.stop = end,
		.emptyBuffProc = out_empty,
		.data = request,
	};
}

static bool stream_flush(void *context)
{
	struct fastcgi_request *request = context;

	return FCGX_FFlush(&request->out) == 0 && !request->is_cut;
}

static void stream_cut(void *context)
{
	struct fastcgi_request *request = context;

	request->is_cut = true;
}

static bool stream_write(void *context, const char *data, size_t length)
{
	struct fastcgi_request *request = context;

	if (length >= OWN_RECORD_MIN)
		return stream_flush(request) &&
		       write_records(request, data, length);
	return FCGX_PutStr(data, (int)length, &request->out) == (int)length &&
	       !request->is_cut;
}

/* ---- how a request begins ----------------------------------------------- */

void fastcgi_request_init(struct fastcgi_request *request)
{
	*request = (struct fastcgi_request){
		.connection = { .file = -1 },
		.is_local = fastcgi_socket_is_local(),
		.stream = {
			.read = stream_read,
			.write = stream_write,
			.flush = stream_flush,
			.cut = stream_cut,
			.context = request,
		},
	};
}

bool fastcgi_request_is_waiting(const struct fastcgi_request *request)
{
	return fastcgi_reader_has_bytes(&request->reader);
}

/* List the parameters that the reader has stored. */
static bool list_parameters(struct fastcgi_request *request)
{
	size_t count = request->reader.param_count;
	char *next = request->reader.params.data;

	if (count >= request->parameter_places) {
		char **places = reallocarray(request->parameters, count + 1,
					     sizeof(*places));

		if (!places)
			return false;
		request->parameters = places;
		request->parameter_places = count + 1;
	}
	for (size_t i = 0; i < count; i++) {
		request->parameters[i] = next;
		next += strlen(next) + 1;
	}
	request->parameters[count] = NULL;
	return true;
}

/* Read until a request's parameters are there, or until the connection is idle:
 * FASTCGI_MORE. Then whoever waits for the next record must take signals. */
static enum fastcgi_step read_parameters(struct fastcgi_request *request)
{
	struct slice unused;
	enum fastcgi_step step;

	if (!fastcgi_request_is_waiting(request) && !fill(request))
		return FASTCGI_BROKEN;
	do {
		step = fastcgi_reader_next(&request->reader, 0, &unused);
		if (step == FASTCGI_MORE &&
		    fastcgi_reader_is_idle(&request->reader))
			return FASTCGI_MORE;
	} while ((step == FASTCGI_MORE && fill(request)) ||
		 (step == FASTCGI_REPLY && send_reply(request)));
	return step == FASTCGI_MORE ? FASTCGI_BROKEN : step;
}

bool fastcgi_request_accept(struct fastcgi_request *request)
{
	request->is_gone = false;
	switch (read_parameters(request)) {
	case FASTCGI_MORE:
		return false;
	case FASTCGI_PARAMS:
		if (!list_parameters(request))
			break;
		out_begin(request);
		return true;
	case FASTCGI_FAREWELL:
		if (!send_reply(request))
			break;
		close_gently(request, LINGER_MS);
		return false;
	default:
		break;
	}
	fastcgi_request_drop(request);
	return false;
}

const char *fastcgi_request_parameter(void *context, const char *name)
{
	struct fastcgi_request *request = context;

	return FCGX_GetParam(name, request->parameters);
}

/* ---- how a request ends ------------------------------------------------- */

/*
 * Has the body been read to its end? Where a body was not, the connection is
 * not kept: its server may still be sending it, and we would have to read all
 * of it before the next request. Reading one byte more is enough to know.
 */
static bool body_is_over(struct fastcgi_request *request)
{
	char more;

	return stream_read(request, &more, 1) == 0;
}

/* Has the body been read to its end already? */
static bool body_was_read(struct fastcgi_request *request)
{
	struct slice unused;
	enum fastcgi_step step;

	do {
		step = fastcgi_reader_next(&request->reader, 0, &unused);
	} while (step == FASTCGI_REPLY && send_reply(request));
	return step == FASTCGI_END;
}

/* Credentials passed through the window. Nothing in it is still to be sent. */
static void wipe_window(struct fastcgi_request *request)
{
	(void)take_window(request);
	explicit_bzero(request->window, request->dirty);
	request->dirty = 0;
}

/* Send what is left of the answer, and its end. False where the answer is not
 * whole or the server is gone. */
static bool finish(struct fastcgi_request *request)
{
	size_t length = request->is_cut ? 0 : take_window(request);
	bool taken =
		!request->is_cut &&
		fastcgi_record_finish(&request->connection, request->reader.id,
				      (const char *)request->window, length);

	wipe_window(request);
	return taken;
}

void fastcgi_request_end(struct fastcgi_request *request)
{
	/* The answer must not wait for a body that nobody asked for. */
	bool is_read = body_was_read(request);
	bool delivered = is_read || stream_flush(request);
	bool keep = delivered && request->reader.keep &&
		    (is_read || body_is_over(request));

	if (!delivered || !finish(request)) {
		wipe_window(request);
		fastcgi_request_drop(request);
	} else if (keep) {
		fastcgi_reader_forget(&request->reader);
	} else if (!body_was_read(request)) {
		close_gently(request, LINGER_BODY_MS);
	} else if (request->is_local) {
		/* A Unix socket (unix(7)) loses nothing when it is closed, and
		 * the server has nothing more to send. */
		fastcgi_request_drop(request);
	} else {
		close_gently(request, LINGER_MS);
	}
}

void fastcgi_request_free(struct fastcgi_request *request)
{
	fastcgi_request_drop(request);
	free(request->parameters);
	request->parameters = NULL;
}
