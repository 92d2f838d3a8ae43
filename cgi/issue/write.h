/*
 * write - pass 2: the answer's body, by the template of the order's format.
 */
#ifndef MINTAGE_CGI_ISSUE_WRITE_H
#define MINTAGE_CGI_ISSUE_WRITE_H

#include "fetch.h"
#include "lib/base/sink.h"

/*
 * Write the body of an order that has been recorded to `sink` and flush it.
 * `fetch` holds what Cloudflare signed; it is NULL where the parent signs
 * locally. tally->issued counts what was made. True when all of it was made and
 * the sink took it. Otherwise tally->broken is set where the fault was ours,
 * and not set where the client is gone.
 */
bool issue_write_body(const struct order *order, struct tally *tally,
		      struct fetch *fetch, struct sink *sink) MUST_CHECK;

#endif
