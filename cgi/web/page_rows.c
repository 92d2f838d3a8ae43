#include "page_rows.h"

#include <stdio.h>
#include <time.h>

#include "cgi/issue/own_place.h"
#include "cgi/service/quota.h"
#include "lib/base/pointer.h"
#include "lib/manifest/format.h"
#include "page_lifetimes.h"
#include "page_marks.h"

/* ---- one function a list: false when it has no such row ----------------- */

static bool has_bucket(const struct parent *parent, struct slice bucket)
{
	for (size_t i = 0; i < parent->buckets.count; i++) {
		if (slice_equal(parent->buckets.list[i], bucket))
			return true;
	}
	return false;
}

/* Bucket number `row` of those that the caller may have, within an account's
 * rows of those that it may have there; none when there are fewer. */
static struct slice bucket_of(const struct page *page, size_t row)
{
	const struct caller *caller = page->caller;

	for (size_t i = 0; i < caller->buckets.count; i++) {
		struct slice bucket = caller->buckets.list[i];
		const struct parent *parent;
		bool here = !page->account;

		for (size_t j = 0; !here; j++) {
			parent = page_parent(page, page->account, j);
			if (!parent)
				break;
			here = has_bucket(parent, bucket);
		}
		if (here && row-- == 0)
			return bucket;
	}
	return slice_of(NULL, 0);
}

/* Every form has a number of its own, so that each of them can be sent once.
 * Without random bytes it has none, and the form can still be sent. */
static void set_form_number(struct page *page)
{
	char number[ONCE_NUMBER_LENGTH + 1];

	page->texts[VALUE_FORM_NUMBER].length = 0;
	page_set_text(page, VALUE_FORM_NUMBER, NULL);
	if (once_number(number, time(NULL)))
		page_add_text(page, VALUE_FORM_NUMBER, slice_text(number));
}

static bool account_row(struct page *page, size_t row)
{
	const struct account *account = page->config->accounts;

	for (; account; account = account->next) {
		if (page->chosen && page->chosen != account)
			continue;
		if (page_has_account(page, account) && row-- == 0)
			break;
	}
	page->account = account;
	if (!account)
		return false;
	page_set_text(page, VALUE_ACCOUNT_ID, account->id);
	page_set_text(page, VALUE_ACCOUNT_NAME, account->name);
	page_set_text(page, VALUE_ENDPOINT, account->endpoint);
	page_set_yes(page, VALUE_SEVERAL_PARENTS,
		     page_parent(page, account, 1) != NULL);
	set_form_number(page);
	if (!page->fields)
		page->values[VALUE_FIELD_BUCKET] =
			bucket_of(page, 1).length > 0 ? slice_of(NULL, 0) :
							bucket_of(page, 0);
	return true;
}

static bool parent_row(struct page *page, size_t row)
{
	const struct parent *parent = page_parent(page, page->account, row);

	if (!parent)
		return false;
	page_set_text(page, VALUE_PARENT_NAME, parent->key.name);
	page_set_text(page, VALUE_ACCESS_KEY_ID, parent->key.access_key_id);
	page_set_yes(page, VALUE_SELECTED,
		     page->fields && slice_is(page->fields->parent,
					      parent->key.access_key_id));
	return true;
}

static bool bucket_row(struct page *page, size_t row)
{
	page->values[VALUE_BUCKET] = bucket_of(page, row);
	return page->values[VALUE_BUCKET].length > 0;
}

static bool permission_row(struct page *page, size_t row)
{
	for (size_t i = 0; i < PERMISSION_COUNT; i++) {
		if (!page->caller->permissions[i] || row-- > 0)
			continue;
		page_set_text(page, VALUE_PERMISSION, permission_names[i]);
		page_set_yes(page, VALUE_SELECTED,
			     page->fields &&
				     page->fields->scope.permission == i);
		return true;
	}
	return false;
}

/* May the caller have links for `method` from this account? */
static bool may_link(const struct page *page, enum method method)
{
	abilities needed = method_abilities(method);
	const struct parent *parent;
	bool caller = false;

	for (size_t i = 0; i < PERMISSION_COUNT; i++)
		caller = caller ||
			 (page->caller->permissions[i] &&
			  abilities_within(needed, permission_abilities((
							   enum permission)i)));
	for (size_t i = 0;
	     caller && (parent = page_parent(page, page->account, i)); i++) {
		if (abilities_within(needed,
				     permission_abilities(parent->permission)))
			return true;
	}
	return false;
}

