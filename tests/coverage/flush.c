/*
 * flush - each process writes its counters of lines before it ends.
 *
 * gcc's library writes them at exit(). Here a process also writes them before
 * _exit and before execve; one that confines itself may still open the folder
 * of the counters; and one under `make torture` writes them without faults.
 * This is linked into the build of `make coverage` only, with --wrap. A process
 * that is killed by SIGKILL writes nothing, so what only such a process ran
 * counts as not run.
 */
#include <dlfcn.h>
#include <errno.h>
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

/* Where tests/torture/faults.c was loaded: let no call fail, or let them fail
 * again. */
static void pause_faults(bool pause)
{
	void (*faults_pause)(bool);

	*(void **)&faults_pause = dlsym(RTLD_DEFAULT, "faults_pause");
	if (faults_pause)
		faults_pause(pause);
}

/* This destructor runs before the one that writes the counters, because that
 * one is the first of all, and destructors run from the last to the first. */
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

/* Where execve fails, this process goes on and counts from zero, because what
 * it counted before is in the file already. */
int __wrap_execve(const char *path, char *const *arguments,
		  char *const *environment)
{
	pause_faults(true);
	__gcov_dump();
	__gcov_reset();
	pause_faults(false);
	return __real_execve(path, arguments, environment);
}

/* All is denied that the product denies, except for the folder of the counters.
 * The product's filter of system calls is not changed: it allows all calls that
 * writing them takes. */
int __wrap_landlock_begin(struct landlock *landlock)
{
	int failure = __real_landlock_begin(landlock);

	if (failure)
		return failure;
	failure = landlock_allow(landlock, COUNTERS, LANDLOCK_KEEP);
	if (failure)
		landlock_end(landlock);
	/* ENOSYS would say that the kernel has no Landlock. */
	return failure == ENOSYS ? EINVAL : failure;
}
