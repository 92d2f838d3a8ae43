/*
 * What ends by _exit, or becomes another program, writes its counters first;
 * what confines itself keeps the folder in which it writes them; and what is
 * tortured writes them without faults. Linked into the build of `make coverage`
 * only, with --wrap. A process that is killed by SIGKILL can't write them, and
 * what only such a one has done counts as not done.
 */
#include <dlfcn.h>
#include <stdbool.h>

#include "lib/confine/landlock.h"

void __gcov_dump(void);
void __gcov_reset(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
int __real_execve(const char *path, char *const *arguments,
		  char *const *environment);
int __wrap_execve(const char *path, char *const *arguments,
		  char *const *environment);
int __real_landlock_begin(struct landlock *landlock) __attribute__((weak));
int __wrap_landlock_begin(struct landlock *landlock);

/* Not every program that this is linked into can confine itself. */
#pragma weak landlock_allow
#pragma weak landlock_end

/* tests/torture/faults.c, where it was loaded, fails calls no longer. */
static void pause_faults(bool pause)
{
	void (*faults_pause)(bool);

	*(void **)&faults_pause = dlsym(RTLD_DEFAULT, "faults_pause");
	if (faults_pause)
		faults_pause(pause);
}

/* Before the counters are written, which the first of all destructors, and so
 * the last to be called, does. */
__attribute__((destructor)) static void end(void)
{
	pause_faults(true);
}

void __wrap__exit(int status)
{
	pause_faults(true);
	__gcov_dump();
	__real__exit(status);
}

/* Where there is no such program, this one goes on, and counts from zero. */
int __wrap_execve(const char *path, char *const *arguments,
		  char *const *environment)
{
	pause_faults(true);
	__gcov_dump();
	__gcov_reset();
	pause_faults(false);
	return __real_execve(path, arguments, environment);
}

/* All is denied that the product denies, but for this one folder more. The
 * filter of system calls is the product's own: it allows what writing takes. */
int __wrap_landlock_begin(struct landlock *landlock)
{
	int failure = __real_landlock_begin(landlock);

	if (!failure)
		failure = landlock_allow(landlock, COUNTERS, LANDLOCK_KEEP);
	if (failure)
		landlock_end(landlock);
	return failure;
}
