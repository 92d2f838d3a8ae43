/*
 * router - the table of routes is the site map.
 */
#ifndef MINTAGE_ROUTER_H
#define MINTAGE_ROUTER_H

#include "request.h"
#include "service.h"

/* Answer one request, whatever it is. The body may be left unread. */
void router_handle(struct service *service, const struct request *request);

#endif
