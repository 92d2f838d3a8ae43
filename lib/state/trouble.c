#include "trouble.h"

#include <errno.h>
#include <string.h>

static const char *reason(int failure)
{
	switch (failure) {
	case EBADMSG:
		return "it is damaged; once it is removed, all is counted anew";
	case EFBIG:
		return "it holds as many as it can";
	case EPERM:
		return "it is not a plain file of the user that this service "
		       "runs as, which nobody else can write to";
	case ETIMEDOUT:
		return "another process keeps its lock, end that process";
	default:
		return strerror(failure);
	}
}

void state_trouble_note(struct state_trouble *trouble, int failure,
			const struct state_place *place)
{
	struct problem why;

	trouble->lasts = failure != 0;
	trouble->is_stuck = failure == ETIMEDOUT;
	if (!trouble->lasts)
		return;
	problem_set(&why, ERROR_UNAVAILABLE, NULL,
		    "%s can't be counted in %s of state-dir %s: %s",
		    place->what, place->name, place->folder, reason(failure));
	memcpy(trouble->why, why.message, sizeof(trouble->why));
}
