#include "process.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
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

#ifdef WATCHED
/* AddressSanitizer asks for its defaults by this name. Unless it is told so, it
 * does not look for uses of a function's variables after it has returned. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=1";
}
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

/* Close what is open now. The limit of open files would be no end to count up
 * to: it may be unlimited, or have been lowered since. */
static void close_listed(int first)
{
	const struct dirent *entry;
	long file;
	DIR *list;

	/* So that there is a descriptor for the list. */
	(void)close(first);
	list = opendir("/proc/self/fd");
	if (!list)
		return;
	while ((entry = readdir(list))) {
		file = strtol(entry->d_name, NULL, 10);
		if (entry->d_name[0] != '.' && file >= first &&
		    file != dirfd(list))
			(void)close((int)file);
	}
	(void)closedir(list);
}

/* The call is made by its number, because the C library of Debian 11 has no
 * function for it. A kernel before 5.9 lacks it too. */
void process_close_from(int first)
{
	if (syscall(__NR_close_range, first, UINT_MAX, 0) != 0)
		close_listed(first);
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
