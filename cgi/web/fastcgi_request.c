#include "fastcgi_request.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fastcgi_record.h"
#include "fastcgi_socket.h"

/* ---- reading the body, writing the answer ------------------------------- */

static long stream_read(void *context, char *data, size_t size)
{
	struct fastcgi_request *request = context;
	FCGX_Stream *in = request->fcgx.in;
	int got = FCGX_GetStr(data, size < INT_MAX ? (int)size : INT_MAX, in);

	/* Bytes that came before an error are returned first; the call after
	 * that returns the error. */
	if (got == 0 && FCGX_GetError(in) != 0)
		return -1;
	return got;
}

/* Bytes. From this length on, one record of our own costs less than the records
 * of libfcgi, which hold 8 KB. */
#define OWN_RECORD_MIN 16384

/* Write `data` as records of our own. */
static bool write_own(struct fastcgi_request *request, const char *data,
		      size_t length)
{
	FCGX_Request *fcgx = &request->fcgx;

	/* What libfcgi still holds must be sent before it. */
	if (FCGX_FFlush(fcgx->out) != 0 || FCGX_GetError(fcgx->out) != 0)
		return false;
	request->is_cut = !fastcgi_record_write(fcgx->ipcFd, fcgx->requestId,
						data, length);
	return !request->is_cut;
}

static bool stream_write(void *context, const char *data, size_t length)
{
	struct fastcgi_request *request = context;
	FCGX_Stream *out = request->fcgx.out;

	if (request->is_cut)
		return false;
	if (length >= OWN_RECORD_MIN)
		return write_own(request, data, length);
	while (length > 0) {
		int part = length < INT_MAX ? (int)length : INT_MAX;

		if (FCGX_PutStr(data, part, out) != part)
			return false;
		data += part;
		length -= (size_t)part;
	}
	return FCGX_GetError(out) == 0;
}

static bool stream_flush(void *context)
{
	struct fastcgi_request *request = context;
	FCGX_Stream *out = request->fcgx.out;

	/* FCGX_FFlush succeeds on a stream that has failed before, so ask for
	 * the stream's error too. */
	return !request->is_cut && FCGX_FFlush(out) == 0 &&
	       FCGX_GetError(out) == 0;
}

/* ---- how a request begins ----------------------------------------------- */

bool fastcgi_request_init(struct fastcgi_request *request)
{
	request->stream = (struct stream){
		.read = stream_read,
		.write = stream_write,
		.flush = stream_flush,
		.context = request,
	};
	request->is_local = fastcgi_socket_is_local();
	/* After each request libfcgi waits for the server to close, for this
	 * many milliseconds. Its default is 2000. */
	return setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "20", 0) == 0 &&
	       FCGX_Init() == 0 && FCGX_InitRequest(&request->fcgx, -1, 0) == 0;
}

bool fastcgi_request_accept(struct fastcgi_request *request)
{
	FCGX_Request *fcgx = &request->fcgx;
	const char *role;

	/* FCGX_Accept_r first ends "the request before", and unless that asked
	 * to keep the connection, closes it. */
	fcgx->keepConnection = 1;
	if (FCGX_Accept_r(fcgx) < 0) {
		/* libfcgi has no socket of its own to accept from (-1), so it
		 * returns instead of waiting for the next connection. */
		fastcgi_request_drop(request);
		return false;
	}
	/* Where a connection breaks off or falls silent between two parameters,
	 * libfcgi takes that for the end of the parameters, and the missing one
	 * may be REMOTE_USER. Only the role of a responder is served: to an
	 * authorizer, our 200 to any request would mean that it is allowed. */
	role = FCGX_GetParam("FCGI_ROLE", fcgx->envp);
	if (FCGX_GetError(fcgx->in) != 0 || !role ||
	    strcmp(role, "RESPONDER") != 0) {
		fastcgi_request_drop(request);
		return false;
	}
	request->is_cut = false;
	request->window = fcgx->out->wrNext;
	return true;
}

const char *fastcgi_request_parameter(void *context, const char *name)
{
	struct fastcgi_request *request = context;

	return FCGX_GetParam(name, request->fcgx.envp);
}

/* ---- how a request ends ------------------------------------------------- */

void fastcgi_request_drop(struct fastcgi_request *request)
{
	FCGX_Free(&request->fcgx, 1);
	request->fcgx.keepConnection = 0;
}

/*
 * Has the body been read to its end? On a kept connection, libfcgi would take
 * the rest of a body for the next request. The client wrote that body, and
 * could then send us any parameters, as if it were the web server. Reading one
 * byte more is enough to know.
 */
static bool body_is_over(struct fastcgi_request *request)
{
	char more;

	return stream_read(request, &more, 1) == 0;
}

/* Overwrite the value of a parameter that holds a secret. */
static void wipe_parameter(struct fastcgi_request *request, const char *name)
{
	char *value = FCGX_GetParam(name, request->fcgx.envp);

	if (value)
		explicit_bzero(value, strlen(value));
}

/*
 * End the request and close its connection at once. FCGX_Finish_r would first
 * wait for the server to close, because a TCP socket that is closed while the
 * server still sends answers with a reset, and the server could lose the
 * answer. A Unix socket (unix(7)) loses nothing, and a server whose body was
 * read to its end sends nothing more.
 */
static void close_local(struct fastcgi_request *request)
{
	FCGX_Request *fcgx = &request->fcgx;
	int connection = fcgx->ipcFd;

	(void)FCGX_FClose(fcgx->err);
	(void)FCGX_FClose(fcgx->out);
	FCGX_Free(fcgx, 0);
	(void)close(connection);
	fcgx->ipcFd = -1;
}

void fastcgi_request_end(struct fastcgi_request *request)
{
	FCGX_Request *fcgx = &request->fcgx;
	FCGX_Stream *out = fcgx->out;
	bool delivered = stream_flush(request);

	/* Credentials passed through libfcgi's buffer. Nothing in it is still
	 * to be sent: it was flushed, or the connection is dropped below. */
	explicit_bzero(request->window, (size_t)(out->stop - request->window));
	wipe_parameter(request, "HTTP_AUTHORIZATION");
	wipe_parameter(request, "REDIRECT_HTTP_AUTHORIZATION");
	if (!delivered) {
		/* FCGX_Finish_r would send the whole last buffer again, after
		 * the part of it that was sent already. */
		fastcgi_request_drop(request);
		return;
	}
	if (request->is_local && !fcgx->keepConnection && fcgx->in->isClosed) {
		close_local(request);
		return;
	}
	if (fcgx->keepConnection && !body_is_over(request))
		fcgx->keepConnection = 0;
	FCGX_Finish_r(fcgx);
}
