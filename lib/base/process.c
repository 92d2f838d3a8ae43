#include "process.h"

#include <limits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#endif

void process_guard_memory(void)
{
	static const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef WATCHED
	/* LeakSanitizer must be able to trace its own process. */
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

bool process_is_watched(void)
{
#ifdef WATCHED
	return true;
#else
	return false;
#endif
}

/* The call is made by its number, because the C library of Debian 11 has no
 * function for it. A kernel before 5.9 lacks it too. */
void process_close_from(int first)
{
	long end = sysconf(_SC_OPEN_MAX);

	if (syscall(__NR_close_range, first, UINT_MAX, 0) == 0)
		return;
	for (int file = first; file < end; file++)
		(void)close(file);
}

unsigned long process_allow_files(void)
{
	struct rlimit limit;
	rlim_t before;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	before = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	return before;
}

void process_limit_files(unsigned long count)
{
	struct rlimit limit;

	if (count == 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = count;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}
