/*
 * A library for LD_PRELOAD that makes the system fail, as a test asks:
 *
 * TEST_CLOCK=SECONDS  the time since 1970, or "fail"
 * TEST_CLOCK=@FILE    so many seconds later as the file says when it is asked
 * TEST_MALLOC=BYTES   whoever asks malloc for so many or more gets none
 * TEST_LANDLOCK=HOW   "none": the kernel has no Landlock, "refuses": it has, and
 *                     does not let it be used
 * TEST_SECCOMP=none   the kernel has no filters of system calls, "refuses": it
 *                     has, and takes none
 * TEST_END=FILE       once the program has ended, write there what it could
 *                     still do: a line for each attempt, with "ok" or an error
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The file of TEST_CLOCK=@FILE, opened while the program may still open it. */
static int clock_file = -1;

__attribute__((constructor)) static void begin(void)
{
	const char *wanted = getenv("TEST_CLOCK");

	if (wanted && wanted[0] == '@')
		clock_file = open(wanted + 1, O_RDONLY | O_CLOEXEC);
}

static long long seconds_later(void)
{
	char text[24] = "";

	if (pread(clock_file, text, sizeof(text) - 1, 0) < 0)
		text[0] = '\0';
	return strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);
	const char *wanted = getenv("TEST_CLOCK");
	int result;

	if (wanted && wanted[0] != '@' && clock == CLOCK_REALTIME) {
		if (strcmp(wanted, "fail") == 0) {
			errno = EINVAL;
			return -1;
		}
		now->tv_sec = strtoll(wanted, NULL, 10);
		now->tv_nsec = 0;
		return 0;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	result = real(clock, now);
	if (wanted && wanted[0] == '@' && clock == CLOCK_REALTIME)
		now->tv_sec += seconds_later();
	return result;
}

time_t time(time_t *result)
{
	struct timespec now;
	time_t seconds = clock_gettime(CLOCK_REALTIME, &now) == 0 ? now.tv_sec :
								    -1;

	if (result)
		*result = seconds;
	return seconds;
}

int gettimeofday(struct timeval *restrict result, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return -1;
	result->tv_sec = now.tv_sec;
	result->tv_usec = now.tv_nsec / 1000;
	return 0;
}

void *malloc(size_t size)
{
	static void *(*real)(size_t);
	const char *limit = getenv("TEST_MALLOC");

	if (limit && size >= strtoull(limit, NULL, 10)) {
		errno = ENOMEM;
		return NULL;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "malloc");
	return real(size);
}

static int is(const char *variable, const char *value)
{
	const char *found = getenv(variable);

	return found && strcmp(found, value) == 0;
}

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_restrict_self 446
#endif

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	va_list list;
	long a[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == __NR_landlock_create_ruleset &&
	    is("TEST_LANDLOCK", "none")) {
		errno = ENOSYS;
		return -1;
	}
	if (number == __NR_landlock_restrict_self &&
	    is("TEST_LANDLOCK", "refuses")) {
		errno = E2BIG;
		return -1;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int prctl(int what, ...)
{
	static int (*real)(int, ...);
	va_list list;
	unsigned long a[4];

	va_start(list, what);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(list, unsigned long);
	va_end(list);
	if (what == PR_SET_SECCOMP && is("TEST_SECCOMP", "none")) {
		errno = EINVAL;
		return -1;
	}
	if (what == PR_SET_SECCOMP && a[1] && is("TEST_SECCOMP", "refuses")) {
		errno = ENOMEM;
		return -1;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "prctl");
	return real(what, a[0], a[1], a[2], a[3]);
}

/* ---- what a program can do at its end ---------------------------------------
 */

static int try_socket(int family)
{
	int file = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (file < 0)
		return errno;
	(void)close(file);
	return 0;
}

static int try_program(void)
{
	char *const words[] = { (char[]){ "true" }, NULL };
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		(void)execve("/bin/true", words, words + 1);
		_exit(errno);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static void tell(FILE *file, const char *name, int failure)
{
	(void)fprintf(file, "%s: %s\n", name,
		      failure ? strerror(failure) : "ok");
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("TEST_END");
	FILE *file = path ? fopen(path, "we") : NULL;

	if (!file)
		return;
	tell(file, "IPv4", try_socket(AF_INET));
	tell(file, "IPv6", try_socket(AF_INET6));
	tell(file, "local", try_socket(AF_UNIX));
	tell(file, "program", try_program());
	(void)fclose(file);
}
