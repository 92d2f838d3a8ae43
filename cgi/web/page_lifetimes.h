/*
 * page_lifetimes - how long what the form asks for may live, in words.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_LIFETIMES_H
#define MINTAGE_CGI_WEB_PAGE_LIFETIMES_H

#include "page.h"

/*
 * Set the values of row number `row`, from 0, of VALUE_LIFETIMES; false where
 * there are fewer. The rows are an hour, a day, a week and 30 days, as far as
 * the caller may have them; before them all that a link may live, where that is
 * less than an hour; behind them what was sent, where it is another, such as a
 * date. What was sent is selected, else the longest that is good for links and
 * not longer than a day.
 */
bool page_lifetimes_row(struct page *page, size_t row);

#endif
