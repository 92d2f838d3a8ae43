/*
 * pages_values - what a page of pages.h draws from, and the values that hold
 * for all of it. For the pages alone.
 */
#ifndef MINTAGE_CGI_WEB_PAGES_VALUES_H
#define MINTAGE_CGI_WEB_PAGES_VALUES_H

#include "answer.h"
#include "cgi/input/fields.h"
#include "lib/policy/grant.h"

/* What a page draws from; borrows all of it but the texts. */
struct page {
	const struct config *config;
	const struct renderer *renderer;
	const struct caller *caller; /* NULL: nobody is known */
	const char *user;
	const struct fields *fields;     /* NULL: nothing was sent */
	const struct problems *problems; /* NULL: nothing is wrong */
	const struct account *chosen;    /* by the path; NULL: every account */
	const struct account *account;   /* of the current row */
	size_t rows[VALUE_NUMBER_OF_NAMES]; /* by list: the next row */
	struct slice values[VALUE_NUMBER_OF_NAMES];
	struct buffer texts[VALUE_NUMBER_OF_NAMES]; /* composed values */
};

/*
 * Set every value that needs neither a row nor what was sent. `subject` may be
 * NULL, or have no caller: nobody is known. `fields`, `problems` and `chosen`
 * are left for the page to set. Ends with page_free.
 */
void page_begin(struct page *page, const struct answer *answer,
		const struct subject *subject);

/* The form's fields as they were sent in page->fields, to be corrected. */
void page_set_fields(struct page *page);

/* What a template asks with {{#name}}: there, or not there. */
void page_set_yes(struct page *page, enum value value, bool yes);

/* Borrows `text`; NULL: no value. */
void page_set_text(struct page *page, enum value value, const char *text);

void page_set_number(struct page *page, enum value value, uint64_t number);

/* Append to a composed value, whose text is the page's own: of a new one,
 * page->texts[value] is emptied first. Out of memory, it stays as it was. */
void page_add_text(struct page *page, enum value value, struct slice text);

void page_free(struct page *page);

#endif
