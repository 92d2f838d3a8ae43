/*
 * ownership - could anybody else change a file?
 *
 * A file is safe where it, and each folder on the way to it from the root,
 * belongs to root or the user and can be written by nobody else. A group counts
 * as nobody else where it has these users alone. Symbolic links are followed,
 * and the folders of a link and of what it leads to are both judged. Access
 * control lists are not looked at, except as far as they show in the mode.
 */
#ifndef MINTAGE_LIB_BASE_OWNERSHIP_H
#define MINTAGE_LIB_BASE_OWNERSHIP_H

#include <limits.h>
#include <sys/types.h>

#include "problem.h"

/* Who may own what is judged, and which folder was safe before. */
struct ownership {
	uid_t user;  /* whose process reads or writes the files */
	uid_t other; /* one more who may own them; root (0) for nobody */
	/* The first `judged` bytes of `folder` are the path of a folder that
	 * was judged, with all above it. 0: not even the root was. */
	size_t judged;
	char folder[PATH_MAX];
};

/* Begin to judge on behalf of the user of this process. */
void ownership_begin(struct ownership *ownership);

/*
 * Judge `path`, and all folders on the way to it. What is missing need not be
 * judged, but the folder that it would be in is. A folder that everybody can
 * write is good on the way where it is root's and sticky, as /tmp is. Of
 * devices only the way is judged.
 *
 * ERROR_CONFIG for the first that is not safe, counted from the root; the
 * message has the path, the mode or the owner, and the command that helps.
 */
enum error ownership_check(struct ownership *ownership, const char *path,
			   struct problem *problem) MUST_CHECK;

#endif
