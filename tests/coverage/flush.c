/*
 * What ends by _exit writes its counters first. Linked into the build of `make
 * coverage` only, with --wrap=_exit. A process that is killed by SIGKILL can't
 * write them, and what only such a one has done counts as not done.
 */
void __gcov_dump(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
