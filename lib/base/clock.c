#include "clock.h"

#include <errno.h>
#include <string.h>

#include "date.h"

enum error clock_read(struct timespec *now, struct problem *problem)
{
	char shown[DATE_TEXT_MAX];

	if (clock_gettime(CLOCK_REALTIME, now) != 0)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the clock of this machine can't be read: "
				   "%s",
				   strerror(errno));
	if (now->tv_sec >= CLOCK_EARLIEST && now->tv_sec < CLOCK_LATEST)
		return ERROR_NONE;
	date_text(now->tv_sec, shown);
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the clock of this machine says %s, which can't be "
			   "right: set it, best by NTP",
			   shown);
}

int64_t clock_ticks(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_uptime(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_BOOTTIME, &now) != 0)
		return -1;
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
