#include "process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

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
