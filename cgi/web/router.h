/*
 * router - finds the route of a request in the table of routes.h, and answers
 * it.
 */
#ifndef MINTAGE_CGI_WEB_ROUTER_H
#define MINTAGE_CGI_WEB_ROUTER_H

#include "cgi/service/service.h"
#include "request.h"

/* Answer one request, whatever it is, and count it. The body may be left
 * unread. Both arguments are borrowed for the call. */
void router_handle(struct service *service, const struct request *request);

#endif
