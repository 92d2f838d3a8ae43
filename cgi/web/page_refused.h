/*
 * page_refused - the body of what a visitor is told who gets no file:
 * PAGE_REFUSED.
 *
 * Whoever opens a link of a page may know nothing of this service. The page
 * says what happened and what can be done, and nothing of what is behind it.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_REFUSED_H
#define MINTAGE_CGI_WEB_PAGE_REFUSED_H

#include "answer.h"

/* Write the page for a refusal by `error`. The caller has made sure of the
 * page's template with answer_need_page. */
void page_refused_write(struct answer *answer, enum error error);

#endif
