#include "helper.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/process.h"

#define NAME "mintage-online"

/* ---- where it is ---------------------------------------------------------- */

static bool path_beside_program(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (length <= 0 || length >= PATH_MAX - 1)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (!slash ||
	    (size_t)(slash + 1 - path) + sizeof(NAME) > (size_t)PATH_MAX)
		return false;
	memcpy(slash + 1, NAME, sizeof(NAME));
	return access(path, X_OK) == 0;
}

static bool path_find(char path[PATH_MAX])
{
	if (path_beside_program(path))
		return true;
	snprintf(path, PATH_MAX, "%s/" NAME, MINTAGE_LIBEXEC_DIR);
	return access(path, X_OK) == 0;
}

/* ---- what it is given ----------------------------------------------------- */

/* The client of a CGI program sets a part of its environment: HTTP_PROXY is a
 * header of the request. So only the variables that the sanitizers and the
 * clock read are passed on. */
static void make_environment(char *environment[8])
{
	static const char *const names[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS",
					     "LSAN_OPTIONS", "TZ" };
	static char texts[4][512];
	size_t count = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		int length;

		if (!value)
			continue;
		length = snprintf(texts[i], sizeof(texts[i]), "%s=%s", names[i],
				  value);
		if (length > 0 && (size_t)length < sizeof(texts[i]))
			environment[count++] = texts[i];
	}
	environment[count] = NULL;
}

/* In the new process. Only calls that are safe between fork and exec are made. */
static void become(const char *path, int socket, pid_t parent,
		   char *const environment[])
{
	static char name[] = NAME;
	char *const arguments[] = { name, NULL };
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent && dup2(socket, STDIN_FILENO) >= 0 &&
	    dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) {
		/* The helper holds neither the log nor a client's
		 * connection. */
		process_close_from(STDERR_FILENO + 1);
		(void)execve(path, arguments, environment);
	}
	_exit(127);
}

enum error helper_start(pid_t *helper, int *socket, struct problem *problem)
{
	char *environment[8];
	char path[PATH_MAX];
	pid_t parent = getpid();
	int ends[2];

	*helper = 0;
	*socket = -1;
	if (!path_find(path))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "%s is needed to call elsewhere, and can't "
				   "be run: %s; install it, it is made where "
				   "libcurl is",
				   path, strerror(errno));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "no socket for %s: %s", path,
				   strerror(errno));
	make_environment(environment);
	*helper = fork();
	if (*helper == 0)
		become(path, ends[1], parent, environment);
	(void)close(ends[1]);
	if (*helper > 0) {
		*socket = ends[0];
		return ERROR_NONE;
	}
	problem_set(problem, ERROR_UNAVAILABLE, NULL, "no process for %s: %s",
		    path, strerror(errno));
	(void)close(ends[0]);
	*helper = 0;
	return ERROR_UNAVAILABLE;
}

/* ---- its end -------------------------------------------------------------- */

/* The helper ends as soon as its socket closes. 400 pauses of 5 ms are two
 * seconds. */
void helper_stop(pid_t helper, int socket)
{
	static const struct timespec pause = { .tv_nsec = 5000000 };

	if (socket >= 0)
		(void)close(socket);
	for (int i = 0; i < 400; i++) {
		pid_t ended = waitpid(helper, NULL, WNOHANG);

		if (ended == helper || (ended < 0 && errno != EINTR))
			return;
		(void)nanosleep(&pause, NULL);
	}
	(void)kill(helper, SIGKILL);
	while (waitpid(helper, NULL, 0) < 0 && errno == EINTR)
		;
}
