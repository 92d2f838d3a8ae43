/*
 * check - pass 1: every entry is read, held against the order and counted.
 * Nothing is issued.
 */
#ifndef MINTAGE_CGI_ISSUE_CHECK_H
#define MINTAGE_CGI_ISSUE_CHECK_H

#include "lib/base/problems.h"
#include "order.h"
#include "tally.h"

/*
 * Fill *tally, which is {0}, with what the order comes to. Where a bad entry
 * refuses the order, reading goes on so that all bad ones are named. Returns
 * the first problem's error, ERROR_NONE where the order may be recorded.
 */
enum error issue_check(const struct order *order, struct tally *tally,
		       struct problems *problems) MUST_CHECK;

#endif
