#include "keeper.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keeper_message.h"
#include "keeper_process.h"
#include "lib/audit/syslog.h"
#include "lib/base/clock.h"
#include "lib/base/process.h"

/* Milliseconds after which an answer is given up. The keeper gives a helper
 * that does not end two seconds before it starts the next. */
#define LOAD_MS 30000
#define HELPER_MS 10000
#define SYSLOG_MS 2000
#define END_MS 3000

static bool is_running(const struct keeper *keeper)
{
	return keeper->socket >= 0;
}

/* ---- the fork ------------------------------------------------------------- */

/* Let children of this process that end become zombies, or not. */
static void keep_zombies(bool keep)
{
	struct sigaction child = { .sa_handler = keep ? SIG_DFL : SIG_IGN };

	(void)sigaction(SIGCHLD, &child, NULL);
}

enum error keeper_begin(struct keeper *keeper, const char *path,
			struct config *config, struct problem *problem)
{
	pid_t worker = getpid();
	int ends[2];
	pid_t child;

	*keeper = (struct keeper){ .socket = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "no socket for the keeper: %s",
				   strerror(errno));
	child = fork();
	if (child == 0) {
		config_free(config);
		keeper_process_run(ends[1], worker, path);
	}
	if (child < 0) {
		problem_set(problem, ERROR_UNAVAILABLE, NULL,
			    "no process for the keeper: %s", strerror(errno));
		(void)close(ends[0]);
		(void)close(ends[1]);
		return ERROR_UNAVAILABLE;
	}
	(void)close(ends[1]);
	keep_zombies(false);
	keeper->socket = ends[0];
	keeper->process = child;
	return ERROR_NONE;
}

bool keeper_is_needed(const struct config *config)
{
	const struct parent *parent = config->parents;

	while (parent && parent->signer != SIGNER_CLOUDFLARE)
		parent = parent->next;
	return parent != NULL;
}

/* Wait for the end of what the keeper sends, which it closes when it ends.
 * False when it does not in time. */
static bool await_end(const struct keeper *keeper)
{
	int64_t until = clock_ticks() + END_MS;
	struct keeper_message message;
	int failure;

	do {
		failure =
			keeper_message_receive(keeper->socket, &message, until);
		keeper_message_drop(&message);
	} while (failure == 0 || failure == EBADMSG || failure == EMFILE);
	return failure == EPIPE;
}

/* Wait until a process that is about to end has ended. Zombies are kept after
 * that, and it would be one. */
static void await_process(pid_t process)
{
	while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
		;
}

void keeper_end(struct keeper *keeper)
{
	if (!is_running(keeper))
		return;
	if (shutdown(keeper->socket, SHUT_WR) == 0 && await_end(keeper))
		await_process(keeper->process);
	(void)close(keeper->socket);
	keeper->socket = -1;
	keep_zombies(true);
}

/* ---- requests ------------------------------------------------------------- */

/* Send a request. Returns 0, or the errno of what failed. */
static int ask(struct keeper *keeper, enum keeper_wanted wanted)
{
	struct keeper_request request = { .number = ++keeper->asked,
					  .wanted = wanted };

	if (!is_running(keeper))
		return EPIPE;
	if (send(keeper->socket, &request, sizeof(request),
		 MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return errno == ECONNRESET ? EPIPE : errno;
	return 0;
}

/* The next message that answers the last request. */
static int receive(const struct keeper *keeper, struct keeper_message *message,
		   int64_t until)
{
	int failure;

	for (;;) {
		failure =
			keeper_message_receive(keeper->socket, message, until);
		if (failure || message->head.number == keeper->asked)
			return failure;
		keeper_message_drop(message);
	}
}

static const char *reason(int failure)
{
	switch (failure) {
	case EPIPE:
		return "it has ended; restart this process";
	case ETIMEDOUT:
		return "it did not answer in time; try again, and restart "
		       "this process where that does not help";
	case EAGAIN:
		return "it does not read what it is asked; restart this "
		       "process";
	case EBADMSG:
		return "its answer makes no sense; restart this process";
	case ENFILE:
		return "the configuration has too many files";
	case EMFILE:
		return "this process may not have so many files open; raise "
		       "its limit (ulimit -n)";
	default:
		return strerror(failure);
	}
}

/* ---- loading -------------------------------------------------------------- */

/* Give the opener the files that came with a message. Returns 0, or an errno. */
static int give_files(struct keeper_message *message)
{
	struct opener_entry entry;
	int failure = 0;

	while (!failure && keeper_message_next(message, &entry))
		failure = opener_give(&entry);
	if (!failure && !keeper_message_is_read(message))
		failure = EBADMSG;
	return failure;
}

static enum error fail_load(int failure, struct problem *problem)
{
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the keeper, which opens the configuration for this "
			   "process, failed: %s",
			   reason(failure));
}

static enum error fail_loader(const struct keeper_message *message,
			      struct problem *problem)
{
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the keeper could not load the configuration: %.*s",
			   (int)message->length, message->data);
}

