#include "fastcgi_record.h"

#include <errno.h>
#include <stdint.h>
#include <sys/uio.h>

#include "deadline.h"

#define FCGI_VERSION 1
#define FCGI_STDOUT_RECORD 6
#define HEADER_LENGTH 8
#define CONTENT_MAX 65528 /* bytes; a multiple of 8, so it needs no padding */

/* Write all of both parts. */
static bool write_both(int file, struct iovec parts[2])
{
	size_t first = 0;
	ssize_t put;

	while (first < 2) {
		put = writev(file, parts + first, (int)(2 - first));
		if (put < 0 && errno == EINTR && !deadline_is_over())
			continue;
		if (put <= 0)
			return false;
		while (first < 2 && (size_t)put >= parts[first].iov_len)
			put -= (ssize_t)parts[first++].iov_len;
		if (first < 2) {
			parts[first].iov_base =
				(char *)parts[first].iov_base + put;
			parts[first].iov_len -= (size_t)put;
		}
	}
	return true;
}

static bool write_record(int connection, unsigned id, const char *data,
			 size_t length)
{
	uint8_t header[HEADER_LENGTH] = {
		FCGI_VERSION, FCGI_STDOUT_RECORD,     (uint8_t)(id >> 8),
		(uint8_t)id,  (uint8_t)(length >> 8), (uint8_t)length,
	};
	/* struct iovec has no const, but writev only reads. */
	union {
		const char *data;
		void *base;
	} content = { .data = data };
	struct iovec parts[2] = { { header, sizeof(header) },
				  { content.base, length } };

	return write_both(connection, parts);
}

bool fastcgi_record_write(int connection, int id, const char *data,
			  size_t length)
{
	size_t part;

	for (; length > 0; data += part, length -= part) {
		part = length < CONTENT_MAX ? length : CONTENT_MAX;
		if (!write_record(connection, (unsigned)id, data, part))
			return false;
	}
	return true;
}
