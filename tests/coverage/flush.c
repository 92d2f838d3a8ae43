/*
 * What ends by _exit, or becomes another program, writes its counters first.
 * Linked into the build of `make coverage` only, with --wrap. A process that is
 * killed by SIGKILL can't write them, and what only such a one has done counts
 * as not done.
 */
void __gcov_dump(void);
void __gcov_reset(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
int __real_execve(const char *path, char *const *arguments,
		  char *const *environment);
int __wrap_execve(const char *path, char *const *arguments,
		  char *const *environment);

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}

/* Where there is no such program, this one goes on, and counts from zero. */
int __wrap_execve(const char *path, char *const *arguments,
		  char *const *environment)
{
	__gcov_dump();
	__gcov_reset();
	return __real_execve(path, arguments, environment);
}
