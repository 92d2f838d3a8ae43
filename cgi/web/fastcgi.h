/*
 * fastcgi - the responder behind a web server that keeps it running.
 *
 * One request at a time; more at once are more processes on one socket. By
 * libfcgi, whose accept loop is not used: see fastcgi.c.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_H
#define MINTAGE_CGI_WEB_FASTCGI_H

#include "cgi/service/service.h"

/*
 * Let `handle` answer requests until SIGTERM, SIGINT or SIGUSR1; a request in
 * flight is always finished. SIGHUP reloads between requests. The caller has
 * blocked all four and ignores SIGPIPE. Returns the exit status: 1 when the
 * configuration can't be used or the socket broke.
 */
int fastcgi_serve(const char *config_path, service_handler *handle);

#endif
