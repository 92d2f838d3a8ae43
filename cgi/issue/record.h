/*
 * record - the line in the audit log that must stand before anything is issued,
 * and the line with the outcome.
 */
#ifndef MINTAGE_CGI_ISSUE_RECORD_H
#define MINTAGE_CGI_ISSUE_RECORD_H

#include "lib/base/problems.h"
#include "order.h"
#include "tally.h"

/* Record what is about to be issued. ERROR_UNAVAILABLE where that can't be
 * done: then nothing may be issued. errno says why, or is 0. */
enum error issue_record(const struct order *order, const struct tally *tally,
			struct problems *problems) MUST_CHECK;

/* Record how it ended. `complete`: the whole answer was taken; `bytes` of it
 * were. Should this line be lost, the first one stands: issued, outcome
 * unknown. */
void issue_record_outcome(const struct order *order, const struct tally *tally,
			  bool complete, uint64_t bytes);

#endif
