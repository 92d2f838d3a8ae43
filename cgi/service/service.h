/*
 * service - what lives as long as the process: configuration, templates, log,
 * counters. It is loaded as a whole, and a reload that fails leaves the old one
 * in force.
 */
#ifndef MINTAGE_CGI_SERVICE_SERVICE_H
#define MINTAGE_CGI_SERVICE_SERVICE_H

#include "cgi/upstream/upstream.h"
#include "keeper.h"
#include "lib/audit/audit.h"
#include "lib/audit/strangers.h"
#include "lib/config/config.h"
#include "lib/render/renderer.h"
#include "lib/sign/presign.h"
#include "lib/state/counts.h"
#include "lib/state/limits.h"
#include "lib/state/visitors.h"
#include "metrics.h"
#include "once.h"
#include "pages.h"

/* How many parents' signing keys are kept. */
#define SERVICE_DAYS_MAX 8

/* Owns everything in it. Holds secrets: ends with service_free. */
struct service {
	struct config *config;
	struct renderer renderer;
	struct audit audit;
	struct audit_strangers strangers; /* their refusals */
	struct metrics metrics;
	struct state_counts counts; /* of links with max-downloads */
	struct state_limits limits; /* of callers with rate or daily-entries */
	struct state_visitors visitors; /* addresses of strangers */
	struct once once;         /* which of the page's forms were used */
	struct upstream upstream; /* the helper runs once it was needed */
	struct keeper *keeper;    /* borrowed; NULL: there is none */
	/* Signing keys of the parents that signed links last. A key is good for
	 * one day. */
	struct service_day {
		const struct parent *parent;
		struct presign_day day;
	} * days;        /* SERVICE_DAYS_MAX, in the pages of config->locked */
	size_t next_day; /* the place in `days` that is replaced next */
	/* Why the last reload failed; empty where it did not. */
	char outdated[PROBLEM_MESSAGE_MAX];
};

struct request;

/* The function that answers a request, router_handle. fastcgi and plaincgi
 * get it as an argument, because files above them, such as the router, are
 * unknown to them. */
typedef void service_handler(struct service *service,
			     const struct request *request);

/* How long the process lives, which decides when templates are compiled, and
 * whose files it may use (see strict.h). */
enum service_stay {
	SERVICE_STAYS,  /* it answers many requests: all at once */
	SERVICE_ONCE,   /* it answers one: each when it is needed */
	SERVICE_PROMPT, /* likewise, for whoever runs a command */
};

/*
 * Load the configuration at `path`, and what it names. ERROR_CONFIG or
 * ERROR_TEMPLATE when that fails, or when somebody else could change one of the
 * files, and then *service holds nothing.
 *
 * A log that can't be opened does not fail the load: requests are answered 503
 * until it can be opened. ERROR_NONE is returned then, but problem->error is not
 * ERROR_NONE, and the caller should tell the administrator problem->message.
 */
enum error service_load(struct service *service, const char *path,
			enum service_stay stay,
			struct problem *problem) MUST_CHECK;

/* From now on the keeper, borrowed until service_free, starts the helper and
 * opens what a reload opens. After opener_restrict it also connects to the
 * system's log. To be called before this process confines itself. */
void service_rely(struct service *service, struct keeper *keeper);

/* Stop the helper, wipe the secrets, close and free everything. */
void service_free(struct service *service);

/*
 * Load everything anew from the same path, and replace the service by it.
 * Returns what service_load returns, and *problem as it does. After a failure
 * the old service is still in force, and service->outdated says why. The log is
 * opened anew in either case, so a reload follows its rotation.
 */
enum error service_reload(struct service *service,
			  struct problem *problem) MUST_CHECK;

/* The signing key of `parent` for the UTC day of `now` (Unix seconds). It is
 * derived unless it was kept. Borrowed from the service until the next call. */
const struct presign_day *service_signing_key(struct service *service,
					      const struct parent *parent,
					      int64_t now);

#endif
