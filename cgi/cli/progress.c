#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "lib/base/clock.h"

void progress_begin(struct progress *progress)
{
	progress->wanted = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
	progress->next = clock_ticks() + 1000;
}

void progress_show(struct progress *progress, uint64_t done, uint64_t all)
{
	if (!progress->wanted || clock_ticks() < progress->next)
		return;
	fprintf(stderr, "\rmintage: %llu of %llu", (unsigned long long)done,
		(unsigned long long)all);
	progress->shown = true;
	progress->next = clock_ticks() + 200;
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
}
