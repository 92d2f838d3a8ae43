#include "plaincgi.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "body.h"
#include "cgi/service/docroot.h"
#include "lib/base/io.h"
#include "request.h"

/* Until the configuration is known, and when it is broken. */
#define SILENCE_SECONDS 30

struct plaincgi {
	uint64_t remaining; /* of the body */
	int silence_ms;     /* so long the server is waited for */
};

static const char *get_variable(void *context, const char *name)
{
	(void)context;
	return getenv(name);
}

static long stream_read(void *context, char *data, size_t size)
{
	struct plaincgi *cgi = context;
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t got;

	if (size > cgi->remaining)
		size = (size_t)cgi->remaining;
	if (size == 0)
		return 0;
	do {
		if (poll(&input, 1, cgi->silence_ms) == 0)
			return -1;
		got = read(STDIN_FILENO, data, size);
	} while (got < 0 && errno == EINTR);
	if (got > 0)
		cgi->remaining -= (uint64_t)got;
	return got;
}

static bool stream_write(void *context, const char *data, size_t length)
{
	(void)context;
	return io_write_all(STDOUT_FILENO, data, length) == 0;
}

/* Nothing is held back. */
static bool stream_flush(void *context)
{
	(void)context;
	return true;
}

/*
 * How much may be read. Not a byte beyond the length (RFC 3875, 4.2), where
 * some servers have the connection's next request. Without a length there is a
 * body all the same when it came in chunks; it will be refused, but has to be
 * drained.
 */
static uint64_t body_limit(const struct request *request)
{
	if (request->has_length)
		return request->length;
	if (slice_is(request->method, "GET") ||
	    slice_is(request->method, "HEAD"))
		return 0;
	return UINT64_MAX;
}

static void begin(struct plaincgi *cgi, struct stream *stream,
		  struct request *request)
{
	*stream = (struct stream){
		.read = stream_read,
		.write = stream_write,
		.flush = stream_flush,
		.context = cgi,
	};
	request_begin(request, stream, get_variable, NULL);
	cgi->remaining = body_limit(request);
	cgi->silence_ms = SILENCE_SECONDS * 1000;
}

static void refuse(const struct request *request, int status, const char *text)
{
	request_refuse(request, status, text);
	body_drain(request);
}

void plaincgi_refuse(int status, const char *text)
{
	struct plaincgi cgi;
	struct stream stream;
	struct request request;

	begin(&cgi, &stream, &request);
	refuse(&request, status, text);
}

/* "/home/me/a.conf:2: ..." -> "a.conf:2: ..." */
static void drop_folders(char *text)
{
	char *word = text, *out = text;

	while (*word) {
		size_t length = strcspn(word, " ");
		char *slash = memrchr(word, '/', length);

		if (slash && *word == '/') {
			length -= (size_t)(slash + 1 - word);
			word = slash + 1;
		}
		length += word[length] != '\0';
		memmove(out, word, length);
		out += length;
		word += length;
	}
	*out = '\0';
}

/* The server's log takes stderr; a stranger gets no names. */
static void refuse_broken(const struct request *request,
			  const struct problem *problem)
{
	(void)fprintf(stderr, "mintage: %s\n", problem->message);
	refuse(request, 503, REQUEST_REFUSAL_CONFIG);
}

/* Who asks for it from this machine is told more; on a shared one, no paths. */
static void refuse_unloaded(const struct request *request,
			    const struct problem *problem)
{
	char text[PROBLEM_MESSAGE_MAX + 2];

	if (!request->loopback || !slice_is(request->path, "/healthz")) {
		refuse_broken(request, problem);
		return;
	}
	(void)fprintf(stderr, "mintage: %s\n", problem->message);
	(void)snprintf(text, sizeof(text), "%s\n", problem->message);
	drop_folders(text);
	refuse(request, 503, text);
}

int plaincgi_serve(const char *config_path, service_handler *handle)
{
	struct plaincgi cgi;
	struct stream stream;
	struct request request;
	struct service service;
	struct problem problem;

	begin(&cgi, &stream, &request);
	if (service_load(&service, config_path, SERVICE_ONCE, &problem)) {
		refuse_unloaded(&request, &problem);
		return 1;
	}
	if (docroot_check_all(service.config, get_variable, NULL, &problem)) {
		refuse_broken(&request, &problem);
		service_free(&service);
		return 1;
	}
	if (problem.error != ERROR_NONE)
		(void)fprintf(stderr, "mintage: %s\n", problem.message);
	cgi.silence_ms = (int)service.config->request_timeout * 1000;
	handle(&service, &request);
	if (service.renderer.broken[0])
		(void)fprintf(stderr, "mintage: %s\n", service.renderer.broken);
	/* Else some servers send an empty or a broken answer. */
	body_drain(&request);
	service_free(&service);
	return 0;
}
