/*
 * page_shares - the pages of whoever makes shares: one that was just made, and
 * the list of those that there are; each for browsers and for programs.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_SHARES_H
#define MINTAGE_CGI_WEB_PAGE_SHARES_H

#include "cgi/issue/issue.h"
#include "cgi/share/own.h"
#include "visit.h"

/* Which of a page and its _DATA Accept asks for: `page` is the former. It is
 * compiled then. ERROR_NOT_ACCEPTABLE for neither, ERROR_TEMPLATE where it
 * can't be compiled. */
enum error page_shares_choose(struct visit *visit, enum page_id page,
			      enum page_id *chosen,
			      struct problem *problem) MUST_CHECK;

/* Write the answer with the share that `issue` has made, whose address has the
 * terminated `secret`. */
void page_shares_made(struct visit *visit, const struct issue *issue,
		      enum page_id page, const char *secret);

/* Write the answer with a list. Shares that are revoked meanwhile are left
 * out. */
void page_shares_list(struct visit *visit, const struct share_own *own,
		      enum page_id page);

#endif
