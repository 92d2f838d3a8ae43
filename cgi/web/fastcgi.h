/*
 * fastcgi - the responder behind a web server that keeps it running.
 *
 * The process answers one request at a time. To answer more at once, the web
 * server starts more processes on the same socket.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_H
#define MINTAGE_CGI_WEB_FASTCGI_H

#include "cgi/service/service.h"

/*
 * Load the configuration at `config_path` and let `handle` answer requests
 * until SIGTERM, SIGINT, SIGQUIT or SIGUSR1. A request that has begun is always
 * finished. SIGHUP reloads the configuration between requests. The caller has
 * blocked all five signals and ignores SIGPIPE.
 *
 * Returns the exit status: 0 after a signal, 1 when the configuration can't be
 * used or the socket broke.
 */
int fastcgi_serve(const char *config_path, service_handler *handle);

#endif
