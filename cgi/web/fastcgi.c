#include "fastcgi.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "cgi/service/docroot.h"
#include "cgi/service/sandbox.h"
#include "fastcgi_log.h"
#include "fastcgi_request.h"
#include "fastcgi_socket.h"
#include "lib/base/clock.h"
#include "lib/base/opener.h"
#include "lib/base/stack.h"
#include "request.h"
#include "told.h"

/* Milliseconds. After we were told to stop, we wait this long for the request of
 * a connection just accepted: its server may be between connect and write. */
#define GRACE_MS 200

/* Milliseconds. After we were told to stop, a kept connection stays open this
 * long after the end of an answer, since its server may still be reading.
 * HAProxy sends something after that end while it is reloaded. A closed socket
 * would answer with a reset, and HAProxy would lose what it had not read yet.
 */
#define KEPT_GRACE_MS 5000

/* The state of the process. */
struct fastcgi {
	struct keeper keeper;
	struct service service;
	service_handler *handle;
	struct fastcgi_request request;
	const char *servers; /* FCGI_WEB_SERVER_ADDRS, or NULL */
	/* What was told of writing the audit log, and of counting downloads, a
	 * caller's limits and strangers. */
	struct told log_told, counts_told, limits_told, visitors_told;
	sigset_t waiting; /* the signal mask while we wait for a request */
	/* Until when a connection that had an answer stays open after we were
	 * told to stop, by clock_ticks; 0 before its first answer. */
	int64_t kept_until;
	/* The values of docroot_variables that passed their check last, or
	 * NULL; owned. */
	char *docroots[DOCROOT_COUNT];
};

/* These are global because a signal handler gets no argument of ours. */
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

/* ---- waiting ----------------------------------------------------------- */

/*
 * Wait until `file` can be read, for `timeout_ms` at most (-1: for ever). False
 * on timeout, signal or error (errno).
 *
 * Signals get through only here and in look_for_signals. Elsewhere they would
 * interrupt a request, or come after the flags were tested and before a call
 * that blocks, and not be noticed.
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

/* Let pending signals through. ppoll does not while there is something to read,
 * and under load there always is. */
static void look_for_signals(const struct fastcgi *fastcgi)
{
	sigset_t pending, blocked;

	if (sigpending(&pending) == 0 && sigisemptyset(&pending))
		return;
	(void)sigprocmask(SIG_SETMASK, &fastcgi->waiting, &blocked);
	(void)sigprocmask(SIG_SETMASK, &blocked, NULL);
}

/*
 * Wait for a request after we were told to stop. It may be on its way, and a
 * server should be the one to end a connection that it kept; but the wait has
 * an end even where the server goes on asking.
 */
static bool wait_for_last_data(const struct fastcgi *fastcgi)
{
	struct pollfd poll_last = { .fd = fastcgi->request.connection.file,
				    .events = POLLIN };
	int64_t grace = fastcgi->kept_until ?
				fastcgi->kept_until - clock_ticks() :
				GRACE_MS;

	return grace > 0 && (fastcgi_request_is_waiting(&fastcgi->request) ||
			     poll(&poll_last, 1, (int)grace) > 0);
}

/*
 * Wait until the connection can be read, for the configured time at most. A
 * silent connection, new or kept, must not occupy this process for ever, and a
 * server opens another when it needs one. False on timeout, signal or error
 * (errno).
 */
static bool wait_for_data(struct fastcgi *fastcgi)
{
	long timeout = 1000L * (long)fastcgi->service.config->request_timeout;

	/* Under load it is there already, and ppoll is not called. */
	if (!told_to_stop && fastcgi_request_take(&fastcgi->request))
		return true;
	if (!told_to_stop &&
	    wait_for(fastcgi, fastcgi->request.connection.file, timeout))
		return true;
	return told_to_stop && wait_for_last_data(fastcgi);
}

/* ---- requests ---------------------------------------------------------- */

/* Check that no document root of this request publishes what must stay private.
 * A root that passed is not checked again until another one comes. */
static bool docroots_are_private(struct fastcgi *fastcgi)
{
	const struct config *config = fastcgi->service.config;
	struct problem problem;

	for (size_t i = 0; i < DOCROOT_COUNT; i++) {
		const char *root = fastcgi_request_parameter(
			&fastcgi->request, docroot_variables[i]);
		char **known = &fastcgi->docroots[i];

		if (!root || (*known && strcmp(*known, root) == 0))
			continue;
		if (docroot_check(config, root, &problem)) {
			fastcgi_log(LOG_ERR, "%s", problem.message);
			return false;
		}
		free(*known);
		*known = strdup(root);
	}
	return true;
}

