/*
 * fetch - credentials that Cloudflare signs, for a parent with
 * `signer = cloudflare`.
 *
 * Cloudflare API, "Create Temporary Access Credentials":
 * POST {api-endpoint}/accounts/{id}/r2/temp-access-credentials, once for each
 * entry of a batch, or once for a single credential. All answers have come
 * before the first byte of ours leaves, so that a failure half-way issues
 * nothing where the order is to be refused as a whole.
 */
#ifndef MINTAGE_CGI_ISSUE_FETCH_H
#define MINTAGE_CGI_ISSUE_FETCH_H

#include "lib/base/problems.h"
#include "order.h"
#include "tally.h"

/* The calls of one order and their answers. The pointer is NULL where the
 * parent signs locally, or nothing is to be issued. */
struct fetch;

/* The answer for one good entry. Its slices live until issue_fetch_free. */
struct fetched {
	struct slice access_key_id;
	struct slice secret;
	struct slice session_token;
	/* ERROR_NONE: the three above are set. Else why Cloudflare issued
	 * nothing for this entry, and a message for a person. */
	enum error error;
	struct slice message;
};

/*
 * After pass 1: reserve all the calls that the order needs. The caller frees
 * *fetch with issue_fetch_free, also after an error. Errors:
 * ERROR_TOO_MANY_REQUESTS with retry_after when the API does not take so many
 * calls now, ERROR_UNAVAILABLE when memory is out or the helper can't run.
 */
enum error issue_fetch_reserve(const struct order *order,
			       const struct tally *tally, struct fetch **fetch,
			       struct problems *problems) MUST_CHECK;

/*
 * After the record: make the calls and wait for all answers. An entry that
 * fails moves from tally->count to tally->failed where the order reports
 * entries; otherwise the whole order fails and tally->broken is set. Where
 * `fetch` is NULL there is nothing to do. Errors are those of upstream_call,
 * upstream_answer, cloudflare_result and cloudflare_texts; ERROR_TOO_LARGE for
 * more paths than one call carries; ERROR_INTERNAL for a manifest that changed
 * since pass 1; ERROR_UNAVAILABLE when memory is out.
 */
enum error issue_fetch(const struct order *order, struct tally *tally,
		       struct fetch *fetch,
		       struct problems *problems) MUST_CHECK;

/* Pass 2: set *fetched to the answer for the next good entry. False when all
 * answers were returned, or `fetch` is NULL. */
bool issue_fetch_next(struct fetch *fetch, struct fetched *fetched) MUST_CHECK;

/* End the calls, wipe the answers and free everything. `fetch` may be NULL. */
void issue_fetch_free(const struct order *order, struct fetch *fetch);

#endif
