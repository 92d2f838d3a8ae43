/*
 * fetch - credentials that Cloudflare signs, for a parent with
 * `signer = cloudflare`.
 *
 * POST {api-endpoint}/accounts/{id}/r2/temp-access-credentials, once for each
 * entry. All answers are here before the first byte of ours leaves, so a
 * failure half-way issues nothing where the order is to be refused as a whole.
 */
#ifndef MINTAGE_CGI_ISSUE_FETCH_H
#define MINTAGE_CGI_ISSUE_FETCH_H

#include "lib/base/problems.h"
#include "order.h"
#include "tally.h"

/* The calls of one order and their answers; NULL where the parent signs
 * locally, or nothing is to be issued. */
struct fetch;

/* One answer, in the order of the good entries. Slices live until
 * issue_fetch_free. */
struct fetched {
	struct slice access_key_id;
	struct slice secret;
	struct slice session_token;
	enum error error; /* ERROR_NONE: the three above are set */
	struct slice message;
};

/*
 * After pass 1: reserve all the calls that the order needs. *fetch is owned by
 * the caller, also after an error, and ends with issue_fetch_free.
 * ERROR_TOO_MANY_REQUESTS with retry_after, ERROR_UNAVAILABLE.
 */
enum error issue_fetch_reserve(const struct order *order,
			       const struct tally *tally, struct fetch **fetch,
			       struct problems *problems) MUST_CHECK;

/*
 * After the record: make the calls and wait for all answers. An entry that
 * fails moves from tally->count to tally->failed where the order reports
 * entries; otherwise the whole order fails and tally->broken is set. Errors are
 * those of upstream_call, ERROR_UPSTREAM, ERROR_TOO_LARGE.
 */
enum error issue_fetch(const struct order *order, struct tally *tally,
		       struct fetch *fetch,
		       struct problems *problems) MUST_CHECK;

/* Pass 2: the answer for the next good entry. False when there is none left. */
bool issue_fetch_next(struct fetch *fetch, struct fetched *fetched) MUST_CHECK;

/* Wipe and free it all. NULL is fine. */
void issue_fetch_free(const struct order *order, struct fetch *fetch);

#endif
