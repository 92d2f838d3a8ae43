#include "wait.h"

#include <errno.h>
#include <poll.h>

#include "lib/base/clock.h"

bool audit_wait_writable(struct audit_wait *wait, int file, int *failure)
{
	struct pollfd waiting = { .fd = file, .events = POLLOUT };
	int64_t rest;

	if (*failure != EINTR && *failure != EAGAIN)
		return false;
	if (wait->end == 0)
		wait->end = clock_ticks() + wait->milliseconds;
	rest = wait->end - clock_ticks();
	if (rest < 0 || poll(&waiting, 1, (int)rest) == 0) {
		*failure = ETIMEDOUT;
		return false;
	}
	*failure = 0;
	return true;
}