static void set_method(struct page *page, enum method method)
{
	page_set_text(page, VALUE_METHOD, method_names[method]);
	page_set_yes(page, VALUE_IS_GET, method == METHOD_GET);
	page_set_yes(page, VALUE_IS_HEAD, method == METHOD_HEAD);
	page_set_yes(page, VALUE_IS_PUT, method == METHOD_PUT);
	page_set_yes(page, VALUE_IS_DELETE, method == METHOD_DELETE);
	page_set_yes(page, VALUE_SELECTED,
		     page->fields && page->fields->link.method == method);
}

/* GET is the method of a link for which none is named. Whoever may not have it
 * gets a first row without a method. */
static bool method_row(struct page *page, size_t row)
{
	static const enum method others[] = { METHOD_HEAD, METHOD_PUT,
					      METHOD_DELETE };

	if (row-- == 0) {
		set_method(page, may_link(page, METHOD_GET) ? METHOD_GET :
							      METHOD_NONE);
		return true;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (may_link(page, others[i]) && row-- == 0) {
			set_method(page, others[i]);
			return true;
		}
	}
	return false;
}

/* May the caller have links by this section, and are they of the account whose
 * rows these are? A link of a domain is signed by none of the parents, but one
 * of them must have the bucket. */
static bool may_domain(const struct page *page, const struct domain *domain)
{
	struct slice bucket = slice_text(domain->bucket);
	const struct parent *parent;

	for (size_t i = 0; (parent = page_parent(page, page->account, i));
	     i++) {
		if (domain->account == page->account &&
		    has_bucket(parent, bucket))
			return words_have(&page->caller->buckets, bucket) &&
			       may_link(page, METHOD_GET);
	}
	return false;
}

static bool download_row(struct page *page, size_t row)
{
	const struct download *one = page->config->downloads;

	if (!page->config->public_url || !may_link(page, METHOD_GET))
		return false;
	for (; one; one = one->next) {
		if (one->account == page->account &&
		    own_place_may_use(one, page->caller) && row-- == 0)
			break;
	}
	if (!one)
		return false;
	page_set_text(page, VALUE_SECTION_NAME, one->name);
	page_set_text(page, VALUE_BUCKET, one->bucket);
	return true;
}

static bool domain_row(struct page *page, size_t row)
{
	const struct domain *one = page->config->domains;

	while (one && (!may_domain(page, one) || row-- > 0))
		one = one->next;
	if (!one)
		return false;
	page_set_text(page, VALUE_SECTION_NAME, one->name);
	page_set_text(page, VALUE_BUCKET, one->bucket);
	page_set_number(page, VALUE_TTL, one->ttl);
	return true;
}

/* A prefix of the caller, with the user's name in the place of {user}. */
static bool prefix_row(struct page *page, size_t row)
{
	static const struct slice mark = SLICE(CONFIG_USER);
	struct slice rest;

	if (row == page->caller->prefixes.count)
		return false;
	rest = page->caller->prefixes.list[row];
	page->texts[VALUE_PREFIX].length = 0;
	while (rest.length > 0) {
		bool is_user = slice_starts(rest, mark) && page->user[0];
		size_t length = is_user ? mark.length : 1;

		page_add_text(page, VALUE_PREFIX,
			      is_user ? slice_text(page->user) :
					slice_of(rest.data, 1));
		rest = slice_of(rest.data + length, rest.length - length);
	}
	return true;
}

static bool format_row(struct page *page, size_t row)
{
	const struct renderer *renderer = page->renderer;
	struct slice asked = page->fields ? page->fields->format :
					    slice_of(NULL, 0);

	if (row == renderer->format_count)
		return false;
	if (asked.length == 0)
		asked = slice_text(renderer->formats[FORMAT_HTML].name);
	page_set_text(page, VALUE_FORMAT_NAME, renderer->formats[row].name);
	page_set_text(page, VALUE_FORMAT_TYPE,
		      renderer->formats[row].content_type);
	page_set_yes(page, VALUE_FOR_CREDENTIALS,
		     renderer->formats[row].uses & FORMAT_CREDENTIALS);
	page_set_yes(page, VALUE_FOR_LINKS,
		     renderer->formats[row].uses & FORMAT_LINKS);
	page_set_yes(page, VALUE_SELECTED,
		     slice_is(asked, renderer->formats[row].name));
	return true;
}

static bool manifest_format_row(struct page *page, size_t row)
{
	const struct manifest_reader *const *reader = manifest_format_readers;

	while (*reader && row-- > 0)
		reader++;
	if (!*reader)
		return false;
	page_set_text(page, VALUE_MANIFEST_FORMAT, (*reader)->description);
	return true;
}

