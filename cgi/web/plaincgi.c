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
#include "cgi/service/sandbox.h"
#include "client.h"
#include "deadline.h"
#include "request.h"

/* How long the web server may be silent before the configuration is known, and
 * where that is broken. */
#define SILENCE_SECONDS 30

struct plaincgi {
	uint64_t remaining; /* bytes of the body that may still be read */
	int silence_ms;     /* how long to wait for the server, in ms */
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

/* After a write failed with errno: can it be repeated? Waits until it can. */
static bool may_write_again(void)
{
	struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (errno == EAGAIN && poll(&output, 1, -1) >= 0)
		return true;
	return errno == EINTR && !deadline_is_over();
}

static bool stream_write(void *context, const char *data, size_t length)
{
	(void)context;
	while (length > 0) {
		ssize_t put = write(STDOUT_FILENO, data, length);

		if (put > 0) {
			data += put;
			length -= (size_t)put;
		} else if (put == 0 || !may_write_again()) {
			return false;
		}
	}
	return true;
}

/* There is nothing to flush: stream_write has passed everything on. */
static bool stream_flush(void *context)
{
	(void)context;
	return true;
}

/* Nothing was kept back, and the end of the process ends the connection. */
static void stream_cut(void *context)
{
	(void)context;
}

/*
 * How many bytes of the body may be read. Not one beyond CONTENT_LENGTH (RFC
 * 3875, 4.2), because some servers leave the next request of the connection
 * there. A body that came in chunks has no CONTENT_LENGTH. It will be refused,
 * but must still be read to its end.
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
		.cut = stream_cut,
		.context = cgi,
	};
	request_begin(request, stream, environ);
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

/* Reduce each absolute path to its last name: "/home/me/a.conf:2: ..." becomes
 * "a.conf:2: ...". */
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

/* Write the problem to stderr, which web servers put in their log. The answer
 * does not name the file, because anyone may read it. */
static void refuse_broken(const struct request *request,
			  const struct problem *problem)
{
	(void)fprintf(stderr, "mintage: %s\n", problem->message);
	refuse(request, 503, REQUEST_REFUSAL_CONFIG);
}

/* As refuse_broken, but tell whoever asks /healthz from this machine what is
 * wrong. Others may share the machine, so folders are left out. */
static void refuse_unloaded(const struct request *request,
			    const struct problem *problem)
{
	char text[PROBLEM_MESSAGE_MAX + 2];
	struct client client;

	client_read(&client, request, NULL);
	if (!client.loopback || !slice_is(request->path, "/healthz")) {
		refuse_broken(request, problem);
		return;
	}
	(void)fprintf(stderr, "mintage: %s\n", problem->message);
	(void)snprintf(text, sizeof(text), "%s\n", problem->message);
	drop_folders(text);
	refuse(request, 503, text);
}

/* Confine this process before a byte of the request's body is read. Where a
 * request may need the helper, a process stays behind that can start it. */
static enum error confine(struct service *service, struct keeper *keeper,
			  struct problem *problem)
{
	const struct config *config = service->config;
	enum error error;

	*keeper = (struct keeper){ .socket = -1 };
	if (!config->sandbox)
		return ERROR_NONE;
	if (keeper_is_needed(config)) {
		error = keeper_begin(keeper, NULL, service->config, problem);
		if (error)
			return error;
		service_rely(service, keeper);
	}
	error = sandbox_enter(config, SANDBOX_TEMPLATES_NEEDED, problem);
	if (error)
		keeper_end(keeper);
	return error;
}

static void tell_of_trouble(const struct state_trouble *trouble)
{
	if (trouble->lasts)
		(void)fprintf(stderr, "mintage: %s\n", trouble->why);
}

int plaincgi_serve(const char *config_path, service_handler *handle)
{
	struct plaincgi cgi;
	struct stream stream;
	struct request request;
	struct service service;
	struct problem problem;
	struct keeper keeper;

	begin(&cgi, &stream, &request);
	if (service_load(&service, config_path, SERVICE_ONCE, &problem)) {
		refuse_unloaded(&request, &problem);
		return 1;
	}
	if (problem.error != ERROR_NONE)
		(void)fprintf(stderr, "mintage: %s\n", problem.message);
	if (docroot_check_all(service.config, get_variable, NULL, &problem) ||
	    confine(&service, &keeper, &problem)) {
		refuse_broken(&request, &problem);
		service_free(&service);
		return 1;
	}
	cgi.silence_ms = (int)service.config->request_timeout * 1000;
	handle(&service, &request);
	if (service.audit.failed)
		(void)fprintf(stderr, "mintage: %s\n", service.audit.why);
	tell_of_trouble(&service.counts.trouble);
	tell_of_trouble(&service.limits.trouble);
	tell_of_trouble(&service.visitors.trouble);
	if (service.renderer.broken[0])
		(void)fprintf(stderr, "mintage: %s\n", service.renderer.broken);
	/* Where a body is left unread, some servers send an empty or broken
	 * answer. */
	body_drain(&request);
	service_free(&service);
	keeper_end(&keeper);
	return 0;
}
