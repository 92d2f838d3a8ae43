/*
 * issue - from a request to what is issued. The web and the prompt take the
 * same three steps:
 *
 *   issue_prepare   settle the order; check every entry (pass 1); record what
 * is about to be issued; where Cloudflare signs, fetch it all issue_write mint
 * or sign and render each entry (pass 2); refuses an order that was not
 * recorded issue_end       record the outcome, wipe everything
 */
#ifndef MINTAGE_CGI_ISSUE_ISSUE_H
#define MINTAGE_CGI_ISSUE_ISSUE_H

#include "fetch.h"
#include "lib/base/problems.h"
#include "lib/base/sink.h"

struct issue {
	struct order order; /* constant after issue_prepare */
	struct tally tally;
	struct fetch *fetch; /* owned; NULL where the parent signs locally */
	bool recorded;       /* the line in the audit log stands */
	int record_failure;  /* errno of the line that could not be written */
};

/*
 * Everything that `request` points to is borrowed until issue_end, which must
 * follow in any case. `problems` may hold what was wrong with the fields; it
 * gets what is wrong with the rest. Returns ERROR_NONE, or the first problem's
 * error: then nothing may be issued.
 */
enum error issue_prepare(struct issue *issue,
			 const struct order_request *request,
			 struct problems *problems) MUST_CHECK;

/*
 * Write the answer's body, up to and with the sink's flush. True when all of it
 * was made and taken. An order that was not recorded writes nothing: the sink
 * is marked as failed, the tally as broken.
 */
bool issue_write(struct issue *issue, struct sink *sink) MUST_CHECK;

/* `complete`: what issue_write returned, and the answer was delivered; `bytes`
 * of it were passed on. */
void issue_end(struct issue *issue, bool complete, uint64_t bytes);

#endif
