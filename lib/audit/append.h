/*
 * append - add lines to a file that several processes add lines to.
 *
 * All of them take the file's lock for each line. Whoever has the lock knows
 * that the file ends with a whole line before it writes, and cuts back what it
 * could not write to the end, as on a full disk. So a line is there as a whole,
 * on a line of its own, or not at all.
 */
#ifndef MINTAGE_LIB_AUDIT_APPEND_H
#define MINTAGE_LIB_AUDIT_APPEND_H

#include <sys/types.h>

#include "lib/base/error.h"
#include "lib/base/slice.h"

/*
 * Append `line`, which ends with a newline, to a regular file that was opened
 * with O_APPEND. A file that can also be read is looked at first, unless its
 * size is *end: where it does not end with a newline, because a process was
 * killed while it wrote, that line is ended. *end becomes the size with the
 * line, or 0 where that is not certain; it begins as 0.
 *
 * Waits `milliseconds` for the lock at most. Returns 0, or the errno of what
 * failed: ETIMEDOUT where another process keeps the lock; ESTALE where the file
 * was removed, so that nobody could read the line.
 */
int audit_append_line(int file, off_t *end, struct slice line,
		      unsigned milliseconds) MUST_CHECK;

#endif
