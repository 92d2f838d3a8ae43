/*
 * pages_rows - the lists of a page, row by row: what the caller may have, what
 * the service knows, and what went wrong. A problem that has a field in the
 * form stands beside that instead.
 */
#ifndef MINTAGE_CGI_WEB_PAGES_ROWS_H
#define MINTAGE_CGI_WEB_PAGES_ROWS_H

#include "pages_values.h"

/* As template_data's next: `context` is the page, `list` an enum value. Sets
 * the values of the next row; false behind the last, and the list begins
 * anew. */
bool page_next(void *context, size_t list);

/* The account of a path /accounts/{id}/..., if it is one of the caller's; else
 * NULL. */
const struct account *page_account_in(const struct page *page,
				      struct slice path);

/* Each of page->problems that is about a field of the form, beside it. After
 * page->chosen is set: on that depends which fields there are. */
void page_mark_fields(struct page *page);

#endif
