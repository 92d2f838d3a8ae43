/*
 * fastcgi_socket - the listening socket, and who may connect to it.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_SOCKET_H
#define MINTAGE_CGI_WEB_FASTCGI_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"

/* Where web servers leave it. */
#define FASTCGI_LISTENER 0

/* Put a socket that systemd passed (LISTEN_FDS) there. Only before any file
 * was opened. */
void fastcgi_socket_adopt(void);

/* Is it a listening socket? */
bool fastcgi_socket_listens(void);

/* Is it a path's, so that whoever connects is on this machine (unix(7))? */
bool fastcgi_socket_is_local(void);

/*
 * Take a connection if one is there: its descriptor in *connection, else -1. We
 * accept, not libfcgi: it has a window between its look at a signal's flag and
 * accept, and it would not set the timeouts before it reads.
 *
 * Over TCP only the addresses in `servers` are listened to, which are separated
 * by commas (FastCGI specification, 3.2; NULL: any). A peer that is silent, or
 * fetches nothing, for so many `seconds` is an error of the next read or write.
 * False only when the socket can't be used (errno).
 */
bool fastcgi_socket_accept(const char *servers, uint32_t seconds,
			   int *connection) MUST_CHECK;

#endif
