/*
 * issue - from a request to what is issued. The responder and the command line
 * take the same three steps.
 *
 * issue_prepare settles the order, checks every entry (pass 1), counts them for
 * the caller's daily-entries, uses up the form where it came from one, records
 * what is about to be issued and, where Cloudflare signs, fetches it all.
 *
 * issue_write mints or signs for each entry and renders it (pass 2). It refuses
 * to run for an order that was not recorded.
 *
 * issue_end records the outcome and wipes everything.
 */
#ifndef MINTAGE_CGI_ISSUE_ISSUE_H
#define MINTAGE_CGI_ISSUE_ISSUE_H

#include "fetch.h"
#include "lib/base/problems.h"
#include "lib/base/sink.h"

/* Set by issue_prepare; holds secrets until issue_end. */
struct issue {
	struct order order; /* constant after issue_prepare */
	struct tally tally;
	struct fetch *fetch; /* owned; NULL where the parent signs locally */
	bool recorded;       /* the audit log has the line; see record.h */
	struct quota *quota; /* of the caller, or NULL; borrowed */
	uint64_t taken;      /* entries that were counted for daily-entries */
	int64_t taken_at;    /* for giving them back */
	bool form_used;      /* the number of the page's form was used */
};

/*
 * Everything that `request` points to is borrowed until issue_end, which must
 * follow, also after an error. `problems` may already hold what was wrong with
 * the fields; what else is wrong is added. Returns ERROR_NONE, or the first
 * problem's error, and then nothing may be issued. Errors are those of
 * order_settle, issue_check, issue_fetch_reserve, quota_entries, once_use,
 * issue_record and issue_fetch.
 */
enum error issue_prepare(struct issue *issue,
			 const struct order_request *request,
			 struct problems *problems) MUST_CHECK;

/*
 * Write the answer's body to `sink` and flush it. True when all of it was made
 * and the sink took it. For an order that was not recorded, nothing is written:
 * the sink is marked as failed and the tally as broken.
 */
bool issue_write(struct issue *issue, struct sink *sink) MUST_CHECK;

/* Record the outcome where something was recorded, wipe and free everything.
 * `complete` is true where issue_write returned true and the answer was
 * delivered; `bytes` is how much of the answer was passed on. */
void issue_end(struct issue *issue, bool complete, uint64_t bytes);

#endif
