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

/* Let fastcgi_socket_accept return at once where no connection is there. False
 * when the listening socket can't be used (errno). */
bool fastcgi_socket_prepare(void) MUST_CHECK;

/*
 * Accept a connection if one is there, without waiting for one: set *connection
 * to its descriptor, which the caller closes, or to -1. False only when the
 * listening socket can't be used (errno).
 *
 * Over TCP, connections are accepted only from the addresses in `servers`,
 * which are separated by commas (FastCGI specification, 3.2), or from any where
 * `servers` is NULL.
 *
 * libfcgi's own accept is not used. A signal that comes between its test of the
 * flag and its call of accept would not be noticed, and its reads have no end.
 */
bool fastcgi_socket_accept(const char *servers, int *connection) MUST_CHECK;

#endif
