/*
 * fastcgi_record - STDOUT records of the greatest length (FastCGI
 * specification, 3.3 and 5.3). The records of libfcgi hold 8 KB, and each is a
 * write of its own that wakes the web server.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_RECORD_H
#define MINTAGE_CGI_WEB_FASTCGI_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

/*
 * Write all of `data` as STDOUT records of the request `id` to `connection`,
 * which is a blocking socket. False when the server is gone or does not read.
 * A record may have been cut then, so the caller must close the connection.
 */
bool fastcgi_record_write(int connection, int id, const char *data,
			  size_t length) MUST_CHECK;

#endif
