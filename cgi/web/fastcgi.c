#include "fastcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "cgi/service/docroot.h"
#include "fastcgi_record.h"
#include "fastcgi_socket.h"
#include "request.h"

/* How long a connection just accepted may still begin to speak after we were
 * told to stop: its server may be between connect and write. */
#define GRACE_MS 200

/* And how long after an answer's end we leave a kept connection to its server,
 * which may still be reading. HAProxy, while it is reloaded, sends something
 * after that end: a closed socket would answer with a reset, and the reset
 * would cost the part of the answer that it has not read. */
#define KEPT_GRACE_MS 5000

struct fastcgi {
	struct service service;
	service_handler *handle;
	FCGX_Request request;
	const char *servers; /* FCGI_WEB_SERVER_ADDRS, or NULL */
	bool is_local;       /* the listening socket is a path's */
	bool is_cut;         /* a record of the answer may be cut */
	sigset_t waiting;    /* the mask while nothing is in flight */
	/* How long a connection that had its answer is left open once we are
	 * told to stop: ms of CLOCK_MONOTONIC; 0 before the first answer. */
	int64_t kept_until;
	/* Owned: values of docroot_variables that were found harmless. */
	char *docroots[DOCROOT_COUNT];
};

/* Signals have no argument to pass a struct in. */
static volatile sig_atomic_t told_to_stop;
static volatile sig_atomic_t told_to_reload;

static void on_stop(int signal_number)
{
	(void)signal_number;
	told_to_stop = 1;
}

static void on_reload(int signal_number)
{
	(void)signal_number;
	told_to_reload = 1;
}

/* systemd's journal takes stderr and syslog's lines both (systemd.exec(5)). */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char text[64];

	if (!stream || fstat(STDERR_FILENO, &status) != 0)
		return false;
	(void)snprintf(text, sizeof(text), "%ju:%ju", (uintmax_t)status.st_dev,
		       (uintmax_t)status.st_ino);
	return strcmp(stream, text) == 0;
}

