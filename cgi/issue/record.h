/*
 * record - the line that the audit log must have before anything is issued, and
 * the line with the outcome.
 */
#ifndef MINTAGE_CGI_ISSUE_RECORD_H
#define MINTAGE_CGI_ISSUE_RECORD_H

#include "lib/base/problems.h"
#include "order.h"
#include "tally.h"

/* Record what is about to be issued. ERROR_UNAVAILABLE where the log can't be
 * written, and then nothing may be issued; the service's audit.why says why. */
enum error issue_record(const struct order *order, const struct tally *tally,
			struct problems *problems) MUST_CHECK;

/* Record how it ended. `complete` is true where the whole answer was taken;
 * `bytes` is how much of it was. Where this line can't be written, nothing more
 * is done: the log then says that something was issued, without its outcome. */
void issue_record_outcome(const struct order *order, const struct tally *tally,
			  bool complete, uint64_t bytes);

#endif
