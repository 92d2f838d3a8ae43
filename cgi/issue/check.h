/*
 * check - pass 1: every entry is read, checked against the order and counted.
 * Nothing is issued.
 */
#ifndef MINTAGE_CGI_ISSUE_CHECK_H
#define MINTAGE_CGI_ISSUE_CHECK_H

#include "lib/base/problems.h"
#include "order.h"
#include "tally.h"

/*
 * Read all entries of a settled order and count them in *tally, which the
 * caller has set to {0}.
 *
 * Where a bad entry refuses the order, reading goes on, so that all bad ones
 * are named in `problems`. Returns ERROR_NONE where the order may be recorded,
 * else the first problem's error: those of issue_entry_check and of
 * manifest_next; ERROR_TOO_LARGE for too many entries or paths,
 * ERROR_ACCESS_DENIED for more entries than the caller may have, ERROR_EMPTY,
 * and ERROR_BAD_VALUE at /format.
 */
enum error issue_check(const struct order *order, struct tally *tally,
		       struct problems *problems) MUST_CHECK;

#endif