static bool limit_row(struct page *page, size_t row)
{
	struct quota_limit limit;

	if (!page->quota || !quota_limit(page->quota, row, &limit))
		return false;
	page_set_text(page, VALUE_LIMIT_NAME, limit.name);
	page_set_yes(page, VALUE_LIMIT_IS_RATE,
		     strcmp(limit.name, "rate") == 0);
	page_set_text(page, VALUE_LIMIT_WHAT, limit.what);
	page_set_number(page, VALUE_LIMIT_MOST, limit.most);
	page_set_number(page, VALUE_LIMIT_SECONDS, limit.seconds);
	page_set_text(page, VALUE_LIMIT_UNIT, limit.unit);
	page_set_yes(page, VALUE_LIMIT_KNOWN, page->quota->is_known);
	page_set_number(page, VALUE_LIMIT_LEFT, limit.standing.left);
	page_set_number(page, VALUE_LIMIT_WAIT, limit.standing.wait);
	return true;
}

static bool authentication_row(struct page *page, size_t row)
{
	static const char *const methods[] = { "bearer", "remote-user",
					       "anonymous" };
	bool used[] = { false, false, false };
	const struct caller *caller = page->config->callers;

	for (; caller; caller = caller->next) {
		used[0] = used[0] || caller->has_bearer;
		used[1] = used[1] || caller->remote_user;
		used[2] = used[2] || caller->anonymous;
	}
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (used[i] && row-- == 0) {
			page_set_text(page, VALUE_METHOD, methods[i]);
			return true;
		}
	}
	return false;
}

/* ---- problems ------------------------------------------------------------ */

/* `count` problems say what this one says. */
static void set_problem(struct page *page, const struct problem *problem,
			size_t count)
{
	char words[POINTER_WORDS_MAX];

	page_set_number(page, VALUE_ERROR_CODE, (uint64_t)problem->error);
	/* The page needs a copy, since it shows the words after `words` is
	 * gone. */
	page->texts[VALUE_ERROR_POINTER].length = 0;
	page_add_text(
		page, VALUE_ERROR_POINTER,
		slice_text(pointer_words(words, problem->pointer, count)));
	page_set_text(page, VALUE_ERROR_MESSAGE, problem->message);
}

/* The problems that no field shows, then a row that says how many more were
 * found, of which no row tells. */
static bool error_row(struct page *page, size_t row)
{
	struct slice index;
	size_t count;
	char text[64];

	for (size_t i = 0; (count = page_marks_next(page, &i)) > 0; i++) {
		const struct problem *problem = &page->problems->list[i];

		if (page_marks_field(page, problem, &index) == FIELD_COUNT &&
		    row-- == 0) {
			set_problem(page, problem, count);
			return true;
		}
	}
	count = page->problems ? problems_untold(page->problems) : 0;
	if (row > 0 || count == 0)
		return false;
	set_problem(page, &page->problems->list[0], 1);
	page_set_text(page, VALUE_ERROR_POINTER, NULL);
	snprintf(text, sizeof(text), "%zu more %s not listed here", count,
		 count == 1 ? "problem is" : "problems are");
	page->texts[VALUE_ERROR_MESSAGE].length = 0;
	page_add_text(page, VALUE_ERROR_MESSAGE, slice_text(text));
	return true;
}

typedef bool row_fn(struct page *page, size_t row);

static row_fn *const row_functions[VALUE_NUMBER_OF_PAGE_NAMES] = {
	[VALUE_ACCOUNTS] = account_row,
	[VALUE_PARENTS] = parent_row,
	[VALUE_DOWNLOADS] = download_row,
	[VALUE_DOMAINS] = domain_row,
	[VALUE_BUCKETS] = bucket_row,
	[VALUE_PERMISSIONS] = permission_row,
	[VALUE_METHODS] = method_row,
	[VALUE_LIFETIMES] = page_lifetimes_row,
	[VALUE_PREFIXES] = prefix_row,
	[VALUE_FORMATS] = format_row,
	[VALUE_MANIFEST_FORMATS] = manifest_format_row,
	[VALUE_LIMITS] = limit_row,
	[VALUE_AUTHENTICATION] = authentication_row,
	[VALUE_ERRORS] = error_row,
};

static bool needs_caller(size_t list)
{
	return list != VALUE_FORMATS && list != VALUE_MANIFEST_FORMATS &&
	       list != VALUE_AUTHENTICATION && list != VALUE_ERRORS;
}

bool page_rows_next(void *context, size_t list)
{
	struct page *page = context;
	size_t row = page->rows[list]++;

	if (!row_functions[list] || (needs_caller(list) && !page->caller) ||
	    ((list == VALUE_PARENTS || list == VALUE_METHODS ||
	      list == VALUE_DOWNLOADS || list == VALUE_DOMAINS) &&
	     !page->account) ||
	    !row_functions[list](page, row)) {
		page->rows[list] = 0;
		return false;
	}
	page_set_yes(page, VALUE_FIRST, row == 0);
	return true;
}