static enum error take_files(const struct keeper *keeper,
			     struct problem *problem)
{
	int64_t until = clock_ticks() + LOAD_MS;
	struct keeper_message message;
	int failure;

	for (;;) {
		failure = receive(keeper, &message, until);
		if (failure)
			return fail_load(failure, problem);
		if (message.head.answer == KEEPER_FILES)
			failure = give_files(&message);
		else if (message.head.answer != KEEPER_DONE &&
			 message.head.answer != KEEPER_FAILED)
			failure = EBADMSG;
		keeper_message_drop(&message);
		if (failure)
			return fail_load(failure, problem);
		if (message.head.answer == KEEPER_FAILED)
			return fail_loader(&message, problem);
		if (message.head.answer == KEEPER_DONE)
			return ERROR_NONE;
	}
}

enum error keeper_load(struct keeper *keeper, struct problem *problem)
{
	int failure = ask(keeper, KEEPER_LOAD);

	if (failure)
		return fail_load(failure, problem);
	keeper->limit = process_allow_files();
	return take_files(keeper, problem);
}

void keeper_loaded(struct keeper *keeper)
{
	opener_forget();
	process_limit_files(keeper->limit);
	keeper->limit = 0;
}

/* ---- sockets -------------------------------------------------------------- */

/* Ask for a socket. Returns 0, or an errno; where the keeper gave the reason as
 * a text, *message is KEEPER_FAILED. */
static int take_socket(struct keeper *keeper, enum keeper_wanted wanted,
		       int64_t milliseconds, struct keeper_message *message)
{
	int64_t until = clock_ticks() + milliseconds;
	int failure = ask(keeper, wanted);

	keeper_message_begin(message, 0, KEEPER_DONE);
	if (!failure)
		failure = receive(keeper, message, until);
	if (failure)
		return failure;
	if (message->head.answer == KEEPER_SOCKET && message->count == 1)
		return 0;
	keeper_message_drop(message);
	return message->head.answer == KEEPER_FAILED ? 0 : EBADMSG;
}

enum error keeper_start_helper(void *keeper, int *socket,
			       struct problem *problem)
{
	struct keeper_message message;
	int failure = take_socket(keeper, KEEPER_HELPER, HELPER_MS, &message);

	*socket = -1;
	if (failure)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "mintage-online is needed to call "
				   "elsewhere, and the keeper, which starts "
				   "it, failed: %s",
				   reason(failure));
	if (message.head.answer == KEEPER_FAILED)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL, "%.*s",
				   (int)message.length, message.data);
	*socket = message.files[0];
	return ERROR_NONE;
}

int keeper_connect(void *keeper, const char *path)
{
	struct keeper_message message;
	int failure;

	if (strcmp(path, audit_syslog_path) != 0) {
		errno = EACCES;
		return -1;
	}
	failure = take_socket(keeper, KEEPER_SYSLOG, SYSLOG_MS, &message);
	if (!failure && message.head.answer == KEEPER_SOCKET)
		return message.files[0];
	errno = failure ? failure : message.head.failure;
	return -1;
}
