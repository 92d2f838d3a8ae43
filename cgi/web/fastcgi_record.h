/*
 * fastcgi_record - STDOUT records as long as FastCGI has them. libfcgi's hold
 * 8 KB, with a write for each, and for each write the web server is woken.
 *
 * FastCGI specification, 3.3 and 5.3.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_RECORD_H
#define MINTAGE_CGI_WEB_FASTCGI_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

/*
 * All of `data`, for the request `id`, to `connection`, which waits. False when
 * nobody takes it: then a record may have been cut, and the connection is of no
 * more use.
 */
bool fastcgi_record_write(int connection, int id, const char *data,
			  size_t length) MUST_CHECK;

#endif
