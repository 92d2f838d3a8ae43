/*
 * fastcgi_connection - a connection to the web server, whose reads and writes
 * have an end: a request that is only half sent, or an answer that nobody
 * reads, must not occupy this process for ever.
 *
 * Most reads and writes need not wait. The kernel is told of the limit when the
 * first of a connection has to, which saves two system calls a request.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_CONNECTION_H
#define MINTAGE_CGI_WEB_FASTCGI_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "lib/base/error.h"

struct fastcgi_connection {
	int file;         /* -1: none is open */
	uint32_t seconds; /* no read or write waits longer */
	bool has_limits;  /* the kernel was told */
};

/* Take over `file`, a connected socket that blocks. fastcgi_connection_close
 * closes it. */
void fastcgi_connection_open(struct fastcgi_connection *connection, int file,
			     uint32_t seconds);

/* Close the connection if one is open. */
void fastcgi_connection_close(struct fastcgi_connection *connection);

/* Read up to `size` bytes that are there already. Returns how many these were:
 * 0 also where the server has closed its end, or the connection is broken. */
size_t fastcgi_connection_take(struct fastcgi_connection *connection,
			       char *data, size_t size);

/* Read up to `size` bytes, and wait for the first of them. Returns how many
 * these were, and 0 where nothing comes. */
size_t fastcgi_connection_read(struct fastcgi_connection *connection,
			       char *data, size_t size);

/* Write all parts, the last of which is not empty; changes them. False where
 * the server does not take them, or where the time of the answer is over (see
 * deadline.h). Some bytes may have been written then. */
bool fastcgi_connection_write(struct fastcgi_connection *connection,
			      struct iovec parts[], size_t count) MUST_CHECK;

#endif
