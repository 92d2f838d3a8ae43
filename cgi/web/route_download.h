/*
 * route_download - the paths of the [download] sections, which no table of
 * routes can know.
 */
#ifndef MINTAGE_CGI_WEB_ROUTE_DOWNLOAD_H
#define MINTAGE_CGI_WEB_ROUTE_DOWNLOAD_H

#include "lib/config/types.h"
#include "routes.h"

/* The route for `path`, PATH_INFO, where it is below the path of a section;
 * else NULL. */
const struct route *route_download_find(const struct config *config,
					struct slice path);

#endif
