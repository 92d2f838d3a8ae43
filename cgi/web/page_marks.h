/*
 * page_marks - problems that the form shows beside the field they are about.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_MARKS_H
#define MINTAGE_CGI_WEB_PAGE_MARKS_H

#include "page.h"

/* The field of the form that `problem` is about, by the first part of its
 * pointer; FIELD_COUNT when the page has no field for it. Valid once
 * page->chosen is set, because it decides which fields there are. *index
 * becomes the second part of the pointer, the entry's index, or none. */
enum field page_marks_field(const struct page *page,
			    const struct problem *problem, struct slice *index);

/* problems_next for page->problems, which may be none: the page shows once what
 * several problems say. */
size_t page_marks_next(const struct page *page, size_t *at);

/* Set the value beside each field that a problem is about, and how many
 * problems that are. After page->chosen is set. */
void page_marks_set(struct page *page);

#endif
