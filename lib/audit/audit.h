/*
 * audit - one JSON line before the first secret leaves, one with the outcome.
 *
 * A line never holds a secret, a token or a signature. Lines of one request
 * share its id.
 */
#ifndef MINTAGE_LIB_AUDIT_AUDIT_H
#define MINTAGE_LIB_AUDIT_AUDIT_H

#include "lib/base/buffer.h"
#include "lib/sign/scope.h"
#include "log.h"
#include "request.h"
#include "scopes.h"

/*
 * Open the file `path`, or the system's log for "syslog". `sync` makes each
 * line wait until it is on the disk. Borrows `path` until audit_close.
 * ERROR_UNAVAILABLE with path and reason when the log can't be opened; each
 * record then tries again, so that a full or missing disk needs no restart.
 */
enum error audit_open(struct audit *audit, const char *path, bool sync,
		      struct problem *problem) MUST_CHECK;
void audit_close(struct audit *audit);

/* Open the same path anew, after a log was rotated. Errors as above. */
enum error audit_reopen(struct audit *audit,
			struct problem *problem) MUST_CHECK;

/* What is about to be issued. */
struct audit_issue {
	struct slice account_id;
	struct slice access_key_id;
	struct slice bucket;
	struct scope scope; /* the batch's default */
	/* Of links to this service's own hosts and of shares; all empty for
	 * anything else. */
	struct slice sign;     /* "download" or "waf"; empty for a share */
	struct slice download; /* with sign=download: the section's name */
	struct slice domain;   /* with sign=waf: the section's host */
	struct slice share;    /* the share's id */
	int64_t expires;       /* Unix seconds: when the share ends, or the
				* links whose entries name no lifetime */
	uint64_t count;
	uint64_t failed;             /* entries refused under `report` */
	uint64_t differing;          /* entries with another scope than that */
	abilities differing_reach;   /* all that these may do together */
	uint32_t differing_ttl;      /* the longest of theirs */
	uint8_t scopes[DIGEST_SIZE]; /* see scopes.h */
};

/* Record what will be issued, before the first secret leaves. After
 * ERROR_UNAVAILABLE nothing may be issued. */
enum error audit_issue(struct audit *audit, const struct audit_request *request,
		       const struct audit_issue *issue) MUST_CHECK;

/* Record how it ended, after the last secret left. `result` is "complete",
 * "client-gone", "timed-out" or "failed"; `issued` and `bytes` count what left.
 * ERROR_UNAVAILABLE when the line could not be written, as below. */
enum error audit_outcome(struct audit *audit,
			 const struct audit_request *request,
			 const char *result, uint64_t issued,
			 uint64_t bytes) MUST_CHECK;

/* A key for which a signed address is about to be handed out. */
struct audit_redirect {
	struct slice share; /* the id of the share that was opened, or none */
	struct slice download; /* without a share: the section's name */
	struct slice account_id;
	struct slice access_key_id;
	struct slice bucket;
	struct slice key;
	struct slice method;
	uint32_t ttl; /* seconds, of the address */
};

/* Record it, before the address leaves. After ERROR_UNAVAILABLE it may not
 * leave. */
enum error audit_redirect(struct audit *audit,
			  const struct audit_request *request,
			  const struct audit_redirect *redirect) MUST_CHECK;

/* Record that the share with this id is about to be revoked. After
 * ERROR_UNAVAILABLE the caller must not revoke it. */
enum error audit_revoke(struct audit *audit,
			const struct audit_request *request,
			struct slice share) MUST_CHECK;

/* Record that a request was refused with an HTTP status. The message of
 * `problem` is left out, as it may quote what was sent. */
enum error audit_refusal(struct audit *audit,
			 const struct audit_request *request, int status,
			 const struct problem *problem) MUST_CHECK;

/* Refusals that have no line of their own. */
struct audit_refusals {
	uint64_t count;
	int64_t first, last;   /* Unix seconds */
	uint64_t unauthorized; /* those with status 401 */
	uint64_t forbidden;    /* those with status 403 */
};

/* Record in one line how many requests were refused. */
enum error audit_sum(struct audit *audit,
		     const struct audit_refusals *refusals) MUST_CHECK;

/* Find out whether lines can be written again after one could not, by writing
 * one that says so. */
enum error audit_retry(struct audit *audit,
		       const struct audit_request *request) MUST_CHECK;

#endif