/* Check all document roots again with the next request. */
static void docroots_forget(struct fastcgi *fastcgi)
{
	for (size_t i = 0; i < DOCROOT_COUNT; i++) {
		free(fastcgi->docroots[i]);
		fastcgi->docroots[i] = NULL;
	}
}

static void tell_of_failure(struct told *told, bool failed, const char *why)
{
	/* Only a failure has a time; most requests need not read the clock. */
	if (told_is_due(told, failed, failed ? clock_ticks() : 0))
		fastcgi_log(LOG_ERR, "%s", why);
}

/* Say why the audit log can't be written, or why downloads, a caller's limits
 * or strangers can't be counted. */
static void tell_of_files(struct fastcgi *fastcgi)
{
	const struct service *service = &fastcgi->service;

	tell_of_failure(&fastcgi->log_told, service->audit.failed,
			service->audit.why);
	tell_of_failure(&fastcgi->counts_told, service->counts.trouble.lasts,
			service->counts.trouble.why);
	tell_of_failure(&fastcgi->limits_told, service->limits.trouble.lasts,
			service->limits.trouble.why);
	tell_of_failure(&fastcgi->visitors_told,
			service->visitors.trouble.lasts,
			service->visitors.trouble.why);
}

/* Confine what could not be confined at the start. */
static bool is_complete(const struct fastcgi *fastcgi)
{
	struct problem problem;

	if (!sandbox_is_late() ||
	    sandbox_complete(fastcgi->service.config, &problem) == ERROR_NONE)
		return true;
	fastcgi_log(LOG_ERR, "%s", problem.message);
	return false;
}

static void serve_request(struct fastcgi *fastcgi)
{
	struct fastcgi_request *fcgi = &fastcgi->request;
	struct request request;

	request_begin(&request, &fcgi->stream, fcgi->parameters);
	if (docroots_are_private(fastcgi) && is_complete(fastcgi))
		fastcgi->handle(&fastcgi->service, &request);
	else
		request_refuse(&request, 503, REQUEST_REFUSAL_CONFIG);
	fastcgi_request_end(fcgi);
	stack_wipe(STACK_USED);
	tell_of_files(fastcgi);
	/* After we were told to stop, requests that still come do not prolong
	 * the time that their connection stays open. */
	if (!told_to_stop || fastcgi->kept_until == 0)
		fastcgi->kept_until = clock_ticks() + KEPT_GRACE_MS;
}

/* ---- the process ------------------------------------------------------- */

/* Tell the administrator what `problem` holds after a load that succeeded, and
 * what the configuration left out. */
static void tell_of_load(const struct fastcgi *fastcgi,
			 const struct problem *problem)
{
	if (problem->error != ERROR_NONE)
		fastcgi_log(LOG_ERR, "%s", problem->message);
	if (!locked_is_locked(fastcgi->service.config->locked))
		fastcgi_log(LOG_WARNING,
			    "the system locks no more memory for this user, so "
			    "that secrets could be swapped out to a disk; "
			    "raise RLIMIT_MEMLOCK, with systemd by "
			    "LimitMEMLOCK=64M");
	if (!fastcgi->service.config->strict_modes)
		fastcgi_log(LOG_WARNING,
			    "%s: strict-modes = no: nobody looks whether "
			    "others could change the configuration, a secret, "
			    "a template or the log",
			    fastcgi->service.config->path);
	if (!fastcgi->service.config->sandbox)
		fastcgi_log(LOG_WARNING,
			    "%s: sandbox = no: a responder that is taken over "
			    "can do all that its user may",
			    fastcgi->service.config->path);
}

static void reload(struct fastcgi *fastcgi)
{
	struct problem problem;
	enum error error;

	told_to_reload = 0;
	error = service_reload(&fastcgi->service, &problem);
	stack_wipe(STACK_LOADING);
	if (error) {
		fastcgi_log(LOG_ERR, "%s", problem.message);
		fastcgi_log(LOG_ERR,
			    "the configuration loaded before stays in force");
		return;
	}
	docroots_forget(fastcgi);
	tell_of_load(fastcgi, &problem);
	fastcgi_log(LOG_INFO, "configuration loaded anew");
}

/* Wait for a connection, but no longer than until a line of the audit log is
 * due that sums refusals. False when the listening socket can't be used. */
static bool wait_for_connection(struct fastcgi *fastcgi)
{
	struct service *service = &fastcgi->service;

	if (wait_for(fastcgi, FASTCGI_LISTENER,
		     audit_strangers_wait(&service->strangers)))
		return true;
	if (errno != ETIMEDOUT)
		return errno == EINTR || errno == ENOMEM;
	audit_strangers_tell(&service->strangers, &service->audit);
	return true;
}

