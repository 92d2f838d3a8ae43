/*
 * fastcgi_socket - the listening socket, and who may connect to it.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_SOCKET_H
#define MINTAGE_CGI_WEB_FASTCGI_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"

/* The descriptor of the listening socket, as web servers pass it. */
#define FASTCGI_LISTENER 0

/* Move a socket that systemd passed (LISTEN_FDS) to FASTCGI_LISTENER. To be
 * called before any file is opened. */
void fastcgi_socket_adopt(void);

/* Is FASTCGI_LISTENER a listening socket? */
bool fastcgi_socket_listens(void);

/* Is FASTCGI_LISTENER a Unix socket (unix(7)), to which only this machine can
 * connect? */
bool fastcgi_socket_is_local(void);

/*
 * Accept a connection if one is there, without waiting for one: set *connection
 * to its descriptor, which the caller closes, or to -1. False only when the
 * listening socket can't be used (errno).
 *
 * Over TCP, connections are accepted only from the addresses in `servers`,
 * which are separated by commas (FastCGI specification, 3.2), or from any where
 * `servers` is NULL. A read or write on the connection fails after the server
 * was silent, or did not read, for `seconds`.
 *
 * libfcgi's own accept is not used. A signal that comes between its test of the
 * flag and its call of accept would not be noticed, and it sets no timeouts
 * before it reads.
 */
bool fastcgi_socket_accept(const char *servers, uint32_t seconds,
			   int *connection) MUST_CHECK;

#endif
