/*
 * service - what stays between requests: configuration, templates, log. Loaded
 * as a whole; a reload that fails leaves the old one in force.
 */
#ifndef MINTAGE_CGI_SERVICE_SERVICE_H
#define MINTAGE_CGI_SERVICE_SERVICE_H

#include "cgi/upstream/upstream.h"
#include "lib/audit/audit.h"
#include "lib/config/config.h"
#include "lib/render/renderer.h"
#include "lib/sign/presign.h"
#include "metrics.h"
#include "pages.h"

#define SERVICE_DAYS_MAX 8

struct service {
	struct config *config;
	struct renderer renderer;
	struct audit audit;
	struct metrics metrics;
	struct upstream upstream; /* started where Cloudflare signs */
	/* Signing keys of the last parents that signed links, one a day. */
	struct service_day {
		const struct parent *parent;
		struct presign_day day;
	} days[SERVICE_DAYS_MAX];
	size_t next_day; /* the place to be used next */
	/* Why the last reload failed; empty: it did not. */
	char outdated[PROBLEM_MESSAGE_MAX];
};

struct request;

/* What answers a request: router_handle. The two transports below the router
 * are given it. */
typedef void service_handler(struct service *service,
			     const struct request *request);

/* Templates: all are compiled at once, or each when it is needed. */
enum service_stay { SERVICE_STAYS, SERVICE_ONCE };

/*
 * ERROR_CONFIG or ERROR_TEMPLATE; then *service holds nothing. A log that can't
 * be opened is no failure here, requests are answered 503 until it can: then
 * ERROR_NONE is returned, but problem->error is set (else it is ERROR_NONE) and
 * the message worth telling.
 */
enum error service_load(struct service *service, const char *path,
			enum service_stay stay,
			struct problem *problem) MUST_CHECK;
void service_free(struct service *service);

/* Load anew from the same path and swap; on failure nothing has changed but
 * `outdated`. The log is opened anew too, so this follows a rotation. */
enum error service_reload(struct service *service,
			  struct problem *problem) MUST_CHECK;

/* The signing key of `parent` for the day of `now`; made when it isn't at
 * hand. Stands until the next call. */
const struct presign_day *service_signing_key(struct service *service,
					      const struct parent *parent,
					      int64_t now);

#endif
