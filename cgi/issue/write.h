/*
 * write - pass 2: the answer's body, by the template of the order's format.
 */
#ifndef MINTAGE_CGI_ISSUE_WRITE_H
#define MINTAGE_CGI_ISSUE_WRITE_H

#include "fetch.h"
#include "lib/base/sink.h"

/*
 * Write the body of an order that has been recorded, up to and with the sink's
 * flush. `fetch` holds what Cloudflare signed, NULL where the parent signs
 * locally. True when all of it was made and taken; otherwise the sink has
 * failed, and tally->broken says whether the fault was ours.
 */
bool issue_write_body(const struct order *order, struct tally *tally,
		      struct fetch *fetch, struct sink *sink) MUST_CHECK;

#endif
