/*
 * routes - the table of all routes. A new route is a row of ROUTE_TABLE and the
 * function that it names, in a file route_*.c.
 */
#ifndef MINTAGE_CGI_WEB_ROUTES_H
#define MINTAGE_CGI_WEB_ROUTES_H

#include <stdbool.h>

#include "cgi/service/pages.h"

struct request;
struct visit;

/* Answers the request of `visit`, or refuses it. */
typedef void route_handler(struct visit *visit);

/* True where a request whose method is not one of the route's may be handled
 * all the same. */
typedef bool route_exception(const struct request *request);

#define ROUTE_ACCOUNT "/accounts/{}"
#define ROUTE_SHARES "/s/"
#define ROUTE_CREDENTIALS ROUTE_ACCOUNT "/r2/temp-access-credentials"

/*
 * methods    the methods, as the Allow header lists them
 * path       the path, where each {} stands for one segment, which the handler
 *            finds in visit->segments
 * handler    the function that answers the request
 * name       the route's name in the audit log; NULL where it issues nothing,
 *            and refusals are not recorded
 * counted    the row of COUNTED_TABLE under which the metrics count it
 * page       the page, without PAGE_, that tells a browser of a refusal
 * exception  a route_exception for other methods, or NULL
 */
#define ROUTE_TABLE(ROW)                                                     \
	ROW("GET, HEAD", "/", route_pages_index, NULL, PAGES, FORM, NULL)    \
	ROW("GET, HEAD", "/healthz", route_pages_health, NULL, PAGES, FORM,  \
	    NULL)                                                            \
	ROW("GET, HEAD", "/metrics", route_pages_metrics, NULL, PAGES, FORM, \
	    NULL)                                                            \
	ROW("GET, HEAD", "/assets/{}/{}", route_assets, NULL, PAGES, FORM,   \
	    NULL)                                                            \
	ROW("POST", ROUTE_CREDENTIALS, route_issue_single, "single", SINGLE, \
	    FORM, route_issue_is_container_fetch)                            \
	ROW("POST", ROUTE_CREDENTIALS "/batch", route_issue_batch, "batch",  \
	    BATCH, FORM, NULL)                                               \
	ROW("POST", ROUTE_ACCOUNT "/r2/presigned-urls", route_issue_links,   \
	    "presigned-urls", LINKS, FORM, NULL)                             \
	ROW("POST", ROUTE_ACCOUNT "/r2/shares", route_shares_of_account,     \
	    "shares", SHARES, FORM, NULL)                                    \
	ROW("GET, HEAD, POST", "/shares", route_shares, "shares", SHARES,    \
	    FORM, NULL)                                                      \
	ROW("DELETE", "/shares/{}", route_shares_revoke, "shares", SHARES,   \
	    FORM, NULL)                                                      \
	ROW("POST", "/shares/{}/revoke", route_shares_revoke, "shares",      \
	    SHARES, FORM, NULL)                                              \
	ROW("GET, HEAD", ROUTE_SHARES "{}", route_share, "share", SHARE,     \
	    REFUSED, NULL)                                                   \
	ROW("GET, HEAD", ROUTE_SHARES "{}/{}", route_share_file, "share",    \
	    SHARE, REFUSED, NULL)                                            \
	ROW("GET, HEAD", ROUTE_SHARES "{}/{}/{}", route_share_file, "share", \
	    SHARE, REFUSED, NULL)

/* The most segments that a path can have in place of {}. */
#define ROUTE_SEGMENTS_MAX 3

/* The labels of the metrics, and whether anything is issued under them. A new
 * row goes to the end, because processes of two versions may share the
 * counters. */
#define COUNTED_TABLE(ROW)                                        \
	ROW(PAGES, "pages", false)                                \
	ROW(SINGLE, "single", true)                               \
	ROW(BATCH, "batch", true)                                 \
	ROW(LINKS, "presigned-urls", true)                        \
	ROW(OTHER, "other", false) /* requests without a route */ \
	ROW(REDIRECT, "redirect", true)                           \
	ROW(SHARES, "shares", true)                               \
	ROW(SHARE, "share", true)

#define COUNTED_ID(id, label, issues) COUNTED_##id,
enum counted { COUNTED_TABLE(COUNTED_ID) COUNTED_COUNT };
#undef COUNTED_ID

/* One row of ROUTE_TABLE, or what stands for the sections of
 * route_download.h. */
struct route {
	const char *methods;
	const char *path;
	route_handler *handle;
	const char *name;
	enum counted counted;
	enum page_id page; /* which a browser gets that is refused */
	route_exception *exception;
};

#define ROUTE_DECLARE(methods, path, handler, name, counted, page, exception) \
	route_handler handler;
ROUTE_TABLE(ROUTE_DECLARE)
#undef ROUTE_DECLARE

route_exception route_issue_is_container_fetch;

#endif
