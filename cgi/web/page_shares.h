/*
 * page_shares - the pages for callers who make shares: a share that was just
 * made, and the list of a caller's shares; each for browsers and for programs.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_SHARES_H
#define MINTAGE_CGI_WEB_PAGE_SHARES_H

#include "cgi/issue/issue.h"
#include "cgi/share/own.h"
#include "visit.h"

/* Choose by Accept between `page`, which is PAGE_SHARED or PAGE_SHARES, and the
 * _DATA behind it, and compile the template of *chosen. ERROR_NOT_ACCEPTABLE
 * where Accept wants neither, ERROR_TEMPLATE where the template can't be
 * compiled. */
enum error page_shares_choose(struct visit *visit, enum page_id page,
			      enum page_id *chosen,
			      struct problem *problem) MUST_CHECK;

/* Write the answer that tells the address of the share that `issue` has made.
 * `secret` is the terminated secret in that address; `page` is what
 * page_shares_choose chose. */
void page_shares_made(struct visit *visit, const struct issue *issue,
		      enum page_id page, const char *secret);

/* Write the answer that lists the shares of `own`. Shares that are revoked
 * meanwhile are left out. `page` is what page_shares_choose chose. */
void page_shares_list(struct visit *visit, const struct share_own *own,
		      enum page_id page);

#endif
