#include "body.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static enum error store(struct body *body, size_t length,
			struct problem *problem)
{
	int error = spool_open(&body->spool, getenv("TMPDIR"), length);

	body->data = body->spool.data;
	if (error == 0)
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, "",
			   "the request body can't be stored now (%s): try "
			   "again later",
			   strerror(error));
}

/* Read as many bytes as Content-Length announced, and check that the body ends
 * behind them. */
static enum error receive(struct body *body, size_t length,
			  struct stream *stream, struct problem *problem)
{
	long got = 1;
	char more;

	while (body->length < length && got > 0) {
		size_t rest = length - body->length;

		got = stream->read(stream->context, body->data + body->length,
				   rest < INT_MAX ? rest : INT_MAX);
		if (got > 0)
			body->length += (size_t)got;
	}
	body->data[body->length] = '\0';
	if (got > 0)
		got = stream->read(stream->context, &more, 1);
	if (got < 0)
		return problem_set(problem, ERROR_CLIENT_GONE, "",
				   "the request body broke off: send it again");
	if (body->length < length)
		return problem_set(problem, ERROR_SHORT_BODY, "",
				   "the request body has %zu bytes, but its "
				   "Content-Length says %zu: send it again",
				   body->length, length);
	/* A server may unpack a body and leave the length of the packed one. A
	 * manifest that was cut at that length might still look whole. */
	if (got > 0)
		return problem_set(problem, ERROR_MALFORMED, "",
				   "the request body is longer than its "
				   "Content-Length of %zu bytes: send it "
				   "without Content-Encoding",
				   length);
	return ERROR_NONE;
}

enum error body_read(struct body *body, const struct request *request,
		     uint64_t max, struct problem *problem)
{
	enum error error;

	*body = (struct body){ 0 };
	if (request->bad_length)
		return problem_set(problem, ERROR_BAD_VALUE, "",
				   "Content-Length is not a number: let your "
				   "client write that header");
	if (!request->has_length)
		return problem_set(
			problem, ERROR_LENGTH_REQUIRED, "",
			"the request has no Content-Length: send one "
			"with the body");
	/* A length below PTRDIFF_MAX has space for the NUL, both as a size and
	 * as a file offset. */
	if (request->length > max || request->length >= PTRDIFF_MAX)
		return problem_set(problem, ERROR_TOO_LARGE, "",
				   "the request body is larger than the %llu "
				   "bytes that this server takes: split the "
				   "manifest",
				   (unsigned long long)max);
	error = store(body, (size_t)request->length, problem);
	if (error == ERROR_NONE)
		error = receive(body, (size_t)request->length, request->stream,
				problem);
	return error;
}

enum error body_none_check(const struct request *request,
			   struct problem *problem)
{
	struct stream *stream = request->stream;
	bool is_announced = request->bad_length || request->length > 0 ||
			    request->has_coding;
	char byte;
	long got = is_announced ? 1 : stream->read(stream->context, &byte, 1);

	if (got == 0)
		return ERROR_NONE;
	if (got < 0)
		return problem_set(problem, ERROR_CLIENT_GONE, "",
				   "the request broke off: send it again");
	return problem_set(problem, ERROR_MALFORMED, "",
			   "a GET has no body: put its fields into the query");
}

void body_free(struct body *body)
{
	spool_close(&body->spool);
	*body = (struct body){ 0 };
}

void body_drain(const struct request *request)
{
	struct stream *stream = request->stream;
	char waste[8192];

	while (stream->read(stream->context, waste, sizeof(waste)) > 0)
		;
}
