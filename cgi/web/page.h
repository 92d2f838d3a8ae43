/*
 * page - what the form and the description draw from: the values that hold for
 * a whole page, and what the caller has of accounts and parents.
 */
#ifndef MINTAGE_CGI_WEB_PAGE_H
#define MINTAGE_CGI_WEB_PAGE_H

#include "answer.h"
#include "cgi/input/fields.h"
#include "cgi/service/pages.h"
#include "lib/base/problems.h"
#include "lib/policy/grant.h"

/* Borrows all that it points to, but owns `texts`. */
struct page {
	const struct config *config;
	const struct renderer *renderer;
	const struct caller *caller; /* NULL: nobody is known */
	const struct quota *quota;   /* what is left to the caller */
	const char *user;
	const struct fields *fields;     /* NULL: nothing was sent */
	const struct problems *problems; /* NULL: nothing is wrong */
	const struct account *chosen;    /* by the path; NULL: every account */
	const struct account *account;   /* of the current row */
	/* By enum value and enum page_value. */
	size_t rows[VALUE_NUMBER_OF_PAGE_NAMES]; /* of a list: the next row */
	struct slice values[VALUE_NUMBER_OF_PAGE_NAMES];
	struct buffer texts[VALUE_NUMBER_OF_PAGE_NAMES]; /* composed values */
};

/*
 * Set every value that needs neither a row nor what was sent. `subject` may be
 * NULL, or have no caller: then nobody is known. `fields`, `problems` and
 * `chosen` are left for the caller to set. Ends with page_free.
 */
void page_begin(struct page *page, const struct answer *answer,
		const struct subject *subject);
void page_free(struct page *page);

/* Fill the form's fields with what was sent in page->fields, so that it can be
 * corrected. */
void page_refill(struct page *page);

/* In all of these `value` is an enum value or enum page_value. */

/* "1" or empty. */
void page_set_yes(struct page *page, size_t value, bool yes);

/* Borrows `text`; NULL counts as empty. */
void page_set_text(struct page *page, size_t value, const char *text);

void page_set_number(struct page *page, size_t value, uint64_t number);

/* Append to a composed value, whose text is the page's own. To begin a new text
 * set page->texts[value].length to 0 first. Out of memory, the value stays as
 * it was. */
void page_add_text(struct page *page, size_t value, struct slice text);

/* Has the caller a parent of this account? */
bool page_has_account(const struct page *page, const struct account *account);

/* The account of a path /accounts/{id}/..., if it is one of the caller's; else
 * NULL. */
const struct account *page_account_in(const struct page *page,
				      struct slice path);

/* The caller's parent number `row`, from 0, of those that belong to `account`;
 * NULL when there are fewer. */
const struct parent *page_parent(const struct page *page,
				 const struct account *account, size_t row);

#endif
