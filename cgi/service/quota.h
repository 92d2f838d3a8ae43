/*
 * quota - the limits of a caller, [caller] rate and daily-entries: what it has
 * left, in words and in headers.
 *
 * For a caller without limits no file is opened.
 */
#ifndef MINTAGE_CGI_SERVICE_QUOTA_H
#define MINTAGE_CGI_SERVICE_QUOTA_H

#include "lib/config/types.h"
#include "lib/state/limits.h"

/* Seconds of the window of daily-entries. */
#define QUOTA_DAY 86400

/* What a caller has left. Zeros: nobody is known, or nothing is limited. */
struct quota {
	const struct caller *caller; /* borrowed; NULL: nothing is limited */
	bool is_known; /* `standing` is set; else it can't be counted now */
	struct state_limits_standing standing[STATE_LIMITS_COUNT];
};

/* One limit of a quota. */
struct quota_limit {
	const char *name; /* of its key */
	const char *what; /* what is counted, in the plural */
	uint64_t most;
	uint32_t seconds;
	const char *unit; /* that length of time, in words */
	struct state_limits_standing standing;
};

bool quota_is_limited(const struct caller *caller);

/*
 * Count a request of the caller. ERROR_TOO_MANY_REQUESTS, with
 * problem->retry_after, where there were as many as there may be;
 * ERROR_UNAVAILABLE where it can't be counted. *quota says what is left in
 * every case.
 */
enum error quota_request(struct quota *quota, struct state_limits *limits,
			 const struct caller *caller,
			 struct problem *problem) MUST_CHECK;

/* Only look what is left. Where that can't be found out, quota->is_known is
 * false. */
void quota_look(struct quota *quota, struct state_limits *limits,
		const struct caller *caller);

/*
 * Count `entries` that are about to be issued, all or none. *time is when, for
 * giving back. Errors as above, and ERROR_TOO_LARGE for more than there may
 * ever be. The owner, who is no caller, has no limits.
 */
enum error quota_entries(struct quota *quota, struct state_limits *limits,
			 const struct caller *caller, uint64_t entries,
			 int64_t *time, struct problem *problem) MUST_CHECK;

/* `entries` of those that quota_entries counted at `time` were not issued. */
void quota_give_back(struct quota *quota, struct state_limits *limits,
		     uint64_t entries, int64_t time);

/* Set *limit to the quota's limit number `row`, from 0. False where there are
 * fewer. */
bool quota_limit(const struct quota *quota, size_t row,
		 struct quota_limit *limit);

/* Longest text of quota_headers, with the NUL. */
#define QUOTA_HEADERS_MAX 256

/* Write the fields RateLimit-Policy and RateLimit of
 * draft-ietf-httpapi-ratelimit-headers-10, each ending in CRLF; "" where
 * nothing is limited. Without what is left where that is not known. */
void quota_headers(const struct quota *quota, char dst[QUOTA_HEADERS_MAX]);

#endif
