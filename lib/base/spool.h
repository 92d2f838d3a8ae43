/*
 * spool - writable memory of any size.
 *
 * A text of up to SPOOL_HEAP_MAX bytes is on the heap. A larger one is in an
 * unlinked temporary file that is mapped, so that a large manifest costs page
 * cache, not heap.
 */
#ifndef MINTAGE_LIB_BASE_SPOOL_H
#define MINTAGE_LIB_BASE_SPOOL_H

#include <stddef.h>

#include "error.h"

#define SPOOL_HEAP_MAX (1024 * 1024) /* bytes */

/* Owns its bytes. {0} is closed. */
struct spool {
	char *data;
	size_t mapped; /* bytes of the mapping, 0 where it is on the heap */
};

/* Make space for `length` bytes, which is below PTRDIFF_MAX, and one more for a
 * NUL. A file is made in `folder`, an absolute path or NULL, else in /var/tmp
 * or /tmp. Returns 0, or an errno: *spool is closed then. */
int spool_open(struct spool *spool, const char *folder,
	       size_t length) MUST_CHECK;

/* Make `size` bytes, more than 0, in a file, however few they are. They are
 * zeros, and aligned to a page. Else as spool_open. */
int spool_open_mapped(struct spool *spool, const char *folder,
		      size_t size) MUST_CHECK;

/* The folder in which a file would be made now: the first of these three that
 * this process may write to; NULL where there is none. */
const char *spool_place(const char *folder);

/* Free or unmap the bytes; leaves {0}. */
void spool_close(struct spool *spool);

#endif
