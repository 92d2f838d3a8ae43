#include "pages_values.h"

#include <inttypes.h>
#include <stdio.h>

/* Longer lists are not sent back to be corrected. */
#define REFILL_MAX (1024 * 1024)

void page_set_yes(struct page *page, enum value value, bool yes)
{
	page->values[value] = slice_text(yes ? "1" : NULL);
}

void page_set_text(struct page *page, enum value value, const char *text)
{
	page->values[value] = slice_text(text);
}

void page_add_text(struct page *page, enum value value, struct slice text)
{
	if (buffer_add(&page->texts[value], text.data, text.length))
		page->values[value] = buffer_slice(&page->texts[value]);
}

void page_set_number(struct page *page, enum value value, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	page->texts[value].length = 0;
	page_add_text(page, value, slice_text(text));
}

/* ---- values of the whole page ------------------------------------------- */

/* The path that we are mounted at, fit for a link: never one that begins with
 * two slashes, since that would be another host. */
static void set_base(struct page *page, struct slice script)
{
	while (script.length > 0 && script.data[script.length - 1] == '/')
		script.length--;
	while (script.length > 1 && script.data[0] == '/' &&
	       script.data[1] == '/')
		script = slice_of(script.data + 1, script.length - 1);
	while (script.length > 0) {
		char piece[64 * ESCAPE_GROWTH];
		size_t length = script.length < 64 ? script.length : 64;

		page_add_text(
			page, VALUE_BASE,
			slice_of(piece,
				 escape_url_path(piece, script.data, length)));
		script = slice_of(script.data + length, script.length - length);
	}
}

static void set_caller(struct page *page)
{
	page_set_text(page, VALUE_CALLER, page->caller->name);
	page_set_text(page, VALUE_USER, page->user);
	page_set_yes(page, VALUE_WHOLE_BUCKET, page->caller->whole_bucket);
	page_set_number(page, VALUE_MAX_TTL, page->caller->max_ttl);
	page_set_number(page, VALUE_MAX_ENTRIES, page->caller->max_entries);
	page_set_number(page, VALUE_FIELD_TTL,
			page->caller->max_ttl < TTL_DEFAULT ?
				page->caller->max_ttl :
				TTL_DEFAULT);
}

void page_begin(struct page *page, const struct answer *answer,
		const struct subject *subject)
{
	const struct request *request = answer->request;

	*page = (struct page){
		.config = answer->service->config,
		.renderer = &answer->service->renderer,
		.caller = subject ? subject->caller : NULL,
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
	page_set_yes(page, VALUE_HAS_HTTPS, request->https);
	if (page->caller)
		set_caller(page);
}

void page_free(struct page *page)
{
	for (size_t i = 0; i < VALUE_NUMBER_OF_NAMES; i++)
		buffer_free(&page->texts[i]);
}

/* ---- what was sent, to be corrected ------------------------------------- */

/* As it was sent, unless it is too long to be typed again. */
static struct slice sent(const struct fields *fields, enum field field)
{
	struct slice text = fields->sent[field];

	return text.length <= REFILL_MAX ? text : slice_of(NULL, 0);
}

void page_set_fields(struct page *page)
{
	static const struct {
		enum value value;
		enum field field;
	} refilled[] = {
		{ VALUE_FIELD_BUCKET, FIELD_BUCKET },
		{ VALUE_FIELD_ACTIONS, FIELD_ACTIONS },
		{ VALUE_FIELD_OBJECTS, FIELD_OBJECTS },
		{ VALUE_FIELD_PREFIXES, FIELD_PREFIXES },
		{ VALUE_FIELD_MANIFEST, FIELD_MANIFEST },
	};
	const struct fields *fields = page->fields;

	for (size_t i = 0; i < sizeof(refilled) / sizeof(refilled[0]); i++)
		page->values[refilled[i].value] =
			sent(fields, refilled[i].field);
	/* The form has a value here that stands where nothing was sent. */
	if (fields->sent[FIELD_TTL].length > 0)
		page->values[VALUE_FIELD_TTL] = sent(fields, FIELD_TTL);
	page_set_yes(page, VALUE_FIELD_PERMISSION,
		     fields->scope.permission != PERMISSION_NONE);
	page_set_yes(page, VALUE_FIELD_REPORT,
		     fields->on_error == ON_ERROR_REPORT);
}
