/*
 * issue_fetch - credentials that Cloudflare signs, for issue.h's pipeline: a
 * parent with `signer = cloudflare`.
 *
 * POST {api-endpoint}/accounts/{id}/r2/temp-access-credentials, once for each
 * entry. All of them are here before the first byte of the answer leaves, so a
 * failure half-way issues nothing where that was asked for.
 */
#ifndef MINTAGE_CGI_ISSUE_FETCH_H
#define MINTAGE_CGI_ISSUE_FETCH_H

#include "entry.h"

/* One answer, in the order of the good entries. */
struct fetched {
	struct slice access_key_id;
	struct slice secret;
	struct slice session_token;
	enum error error; /* ERROR_NONE: the three above are set */
	struct slice message;
};

static inline bool issue_is_fetched(const struct issue *issue)
{
	return issue->grant.parent->signer == SIGNER_CLOUDFLARE;
}

/*
 * Does the API take this? `asked_actions`: they were named, rather than the
 * permission they follow from. ERROR_BAD_VALUE at /actions, /permission, or for
 * links at /parentAccessKeyId.
 */
enum error issue_fetch_allows(const struct issue *issue,
			      const struct scope *scope, bool asked_actions,
			      struct problem *problem) MUST_CHECK;

/* After pass 1: is there room for all the calls? ERROR_TOO_MANY_REQUESTS with
 * retry_after, ERROR_UNAVAILABLE. */
enum error issue_fetch_reserve(struct issue *issue) MUST_CHECK;

/* Pass 2: the next good entry's. False when there is none left. */
bool issue_fetch_next(struct issue *issue, struct fetched *fetched) MUST_CHECK;

/* Wipe it all. */
void issue_fetch_free(struct issue *issue);

#endif
