/*
 * router - the table of routes is the site map.
 */
#ifndef MINTAGE_CGI_WEB_ROUTER_H
#define MINTAGE_CGI_WEB_ROUTER_H

#include "cgi/service/service.h"
#include "request.h"

/* Answer one request, whatever it is. The body may be left unread. */
void router_handle(struct service *service, const struct request *request);

#endif
