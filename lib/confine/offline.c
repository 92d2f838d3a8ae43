#include "offline.h"

#include <errno.h>
#include <string.h>

#include "filter.h"
#include "lib/base/process.h"
#include "privileges.h"

enum error offline_enter(struct problem *problem)
{
	int failure;

	if (process_is_watched())
		return ERROR_NONE;
	failure = privileges_renounce();
	if (!failure) {
		failure = filter_enter(FILTER_OFFLINE);
		if (failure == ENOSYS) /* there are no filters */
			return ERROR_NONE;
	}
	if (!failure)
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the kernel refuses to keep this command off the "
			   "network: %s",
			   strerror(failure));
}
