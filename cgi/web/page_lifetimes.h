/*
 * page_lifetimes - the lifetimes that the form offers, in words.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_LIFETIMES_H
#define MINTAGE_CGI_WEB_PAGE_LIFETIMES_H

#include "page.h"

/*
 * Set the values of row number `row`, from 0, of VALUE_LIFETIMES; false where
 * there are fewer. The rows are an hour, a day, a week and 30 days, as far as
 * the caller may have them for links or for shares. Before them stands the
 * caller's max-ttl, where that is less than an hour. Behind them stands what
 * was sent, where that is another lifetime, such as a date. What was sent is
 * selected; where nothing was sent, the longest row that is at most max-ttl and
 * a day.
 */
bool page_lifetimes_row(struct page *page, size_t row);

#endif