/* lighttpd gives its children /dev/null for stderr, so to the log as well. */
static void say(int level, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(int level, const char *format, ...)
{
	char text[PROBLEM_MESSAGE_MAX + 128];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	(void)fprintf(stderr, "mintage.fcgi[%ld]: %s\n", (long)getpid(), text);
	if (stderr_is_journal())
		return;
	openlog("mintage.fcgi", LOG_PID, LOG_DAEMON);
	syslog(level, "%s", text);
	closelog();
}

/* ---- the request's two ends -------------------------------------------- */

static long request_read(FCGX_Request *request, char *data, size_t size)
{
	FCGX_Stream *in = request->in;
	int got = FCGX_GetStr(data, size < INT_MAX ? (int)size : INT_MAX, in);

	/* What came before an error is delivered first. */
	if (got == 0 && FCGX_GetError(in) != 0)
		return -1;
	return got;
}

static long stream_read(void *context, char *data, size_t size)
{
	struct fastcgi *fastcgi = context;

	return request_read(&fastcgi->request, data, size);
}

/* From here on a record of our own is worth it: libfcgi has 8 KB. */
#define OWN_RECORD_MIN 16384

static bool write_own(struct fastcgi *fastcgi, const char *data, size_t length)
{
	FCGX_Request *request = &fastcgi->request;

	/* What was said before comes before. */
	if (FCGX_FFlush(request->out) != 0 || FCGX_GetError(request->out) != 0)
		return false;
	fastcgi->is_cut = !fastcgi_record_write(
		request->ipcFd, request->requestId, data, length);
	return !fastcgi->is_cut;
}

static bool stream_write(void *context, const char *data, size_t length)
{
	struct fastcgi *fastcgi = context;
	FCGX_Stream *out = fastcgi->request.out;

	if (fastcgi->is_cut)
		return false;
	if (length >= OWN_RECORD_MIN)
		return write_own(fastcgi, data, length);
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
	struct fastcgi *fastcgi = context;
	FCGX_Stream *out = fastcgi->request.out;

	/* A stream that failed before calls another flush a success. */
	return !fastcgi->is_cut && FCGX_FFlush(out) == 0 &&
	       FCGX_GetError(out) == 0;
}

static const char *get_parameter(void *context, const char *name)
{
	return FCGX_GetParam(name, context);
}

/* ---- waiting ----------------------------------------------------------- */

/*
 * Wait until `file` can be read, for `timeout_ms` (-1: for ever). Signals get
 * through here and in look_for_signals only: elsewhere they would cut a
 * request, and between a look at the flags and a blocking call they would be
 * overlooked. False on timeout, signal or error (errno).
 */
static bool wait_for(const struct fastcgi *fastcgi, int file, long timeout_ms)
{
	struct pollfd poll = { .fd = file, .events = POLLIN };
	struct timespec timeout = { .tv_sec = timeout_ms / 1000,
				    .tv_nsec = timeout_ms % 1000 * 1000000 };

	errno = ETIMEDOUT;
	return ppoll(&poll, 1, timeout_ms < 0 ? NULL : &timeout,
		     &fastcgi->waiting) > 0;
}

/* ppoll lets no signal through while there is something to read, which under
 * load is always. */
static void look_for_signals(const struct fastcgi *fastcgi)
{
	sigset_t pending, blocked;

	if (sigpending(&pending) == 0 && sigisemptyset(&pending))
		return;
	(void)sigprocmask(SIG_SETMASK, &fastcgi->waiting, &blocked);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Told to stop, we still hear what is on its way, and let a server end the
 * connection that it kept; but not one that goes on asking.
 */
static bool wait_for_last_words(const struct fastcgi *fastcgi)
{
	struct pollfd poll_last = { .fd = fastcgi->request.ipcFd,
				    .events = POLLIN };
	int64_t grace = fastcgi->kept_until ? fastcgi->kept_until - now_ms() :
					      GRACE_MS;

	return grace > 0 && poll(&poll_last, 1, (int)grace) > 0;
}

/*
 * Wait until the connection has something to say. One that says nothing, new
 * or kept, would pin this process; a server opens another when it needs one.
 * False on timeout, signal or error (errno).
 */
static bool wait_for_words(const struct fastcgi *fastcgi)
{
	long timeout = 1000L * (long)fastcgi->service.config->request_timeout;

	if (!told_to_stop && wait_for(fastcgi, fastcgi->request.ipcFd, timeout))
		return true;
	return told_to_stop && wait_for_last_words(fastcgi);
}

/* ---- requests ---------------------------------------------------------- */

/* Close without another word. */
static void request_drop(FCGX_Request *request)
{
	FCGX_Free(request, 1);
	request->keepConnection = 0;
}

/*
 * Read a request's beginning. False when there is none to serve; the
 * connection is closed then.
 */
static bool request_accept(FCGX_Request *request)
{
	const char *role;

	/* FCGX_Accept_r first ends "the request before", and unless that asked
	 * to keep the connection, closes it. */
	request->keepConnection = 1;
	if (FCGX_Accept_r(request) < 0) {
		/* Having no socket of its own to accept from (-1), libfcgi
		 * returns instead of waiting for the next. */
		request_drop(request);
		return false;
	}
	/* libfcgi takes a connection that broke off or fell silent between two
	 * parameters for their end: what is missing may be REMOTE_USER. And
	 * for an authorizer a 200 to anything at all would mean "let in". */
	role = FCGX_GetParam("FCGI_ROLE", request->envp);
	if (FCGX_GetError(request->in) != 0 || !role ||
	    strcmp(role, "RESPONDER") != 0) {
		request_drop(request);
		return false;
	}
	return true;
}

/*
 * Has the body been read to its end? What is left of it would be taken for the
 * next request on a kept connection, and the client, who wrote it, for the web
 * server. One byte is enough to know.
 */
static bool body_is_over(FCGX_Request *request)
{
	char more;

	return request_read(request, &more, 1) == 0;
}

static void wipe_parameter(FCGX_Request *request, const char *name)
{
	char *value = FCGX_GetParam(name, request->envp);

	if (value)
		explicit_bzero(value, strlen(value));
}

/*
 * End the request and its connection. FCGX_Finish_r would wait for the server
 * to close first, lest what it still sends meets a closed socket and a reset
 * takes the answer away. A socket of this machine's own (unix(7)) takes nothing
 * away, and a server whose body was read to its end sends nothing more.
 */
static void request_part(FCGX_Request *request)
{
	int connection = request->ipcFd;

	(void)FCGX_FClose(request->err);
	(void)FCGX_FClose(request->out);
	FCGX_Free(request, 0);
	(void)close(connection);
	request->ipcFd = -1;
}

/* `window` is where the out stream's buffer began to be filled. */
static void request_end(struct fastcgi *fastcgi, unsigned char *window)
{
	FCGX_Request *request = &fastcgi->request;
	FCGX_Stream *out = request->out;
	bool delivered = stream_flush(fastcgi);

	/* Credentials passed through this buffer; it is empty now, or what is
	 * in it will not be sent. */
	explicit_bzero(window, (size_t)(out->stop - window));
	wipe_parameter(request, "HTTP_AUTHORIZATION");
	wipe_parameter(request, "REDIRECT_HTTP_AUTHORIZATION");
	if (!delivered) {
		/* FCGX_Finish_r would send the last buffer a second time,
		 * behind the part of it that went out. */
		request_drop(request);
		return;
	}
	if (fastcgi->is_local && !request->keepConnection &&
	    request->in->isClosed) {
		request_part(request);
		return;
	}
	if (request->keepConnection && !body_is_over(request))
		request->keepConnection = 0;
	FCGX_Finish_r(request);
}

/* A document root is looked at once, until another comes. */
static bool docroots_are_good(struct fastcgi *fastcgi)
{
	const struct config *config = fastcgi->service.config;
	struct problem problem;

	for (size_t i = 0; i < DOCROOT_COUNT; i++) {
		const char *root = FCGX_GetParam(docroot_variables[i],
						 fastcgi->request.envp);
		char **known = &fastcgi->docroots[i];

		if (!root || (*known && strcmp(*known, root) == 0))
			continue;
		if (docroot_check(config, root, &problem)) {
			say(LOG_ERR, "%s", problem.message);
			return false;
		}
		free(*known);
		*known = strdup(root);
	}
	return true;
}

static void docroots_forget(struct fastcgi *fastcgi)
{
	for (size_t i = 0; i < DOCROOT_COUNT; i++) {
		free(fastcgi->docroots[i]);
		fastcgi->docroots[i] = NULL;
	}
}

static void request_serve(struct fastcgi *fastcgi)
{
	FCGX_Request *fcgx = &fastcgi->request;
	unsigned char *window = fcgx->out->wrNext;
	struct request request;
	struct stream stream = {
		.read = stream_read,
		.write = stream_write,
		.flush = stream_flush,
		.context = fastcgi,
	};

	fastcgi->is_cut = false;
	request_begin(&request, &stream, get_parameter, fcgx->envp);
	if (docroots_are_good(fastcgi))
		fastcgi->handle(&fastcgi->service, &request);
	else
		request_refuse(&request, 503, REQUEST_REFUSAL_CONFIG);
	request_end(fastcgi, window);
	/* Not anew for each request that comes after all. */
	if (!told_to_stop || fastcgi->kept_until == 0)
		fastcgi->kept_until = now_ms() + KEPT_GRACE_MS;
}

/* ---- the process ------------------------------------------------------- */

static void reload(struct fastcgi *fastcgi)
{
	struct problem problem;

	told_to_reload = 0;
	if (service_reload(&fastcgi->service, &problem) != ERROR_NONE) {
		say(LOG_ERR, "%s", problem.message);
		say(LOG_ERR, "the configuration loaded before stays in force");
		return;
	}
	docroots_forget(fastcgi);
	if (problem.error != ERROR_NONE)
		say(LOG_ERR, "%s", problem.message);
	say(LOG_INFO, "configuration loaded anew");
}

/* One request, or what came instead of it. False when the socket can't be
 * used. A connection that was accepted is served, whatever signal comes. */
static bool serve_one(struct fastcgi *fastcgi)
{
	FCGX_Request *request = &fastcgi->request;

	if (request->ipcFd < 0) {
		if (!fastcgi_socket_accept(
			    fastcgi->servers,
			    fastcgi->service.config->request_timeout,
			    &request->ipcFd))
			return false;
		fastcgi->kept_until = 0;
	}
	/* Under load there is always one, and nothing to wait for. */
	if (request->ipcFd < 0)
		return wait_for(fastcgi, FASTCGI_LISTENER, -1) ||
		       errno == EINTR || errno == ENOMEM;
	if (wait_for_words(fastcgi)) {
		/* One that was sent before this request counts for it. */
		look_for_signals(fastcgi);
		if (told_to_reload)
			reload(fastcgi);
		if (request_accept(request))
			request_serve(fastcgi);
	} else if (errno != EINTR || told_to_stop) {
		request_drop(request);
	}
	return true;
}

static bool set_up(struct fastcgi *fastcgi)
{
	struct sigaction stop = { .sa_handler = on_stop };
	struct sigaction hup = { .sa_handler = on_reload };

	/* libfcgi waits so long, 2 s unless told otherwise, for a server that
	 * is slow to close, after each request. */
	if (setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "20", 0) != 0 ||
	    FCGX_Init() != 0 || FCGX_InitRequest(&fastcgi->request, -1, 0) != 0)
		return false;
	/* After FCGX_Init, which sets its own. SIGPIPE it only catches. */
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGQUIT, &stop, NULL);
	(void)sigaction(SIGUSR1, &stop, NULL);
	(void)sigaction(SIGHUP, &hup, NULL);
	(void)sigprocmask(SIG_SETMASK, NULL, &fastcgi->waiting);
	(void)sigdelset(&fastcgi->waiting, SIGTERM);
	(void)sigdelset(&fastcgi->waiting, SIGINT);
	(void)sigdelset(&fastcgi->waiting, SIGQUIT);
	(void)sigdelset(&fastcgi->waiting, SIGUSR1);
	(void)sigdelset(&fastcgi->waiting, SIGHUP);
	fastcgi->servers = getenv("FCGI_WEB_SERVER_ADDRS");
	fastcgi->is_local = fastcgi_socket_is_local();
	return true;
}

int fastcgi_serve(const char *config_path, service_handler *handle)
{
	struct fastcgi fastcgi = { .handle = handle };
	struct problem problem;
	int status = 0;

	if (service_load(&fastcgi.service, config_path, SERVICE_STAYS,
			 &problem)) {
		say(LOG_ERR, "%s", problem.message);
		return 1;
	}
	if (problem.error != ERROR_NONE)
		say(LOG_ERR, "%s", problem.message);
	if (!set_up(&fastcgi)) {
		say(LOG_ERR, "the socket can't be used: %s", strerror(errno));
		status = 1;
	}
	while (status == 0) {
		look_for_signals(&fastcgi);
		if (told_to_stop && fastcgi.request.ipcFd < 0)
			break;
		if (told_to_reload)
			reload(&fastcgi);
		if (!serve_one(&fastcgi)) {
			say(LOG_ERR, "the socket broke: %s", strerror(errno));
			status = 1;
		}
	}
	docroots_forget(&fastcgi);
	service_free(&fastcgi.service);
	return status;
}
