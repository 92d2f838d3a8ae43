/*
 * plaincgi - the responder where the web server starts it anew for each request
 * (CGI, RFC 3875).
 */
#ifndef MINTAGE_CGI_WEB_PLAINCGI_H
#define MINTAGE_CGI_WEB_PLAINCGI_H

#include "cgi/service/service.h"

/*
 * Load the configuration at `config_path` and let `handle` answer the request:
 * its variables are in the environment, its body is read from descriptor 0, and
 * the answer is written to descriptor 1. Returns the exit status, 1 where the
 * configuration can't be used; the request is refused with 503 then.
 */
int plaincgi_serve(const char *config_path, service_handler *handle);

/* Answer the request with the HTTP status `status` and the line `text`,
 * whatever it asked for, and without a configuration. */
void plaincgi_refuse(int status, const char *text);

#endif
