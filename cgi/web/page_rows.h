/*
 * page_rows - the lists of a page, row by row: what the caller may have, what
 * the service knows, and the problems that have no field in the form.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_ROWS_H
#define MINTAGE_CGI_WEB_PAGE_ROWS_H

#include "page.h"

/* As `next` of struct template_data: `context` is the struct page, `list` an
 * enum value or enum page_value. Sets the values of the next row; false behind
 * the last, and then the list begins anew. */
bool page_rows_next(void *context, size_t list);

#endif
