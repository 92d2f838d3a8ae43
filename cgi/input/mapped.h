/*
 * mapped - memory that is an unlinked temporary file, for what may be large: it
 * costs page cache, which the system may write out, and not heap.
 */
#ifndef MINTAGE_CGI_INPUT_MAPPED_H
#define MINTAGE_CGI_INPUT_MAPPED_H

#include <stddef.h>

#include "lib/base/error.h"

/* {NULL, 0} is none. Ends with mapped_close. */
struct mapped {
	void *data; /* zero at first; aligned to a page */
	size_t size;
};

/*
 * Make `size` bytes, more than 0, in a file without a name: in $TMPDIR where
 * that is an absolute path, else in /var/tmp, else in /tmp. Returns 0, or an
 * errno, and then *mapped is none.
 *
 * All blocks are reserved here, so that a full disk is an error (ENOSPC) and
 * not a signal (SIGBUS) later.
 */
int mapped_open(struct mapped *mapped, size_t size) MUST_CHECK;

/* Give the memory back; leaves {NULL, 0}. */
void mapped_close(struct mapped *mapped);

#endif
