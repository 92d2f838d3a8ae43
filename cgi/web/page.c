#include "page.h"

#include <inttypes.h>
#include <stdio.h>

#include "mount.h"

/* Bytes of a field that are sent back to be corrected. Whoever sends more has a
 * file of it. */
#define REFILL_MAX (1024 * 1024)

void page_set_yes(struct page *page, size_t value, bool yes)
{
	page->values[value] = slice_text(yes ? "1" : NULL);
}

void page_set_text(struct page *page, size_t value, const char *text)
{
	page->values[value] = slice_text(text);
}

void page_add_text(struct page *page, size_t value, struct slice text)
{
	if (buffer_add(&page->texts[value], text.data, text.length))
		page->values[value] = buffer_slice(&page->texts[value]);
	else
		page->lacks_text = true;
}

void page_set_number(struct page *page, size_t value, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	page->texts[value].length = 0;
	page_add_text(page, value, slice_text(text));
}

/* ---- values of the whole page ------------------------------------------- */

static void set_base(struct page *page, struct slice script)
{
	struct buffer *base = &page->texts[VALUE_BASE];
	struct buffer *assets = &page->texts[VALUE_ASSETS];

	if (mount_add(base, script) && mount_add_assets(assets, script)) {
		page->values[VALUE_BASE] = buffer_slice(base);
		page->values[VALUE_ASSETS] = buffer_slice(assets);
	} else {
		page->lacks_text = true;
	}
}

static bool has_several_permissions(const struct caller *caller)
{
	size_t count = 0;

	for (size_t i = 0; i < PERMISSION_COUNT; i++)
		count += caller->permissions[i];
	return count > 1;
}

static void set_caller(struct page *page)
{
	page_set_text(page, VALUE_CALLER, page->caller->name);
	page_set_yes(page, VALUE_MAY_SHARE, page->config->shares_dir != NULL);
	page_set_text(page, VALUE_USER, page->user);
	page_set_yes(page, VALUE_WHOLE_BUCKET, page->caller->whole_bucket);
	page_set_yes(page, VALUE_SEVERAL_PERMISSIONS,
		     has_several_permissions(page->caller));
	page_set_number(page, VALUE_MAX_TTL, page->caller->max_ttl);
	page_set_number(page, VALUE_MAX_LINK_AGE, page->caller->max_link_age);
	page_set_number(page, VALUE_MAX_ENTRIES, page->caller->max_entries);
}

void page_begin(struct page *page, const struct answer *answer,
		const struct subject *subject)
{
	const struct request *request = answer->request;

	*page = (struct page){
		.config = answer->service->config,
		.renderer = &answer->service->renderer,
		.caller = subject ? subject->caller : NULL,
		.quota = answer->quota,
		.user = subject ? subject->user : "",
	};
	set_base(page, request->script);
	page_set_text(page, VALUE_VERSION, PACKAGE_VERSION);
	page_set_text(page, VALUE_REQUEST_ID, answer->who->id);
	page_set_number(page, VALUE_MAX_BODY, page->config->max_body);
	page_set_yes(page, VALUE_HAS_AUTHORIZATION,
		     request->authorization.length > 0);
	page_set_yes(page, VALUE_HAS_REMOTE_USER,
		     request->remote_user.length > 0);
	page_set_yes(page, VALUE_HAS_HTTPS, answer->client->https);
	if (page->caller)
		set_caller(page);
}

void page_free(struct page *page)
{
	for (size_t i = 0; i < VALUE_NUMBER_OF_PAGE_NAMES; i++)
		buffer_free(&page->texts[i]);
}

/* ---- what was sent, to be corrected ------------------------------------- */

void page_refill(struct page *page)
{
#define REFILLED(id, name) { VALUE_FIELD_##id, FIELD_##id },
	static const struct {
		size_t value;
		enum field field;
	} refilled[] = { PAGES_REFILLED(REFILLED) };
#undef REFILLED
	const struct fields *fields = page->fields;

	for (size_t i = 0; i < sizeof(refilled) / sizeof(refilled[0]); i++) {
		struct slice sent = fields->sent[refilled[i].field];

		/* Where nothing was sent, the form keeps its own value. */
		if (sent.length > 0)
			page->values[refilled[i].value] =
				sent.length <= REFILL_MAX ? sent :
							    slice_of(NULL, 0);
	}
	page_set_yes(page, VALUE_FIELD_PERMISSION,
		     fields->scope.permission != PERMISSION_NONE);
	page_set_yes(page, VALUE_FIELD_REPORT,
		     fields->on_error == ON_ERROR_REPORT);
}

/* ---- what the caller has ------------------------------------------------- */

const struct parent *page_parent(const struct page *page,
				 const struct account *account, size_t row)
{
	const struct caller *caller = page->caller;

	for (size_t i = 0; i < caller->parent_count; i++) {
		if (caller->parents[i]->account == account && row-- == 0)
			return caller->parents[i];
	}
	return NULL;
}

bool page_has_account(const struct page *page, const struct account *account)
{
	return page_parent(page, account, 0) != NULL;
}

const struct account *page_account_in(const struct page *page,
				      struct slice path)
{
	const struct account *account;
	struct slice part;

	if (!page->caller || !slice_split(&path, '/', &part) ||
	    !slice_split(&path, '/', &part) || !slice_is(part, "accounts") ||
	    !slice_split(&path, '/', &part))
		return NULL;
	account = config_account(page->config, part);
	return account && page_has_account(page, account) ? account : NULL;
}