/* Wait for a connection, or serve one request of the connection that is open.
 * False when the listening socket can't be used. A connection that was accepted
 * is served even where a signal tells us to stop. */
static bool serve_one(struct fastcgi *fastcgi)
{
	struct fastcgi_request *request = &fastcgi->request;

	if (request->connection.file < 0) {
		int file;

		if (!fastcgi_socket_accept(fastcgi->servers, &file))
			return false;
		fastcgi_connection_open(
			&request->connection, file,
			fastcgi->service.config->request_timeout);
		fastcgi->kept_until = 0;
	}
	/* No connection was there, so wait for one. Under load there always is
	 * one, and ppoll is not called. */
	if (request->connection.file < 0)
		return wait_for_connection(fastcgi);
	if (wait_for_data(fastcgi)) {
		/* A SIGHUP that was sent before this request takes effect
		 * before it is answered. */
		look_for_signals(fastcgi);
		if (told_to_reload)
			reload(fastcgi);
		if (fastcgi_request_accept(request))
			serve_request(fastcgi);
	} else if (errno != EINTR || told_to_stop) {
		fastcgi_request_drop(request);
	}
	return true;
}

/* Give up what this process needs no more once it has loaded its configuration,
 * and tell what it can't give up here. False after telling why that fails. */
static bool confine(const struct fastcgi *fastcgi)
{
	char lacks[PROBLEM_MESSAGE_MAX];
	struct problem problem;

	sandbox_lacks(lacks);
	if (sandbox_enter(fastcgi->service.config, SANDBOX_TEMPLATES_READ,
			  &problem)) {
		fastcgi_log(LOG_ERR, "%s", problem.message);
		return false;
	}
	if (sandbox_is_late())
		fastcgi_log(
			LOG_WARNING,
			"%s: the folder of audit-log, or state-dir, is not "
			"there; until it is, other files can be opened, too",
			fastcgi->service.config->path);
	if (fastcgi->service.config->sandbox && *lacks)
		fastcgi_log(LOG_WARNING, "%s", lacks);
	return true;
}

static bool set_up(struct fastcgi *fastcgi)
{
	static const int stopping[] = { SIGTERM, SIGINT, SIGQUIT, SIGUSR1 };
	struct sigaction stop = { .sa_handler = on_stop };
	struct sigaction hup = { .sa_handler = on_reload };

	fastcgi_request_init(&fastcgi->request);
	(void)sigprocmask(SIG_SETMASK, NULL, &fastcgi->waiting);
	for (size_t i = 0; i < sizeof(stopping) / sizeof(stopping[0]); i++) {
		(void)sigaction(stopping[i], &stop, NULL);
		(void)sigdelset(&fastcgi->waiting, stopping[i]);
	}
	(void)sigaction(SIGHUP, &hup, NULL);
	(void)sigdelset(&fastcgi->waiting, SIGHUP);
	fastcgi->servers = getenv("FCGI_WEB_SERVER_ADDRS");
	return fastcgi_socket_prepare();
}

/* Load the service, and leave a keeper behind that was forked before any secret
 * was read. False after telling why that fails. */
static bool begin(struct fastcgi *fastcgi, const char *config_path)
{
	struct problem problem;

	if (keeper_begin(&fastcgi->keeper, config_path, NULL, &problem) ||
	    service_load(&fastcgi->service, config_path, SERVICE_STAYS,
			 &problem)) {
		fastcgi_log(LOG_ERR, "%s", problem.message);
		keeper_end(&fastcgi->keeper);
		return false;
	}
	stack_wipe(STACK_LOADING);
	tell_of_load(fastcgi, &problem);
	if (fastcgi->service.config->sandbox) {
		service_rely(&fastcgi->service, &fastcgi->keeper);
		opener_restrict();
	} else {
		keeper_end(&fastcgi->keeper);
	}
	if (confine(fastcgi))
		return true;
	service_free(&fastcgi->service);
	keeper_end(&fastcgi->keeper);
	return false;
}

int fastcgi_serve(const char *config_path, service_handler *handle)
{
	struct fastcgi fastcgi = { .handle = handle };
	bool is_sound;

	if (!begin(&fastcgi, config_path))
		return 1;
	is_sound = set_up(&fastcgi);
	while (is_sound) {
		if (told_to_stop && fastcgi.request.connection.file < 0)
			break;
		if (told_to_reload)
			reload(&fastcgi);
		is_sound = serve_one(&fastcgi);
	}
	if (!is_sound)
		fastcgi_log(LOG_ERR, "the socket broke: %s", strerror(errno));
	fastcgi_request_free(&fastcgi.request);
	docroots_forget(&fastcgi);
	service_free(&fastcgi.service);
	keeper_end(&fastcgi.keeper);
	return is_sound ? 0 : 1;
}
