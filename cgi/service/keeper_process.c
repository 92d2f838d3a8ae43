#include "keeper_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgi/upstream/helper.h"
#include "files.h"
#include "keeper_message.h"
#include "lib/audit/syslog.h"
#include "lib/base/process.h"

/* The only descriptor that the keeper has beside the standard ones. */
#define SOCKET 3

/* Seconds for which a worker may leave an answer unread. */
#define SILENCE_SECONDS 30

struct keeper_process {
	const char *path; /* of the configuration, or NULL */
	sigset_t waiting; /* the signal mask while it waits */
	pid_t helper;     /* 0: not running */
	pid_t loader;     /* the process that loads a configuration, or 0 */
	uint32_t loading; /* the number of the request for it */
};

/* ---- answers -------------------------------------------------------------- */

/* Send an answer; an answer that can't be sent was for a worker that has
 * ended, or that does not read. */
static void answer(const struct keeper_message *message)
{
	int failure = keeper_message_send(SOCKET, message);

	(void)failure;
}

static void answer_failure(uint32_t number, int failure, const char *text)
{
	struct keeper_message message;
	size_t length = strlen(text);

	keeper_message_begin(&message, number, KEEPER_FAILED);
	message.head.failure = failure;
	message.length = length < sizeof(message.data) ? length :
							 sizeof(message.data);
	memcpy(message.data, text, message.length);
	answer(&message);
}

/* Send a descriptor and close it. */
static void answer_socket(uint32_t number, int socket)
{
	struct keeper_message message;

	keeper_message_begin(&message, number, KEEPER_SOCKET);
	message.files[message.count++] = socket;
	answer(&message);
	(void)close(socket);
}

/* ---- loading a configuration ---------------------------------------------- */

/* Send all that was opened, in as few messages as it needs. */
static bool send_files(uint32_t number)
{
	struct keeper_message message;
	struct opener_entry entry;

	keeper_message_begin(&message, number, KEEPER_FILES);
	for (size_t i = 0; opener_entry(i, &entry); i++) {
		if (keeper_message_add(&message, &entry))
			continue;
		if (keeper_message_send(SOCKET, &message) != 0)
			return false;
		keeper_message_begin(&message, number, KEEPER_FILES);
		if (!keeper_message_add(&message, &entry))
			return false;
	}
	if (keeper_message_send(SOCKET, &message) != 0)
		return false;
	keeper_message_begin(&message, number, KEEPER_DONE);
	return keeper_message_send(SOCKET, &message) == 0;
}

/* In a process of its own, which takes the secrets with it when it ends. The
 * worker finds the same problem when it loads what was opened here. */
static _Noreturn void load(const struct keeper_process *keeper, uint32_t number,
			   pid_t parent)
{
	struct renderer renderer;
	struct problem problem;
	struct config *config;
	enum error error;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	(void)process_allow_files();
	opener_record();
	error = files_load(&config, &renderer, keeper->path, STRICT_SERVICE,
			   FILES_NOW, &problem);
	(void)error;
	if (opener_missed()) {
		answer_failure(number, 0, "it has too many files");
		_exit(0);
	}
	_exit(send_files(number) ? 0 : 1);
}

static void start_loader(struct keeper_process *keeper, uint32_t number)
{
	pid_t parent = getpid();

	/* The worker has given this one up. It is not waited for, because it
	 * may hang in a call that nothing can interrupt. */
	if (keeper->loader > 0)
		(void)kill(keeper->loader, SIGKILL);
	keeper->loader = 0;
	if (!keeper->path) {
		answer_failure(number, EINVAL, "it keeps no configuration");
		return;
	}
	keeper->loading = number;
	keeper->loader = fork();
	if (keeper->loader == 0)
		load(keeper, number, parent);
	if (keeper->loader < 0) {
		answer_failure(number, errno, strerror(errno));
		keeper->loader = 0;
	}
}

/* ---- the other requests --------------------------------------------------- */

