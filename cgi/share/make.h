/*
 * make - writes the share of an order that was checked and recorded.
 */
#ifndef MINTAGE_CGI_SHARE_MAKE_H
#define MINTAGE_CGI_SHARE_MAKE_H

#include "cgi/issue/issue.h"

/*
 * Write the share of an order whose share_id is set, after issue_prepare and
 * instead of issue_write. Every entry is checked once more: what the share
 * holds is what the record says. True when the share is there. False where it
 * can't be written (ERROR_UNAVAILABLE), or where the manifest has changed since
 * it was recorded (ERROR_INTERNAL): there is no share then, issue->tally.broken
 * is set, and *problem says why.
 */
bool share_make(struct issue *issue, struct problem *problem) MUST_CHECK;

#endif
