/*
 * page_errors - the body of what a program is refused: PAGE_ERROR.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_ERRORS_H
#define MINTAGE_CGI_WEB_PAGE_ERRORS_H

#include "cgi/service/pages.h"
#include "lib/base/problems.h"

/*
 * Write every problem that was kept to `sink`, and where more were found than
 * kept, a last one that says how many. The caller has made sure of the page's
 * template with answer_need_page.
 */
void page_errors_write(const struct renderer *renderer,
		       const struct problems *problems, struct sink *sink);

#endif
