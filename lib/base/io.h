/*
 * io - reading and writing a file descriptor to the end.
 *
 * Interrupted calls are repeated. A descriptor that is set to non-blocking, as
 * a pipe may be by the process at its other end, is waited for without limit.
 */
#ifndef MINTAGE_LIB_BASE_IO_H
#define MINTAGE_LIB_BASE_IO_H

#include "buffer.h"

/* Write all `length` bytes. Returns 0, or the errno of what failed; some of the
 * bytes may have been written then. */
int io_write_all(int file, const void *data, size_t length) MUST_CHECK;

/*
 * Append what there is to read to *buffer, which the caller frees with
 * buffer_free also after an error. Returns 0 at the end of the file; EFBIG as
 * soon as the buffer holds more than `max` bytes; ENOMEM when memory is out;
 * else the errno of what failed.
 */
int io_read_all(int file, uint64_t max, struct buffer *buffer) MUST_CHECK;

/* False where a regular file has more than the `length` bytes that were read to
 * its end: it was changed meanwhile, and what was read is a part of it. */
bool io_is_whole(int file, size_t length);

#endif
