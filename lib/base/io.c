#include "io.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much space there is at least where the buffer was full. */
#define WINDOW 4096

/* After a call failed with errno: can it be repeated? Waits until it can. */
static bool may_repeat(int file, short events)
{
	struct pollfd waiting = { .fd = file, .events = events };

	return errno == EINTR ||
	       (errno == EAGAIN &&
		(poll(&waiting, 1, -1) >= 0 || errno == EINTR));
}

int io_write_all(int file, const void *data, size_t length)
{
	const char *rest = data;

	while (length > 0) {
		ssize_t put = write(file, rest, length);

		if (put < 0 && may_repeat(file, POLLOUT))
			continue;
		if (put < 0)
			return errno;
		if (put == 0)
			return EIO;
		rest += put;
		length -= (size_t)put;
	}
	return 0;
}

int io_read_all(int file, uint64_t max, struct buffer *buffer)
{
	for (;;) {
		ssize_t got;

		if (buffer->length == buffer->capacity &&
		    !buffer_reserve(buffer, WINDOW))
			return ENOMEM;
		got = read(file, buffer->data + buffer->length,
			   buffer->capacity - buffer->length);
		if (got == 0)
			return 0;
		if (got < 0 && may_repeat(file, POLLIN))
			continue;
		if (got < 0)
			return errno;
		buffer->length += (size_t)got;
		if (buffer->length > max)
			return EFBIG;
	}
}

bool io_is_whole(int file, size_t length)
{
	struct stat found;

	return fstat(file, &found) == 0 &&
	       (!S_ISREG(found.st_mode) || found.st_size <= (off_t)length);
}