static void start_helper(struct keeper_process *keeper, uint32_t number)
{
	struct problem problem;
	int socket;

	/* The worker asks for another one when it has closed its socket to this
	 * one. */
	if (keeper->helper > 0)
		helper_stop(keeper->helper, -1);
	if (helper_start(&keeper->helper, &socket, &problem) == ERROR_NONE)
		answer_socket(number, socket);
	else
		answer_failure(number, 0, problem.message);
}

static void connect_syslog(uint32_t number)
{
	int socket = audit_syslog_connect();

	if (socket >= 0)
		answer_socket(number, socket);
	else
		answer_failure(number, errno, strerror(errno));
}

/* False for what no worker of ours sends. */
static bool serve(struct keeper_process *keeper,
		  const struct keeper_request *request)
{
	switch (request->wanted) {
	case KEEPER_LOAD:
		start_loader(keeper, request->number);
		return true;
	case KEEPER_HELPER:
		start_helper(keeper, request->number);
		return true;
	case KEEPER_SYSLOG:
		connect_syslog(request->number);
		return true;
	default:
		return false;
	}
}

/* ---- its life ------------------------------------------------------------- */

/* Does nothing but interrupt the wait. */
static void on_child(int signal_number)
{
	(void)signal_number;
}

/* Take note of children that have ended. A loader that could not finish has
 * sent no end of its answer. */
static void reap(struct keeper_process *keeper)
{
	char text[96];
	int status;
	pid_t ended;

	while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
		if (ended == keeper->helper)
			keeper->helper = 0;
		if (ended != keeper->loader)
			continue;
		keeper->loader = 0;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			continue;
		(void)snprintf(text, sizeof(text),
			       WIFSIGNALED(status) ?
				       "the process that loads it was ended by "
				       "signal %d" :
				       "what was opened could not be sent "
				       "(status %d)",
			       WIFSIGNALED(status) ? WTERMSIG(status) :
						     WEXITSTATUS(status));
		answer_failure(keeper->loading, 0, text);
	}
}

/* Wait for a request, or for the end of a child. False at the worker's end, and
 * when it sends what is no request. */
static bool take_request(struct keeper_process *keeper)
{
	struct pollfd input = { .fd = SOCKET, .events = POLLIN };
	struct keeper_request request;
	ssize_t got;

	if (ppoll(&input, 1, NULL, &keeper->waiting) < 0 && errno != EINTR)
		return false;
	reap(keeper);
	got = recv(SOCKET, &request, sizeof(request), MSG_DONTWAIT | MSG_TRUNC);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	return got == (ssize_t)sizeof(request) && serve(keeper, &request);
}

/* Keep nothing open but stderr, which the helper needs, and the socket. */
static bool settle_files(int socket)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		null = STDERR_FILENO;
	if (dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(socket, SOCKET) < 0 || fcntl(SOCKET, F_SETFD, FD_CLOEXEC) != 0)
		return false;
	process_close_from(SOCKET + 1);
	return true;
}

/* Signals are meant for the worker, and it decides when it ends. They are
 * blocked and not ignored, because the helper would inherit that. */
static void settle_signals(struct keeper_process *keeper)
{
	struct sigaction child = { .sa_handler = on_child };
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	keeper->waiting = all;
	(void)sigdelset(&keeper->waiting, SIGCHLD);
	(void)sigaction(SIGCHLD, &child, NULL);
}

void keeper_process_run(int socket, pid_t worker, const char *path)
{
	static const struct timeval silence = { .tv_sec = SILENCE_SECONDS };
	struct keeper_process keeper = { .path = path };

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, "mintage-keeper");
	process_guard_memory();
	settle_signals(&keeper);
	if (getppid() != worker || !settle_files(socket))
		_exit(1);
	(void)setsockopt(SOCKET, SOL_SOCKET, SO_SNDTIMEO, &silence,
			 sizeof(silence));
	while (take_request(&keeper))
		;
	/* A web server may wait until nobody holds its pipe any more. */
	(void)close(STDERR_FILENO);
	if (keeper.helper > 0)
		helper_stop(keeper.helper, -1);
	_exit(0);
}
