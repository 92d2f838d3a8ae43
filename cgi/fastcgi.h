/*
 * fastcgi - the responder behind a web server that keeps it running.
 *
 * One request at a time; more at once are more processes on one socket. By
 * libfcgi, whose accept loop is not used: see fastcgi.c.
 */
#ifndef MINTAGE_FASTCGI_H
#define MINTAGE_FASTCGI_H

#include <stdbool.h>

#include "service.h"

/* Put a socket that systemd passed (LISTEN_FDS) where FastCGI has it: on
 * descriptor 0. Only before any file was opened. */
void fastcgi_adopt_socket(void);

/* Is descriptor 0 a listening socket? */
bool fastcgi_is_asked_for(void);

/*
 * Let `handle` answer requests until SIGTERM, SIGINT or SIGUSR1; a request in
 * flight is always finished. SIGHUP reloads between requests. The caller has
 * blocked all four and ignores SIGPIPE. Returns the exit status: 1 when the
 * configuration can't be used or the socket broke.
 */
int fastcgi_serve(const char *config_path, service_handler *handle);

#endif
