#include "wait.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool audit_wait_writable(struct audit_wait *wait, int file, int *failure)
{
	struct pollfd waiting = { .fd = file, .events = POLLOUT };
	int64_t rest;

	if (*failure != EINTR && *failure != EAGAIN)
		return false;
	if (wait->end == 0)
		wait->end = now_ms() + wait->milliseconds;
	rest = wait->end - now_ms();
	if (rest < 0 || poll(&waiting, 1, (int)rest) == 0) {
		*failure = ETIMEDOUT;
		return false;
	}
	*failure = 0;
	return true;
}
