/*
 * plaincgi - the responder started for one request (RFC 3875).
 */
#ifndef MINTAGE_CGI_WEB_PLAINCGI_H
#define MINTAGE_CGI_WEB_PLAINCGI_H

#include "cgi/service/service.h"

/* Let `handle` answer the request in the environment and on descriptors 0 and
 * 1. Returns the exit status. */
int plaincgi_serve(const char *config_path, service_handler *handle);

/* Answer `status` with one line of text, whatever was asked. */
void plaincgi_refuse(int status, const char *text);

#endif
