#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress)
{
	progress->wanted = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	progress->next = milliseconds() + 1000;
}

void progress_show(struct progress *progress, uint64_t done, uint64_t all)
{
	if (!progress->wanted || milliseconds() < progress->next)
		return;
	fprintf(stderr, "\rmintage: %llu of %llu", (unsigned long long)done,
		(unsigned long long)all);
	progress->shown = true;
	progress->next = milliseconds() + 200;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
}
