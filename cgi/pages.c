#include "pages.h"

#include <inttypes.h>
#include <stdio.h>

#include "negotiate.h"

/* Longer lists are not sent back to be corrected. */
#define REFILL_MAX (1024 * 1024)

/* What a page draws from. */
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

static void set_yes(struct page *page, enum value value, bool yes)
{
	page->values[value] = slice_text(yes ? "1" : NULL);
}

static void set_text(struct page *page, enum value value, const char *text)
{
	page->values[value] = slice_text(text);
}

/* Append to a composed value. Out of memory, it stays as it was. */
static void add_text(struct page *page, enum value value, struct slice text)
{
	if (buffer_add(&page->texts[value], text.data, text.length))
		page->values[value] = buffer_slice(&page->texts[value]);
}

static void set_number(struct page *page, enum value value, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	page->texts[value].length = 0;
	add_text(page, value, slice_text(text));
}

static void page_free(struct page *page)
{
	for (size_t i = 0; i < VALUE_NUMBER_OF_NAMES; i++)
		buffer_free(&page->texts[i]);
}

/* ---- rows of lists: false when there is no such row --------------------- */

static bool serves(const struct caller *caller, const struct account *account)
{
	for (size_t i = 0; i < caller->parent_count; i++) {
		if (caller->parents[i]->account == account)
			return true;
	}
	return false;
}

/* The `row`th of the caller's parents of an account. */
static const struct parent *parent_of(const struct caller *caller,
				      const struct account *account, size_t row)
{
	for (size_t i = 0; i < caller->parent_count; i++) {
		if (caller->parents[i]->account == account && row-- == 0)
			return caller->parents[i];
	}
	return NULL;
}

static bool has_bucket(const struct parent *parent, struct slice bucket)
{
	for (size_t i = 0; i < parent->buckets.count; i++) {
		if (slice_equal(parent->buckets.list[i], bucket))
			return true;
	}
	return false;
}

/* The `row`th bucket that the caller may have, or that it may have in the
 * account at hand; none when there are fewer. */
static struct slice bucket_of(const struct page *page, size_t row)
{
	const struct caller *caller = page->caller;

	for (size_t i = 0; i < caller->buckets.count; i++) {
		struct slice bucket = caller->buckets.list[i];
		const struct parent *parent;
		bool here = !page->account;

		for (size_t j = 0; !here; j++) {
			parent = parent_of(caller, page->account, j);
			if (!parent)
				break;
			here = has_bucket(parent, bucket);
		}
		if (here && row-- == 0)
			return bucket;
	}
	return slice_of(NULL, 0);
}

static bool account_row(struct page *page, size_t row)
{
	const struct account *account = page->config->accounts;

	for (; account; account = account->next) {
		if (page->chosen && page->chosen != account)
			continue;
		if (serves(page->caller, account) && row-- == 0)
			break;
	}
	page->account = account;
	if (!account)
		return false;
	set_text(page, VALUE_ACCOUNT_ID, account->id);
	set_text(page, VALUE_ACCOUNT_NAME, account->name);
	set_text(page, VALUE_ENDPOINT, account->endpoint);
	set_yes(page, VALUE_SEVERAL_PARENTS,
		parent_of(page->caller, account, 1) != NULL);
	if (!page->fields)
		page->values[VALUE_FIELD_BUCKET] =
			bucket_of(page, 1).length > 0 ? slice_of(NULL, 0) :
							bucket_of(page, 0);
	return true;
}

static bool parent_row(struct page *page, size_t row)
{
	const struct parent *parent =
		parent_of(page->caller, page->account, row);

	if (!parent)
		return false;
	set_text(page, VALUE_PARENT_NAME, parent->key.name);
	set_text(page, VALUE_ACCESS_KEY_ID, parent->key.access_key_id);
	set_yes(page, VALUE_SELECTED,
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
		set_text(page, VALUE_PERMISSION, permission_names[i]);
		set_yes(page, VALUE_SELECTED,
			page->fields && page->fields->scope.permission == i);
		return true;
	}
	return false;
}

/* With the user's name in the place of {user}. */
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

		add_text(page, VALUE_PREFIX,
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
	set_text(page, VALUE_FORMAT_NAME, renderer->formats[row].name);
	set_text(page, VALUE_FORMAT_TYPE, renderer->formats[row].content_type);
	set_yes(page, VALUE_FOR_CREDENTIALS,
		renderer->formats[row].uses & FORMAT_CREDENTIALS);
	set_yes(page, VALUE_FOR_LINKS,
		renderer->formats[row].uses & FORMAT_LINKS);
	set_yes(page, VALUE_SELECTED,
		slice_is(asked, renderer->formats[row].name));
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
			set_text(page, VALUE_METHOD, methods[i]);
			return true;
		}
	}
	return false;
}

/* ---- problems: beside a field, or on top -------------------------------- */

static const struct {
	const char *name;
	enum value wrong;
	bool is_list;
} marked_fields[] = {
	{ "bucket", VALUE_WRONG_BUCKET, false },
	{ "permission", VALUE_WRONG_PERMISSION, false },
	{ "parentAccessKeyId", VALUE_WRONG_PARENT, false },
	{ "actions", VALUE_WRONG_ACTIONS, false },
	{ "ttlSeconds", VALUE_WRONG_TTL, false },
	{ "onError", VALUE_WRONG_ON_ERROR, false },
	{ "format", VALUE_WRONG_FORMAT, false },
	{ "prefixes", VALUE_WRONG_PREFIXES, true },
	{ "objects", VALUE_WRONG_OBJECTS, true },
	{ "manifest", VALUE_WRONG_MANIFEST, true },
};

#define NOT_MARKED (sizeof(marked_fields) / sizeof(marked_fields[0]))

/* The place in marked_fields of what a problem is about, if the page has that
 * field; else NOT_MARKED. *index is the entry's as the pointer has it, none
 * when it has none. */
static size_t marked_field(const struct page *page,
			   const struct problem *problem, struct slice *index)
{
	struct slice rest = slice_text(problem->pointer);
	struct slice name;

	*index = slice_of(NULL, 0);
	if (!page->caller || !slice_split(&rest, '/', &name) ||
	    !slice_split(&rest, '/', &name))
		return NOT_MARKED;
	slice_split(&rest, '/', index);
	for (size_t i = 0; i < NOT_MARKED; i++) {
		if (!slice_is(name, marked_fields[i].name))
			continue;
		/* There is no choice of parents where there is but one. */
		if (marked_fields[i].wrong == VALUE_WRONG_PARENT &&
		    (!page->chosen ||
		     !parent_of(page->caller, page->chosen, 1)))
			return NOT_MARKED;
		return i;
	}
	return NOT_MARKED;
}

static size_t kept_problems(const struct page *page)
{
	size_t count = page->problems ? page->problems->count : 0;

	return count < PROBLEMS_MAX ? count : PROBLEMS_MAX;
}

static void mark_fields(struct page *page)
{
	size_t marked = 0;

	for (size_t i = 0; i < kept_problems(page); i++) {
		const struct problem *problem = &page->problems->list[i];
		struct slice index;
		size_t field = marked_field(page, problem, &index);
		enum value wrong;
		uint64_t number;
		char entry[40] = "";

		if (field == NOT_MARKED)
			continue;
		wrong = marked_fields[field].wrong;
		if (marked_fields[field].is_list &&
		    slice_number(index, UINT64_MAX - 1, &number))
			snprintf(entry, sizeof(entry), "Entry %" PRIu64 ": ",
				 number + 1);
		if (page->values[wrong].length > 0)
			add_text(page, wrong, slice_text("\n"));
		add_text(page, wrong, slice_text(entry));
		add_text(page, wrong, slice_text(problem->message));
		marked++;
	}
	if (marked > 0)
		set_number(page, VALUE_PROBLEM_COUNT, marked);
}

static void set_problem(struct page *page, const struct problem *problem)
{
	set_number(page, VALUE_ERROR_CODE, (uint64_t)problem->error);
	set_text(page, VALUE_ERROR_POINTER, problem->pointer);
	set_text(page, VALUE_ERROR_MESSAGE, problem->message);
}

/* Problems that have no field, and how many were not kept. */
static bool error_row(struct page *page, size_t row)
{
	struct slice index;
	char text[64];

	for (size_t i = 0; i < kept_problems(page); i++) {
		const struct problem *problem = &page->problems->list[i];

		if (marked_field(page, problem, &index) == NOT_MARKED &&
		    row-- == 0) {
			set_problem(page, problem);
			return true;
		}
	}
	if (row > 0 || !page->problems || page->problems->count <= PROBLEMS_MAX)
		return false;
	set_problem(page, &page->problems->list[0]);
	set_text(page, VALUE_ERROR_POINTER, NULL);
	snprintf(text, sizeof(text), "%zu more problems are not listed here",
		 page->problems->count - PROBLEMS_MAX);
	page->texts[VALUE_ERROR_MESSAGE].length = 0;
	add_text(page, VALUE_ERROR_MESSAGE, slice_text(text));
	return true;
}

typedef bool row_fn(struct page *page, size_t row);

static row_fn *const row_functions[VALUE_NUMBER_OF_NAMES] = {
	[VALUE_ACCOUNTS] = account_row,
	[VALUE_PARENTS] = parent_row,
	[VALUE_BUCKETS] = bucket_row,
	[VALUE_PERMISSIONS] = permission_row,
	[VALUE_PREFIXES] = prefix_row,
	[VALUE_FORMATS] = format_row,
	[VALUE_AUTHENTICATION] = authentication_row,
	[VALUE_ERRORS] = error_row,
};

static bool needs_caller(size_t list)
{
	return list != VALUE_FORMATS && list != VALUE_AUTHENTICATION &&
	       list != VALUE_ERRORS;
}

static bool page_next(void *context, size_t list)
{
	struct page *page = context;
	size_t row = page->rows[list]++;

	if (!row_functions[list] || (needs_caller(list) && !page->caller) ||
	    (list == VALUE_PARENTS && !page->account) ||
	    !row_functions[list](page, row)) {
		page->rows[list] = 0;
		return false;
	}
	set_yes(page, VALUE_FIRST, row == 0);
	return true;
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

		add_text(page, VALUE_BASE,
			 slice_of(piece,
				  escape_url_path(piece, script.data, length)));
		script = slice_of(script.data + length, script.length - length);
	}
}

/* /accounts/{id}/...: the account, if it is one of the caller's. */
static const struct account *account_in(const struct page *page,
					struct slice path)
{
	const struct account *account;
	struct slice part;

	if (!page->caller || !slice_split(&path, '/', &part) ||
	    !slice_split(&path, '/', &part) || !slice_is(part, "accounts") ||
	    !slice_split(&path, '/', &part))
		return NULL;
	account = config_account(page->config, part);
	return account && serves(page->caller, account) ? account : NULL;
}

static void set_caller(struct page *page)
{
	set_text(page, VALUE_CALLER, page->caller->name);
	set_text(page, VALUE_USER, page->user);
	set_yes(page, VALUE_WHOLE_BUCKET, page->caller->whole_bucket);
	set_number(page, VALUE_MAX_TTL, page->caller->max_ttl);
	set_number(page, VALUE_MAX_ENTRIES, page->caller->max_entries);
	set_number(page, VALUE_FIELD_TTL,
		   page->caller->max_ttl < TTL_DEFAULT ? page->caller->max_ttl :
							 TTL_DEFAULT);
}

static void page_begin(struct page *page, const struct answer *answer,
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
	set_text(page, VALUE_VERSION, PACKAGE_VERSION);
	set_text(page, VALUE_REQUEST_ID, answer->who->id);
	set_number(page, VALUE_MAX_BODY, page->config->max_body);
	set_yes(page, VALUE_HAS_AUTHORIZATION,
		request->authorization.length > 0);
	set_yes(page, VALUE_HAS_REMOTE_USER, request->remote_user.length > 0);
	set_yes(page, VALUE_HAS_HTTPS, request->https);
	if (page->caller)
		set_caller(page);
}

static void page_write(struct page *page, struct answer *answer,
		       enum page_id id)
{
	const struct template_data data = { page->values, page_next, page };

	template_run(answer->service->renderer.pages[id], &data, &answer->sink);
}

/* ---- what was sent, to be corrected ------------------------------------- */

/* As it was sent, unless it is too long to be typed again. */
static struct slice sent(const struct fields *fields, enum field field)
{
	struct slice text = fields->sent[field];

	return text.length <= REFILL_MAX ? text : slice_of(NULL, 0);
}

static void set_fields(struct page *page)
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
	set_yes(page, VALUE_FIELD_PERMISSION,
		fields->scope.permission != PERMISSION_NONE);
	set_yes(page, VALUE_FIELD_REPORT, fields->on_error == ON_ERROR_REPORT);
}

/* ---- the pages ---------------------------------------------------------- */

enum error page_index(struct answer *answer, const struct subject *subject,
		      struct problem *problem)
{
	struct slice accept = answer->request->accept;
	unsigned html = accept_quality(accept, slice_text("text/html"));
	unsigned json = accept_quality(accept, slice_text("application/json"));
	enum page_id id = json > html ? PAGE_INDEX : PAGE_FORM;
	struct page page;

	if (accept.length > 0 && html == 0 && json == 0)
		return problem_set(problem, ERROR_NOT_ACCEPTABLE, NULL,
				   "this page is text/html or "
				   "application/json: name one of them in "
				   "Accept");
	page_begin(&page, answer, subject);
	set_yes(&page, VALUE_STRANGER, !page.caller);
	answer_head(answer, 200, pages[id].content_type, pages[id].headers);
	page_write(&page, answer, id);
	page_free(&page);
	return ERROR_NONE;
}

void page_form(struct answer *answer, const struct fields *fields,
	       const struct problems *problems)
{
	int status = error_status(problems->list[0].error);
	char text[64];
	struct page page;

	page_begin(&page, answer, answer->subject);
	page.fields = fields;
	page.problems = problems;
	page.chosen = account_in(&page, answer->request->path);
	snprintf(text, sizeof(text), "%d %s", status, status_text(status));
	set_text(&page, VALUE_STATUS, text);
	set_yes(&page, VALUE_STRANGER, status == 401);
	if (fields)
		set_fields(&page);
	mark_fields(&page);
	page_write(&page, answer, PAGE_FORM);
	page_free(&page);
}

struct health {
	bool well;
	struct buffer why;
};

static void complain(struct health *health, const char *text)
{
	size_t length = health->why.length;

	health->well = false;
	if (!buffer_format(&health->why, "%s\n", text))
		health->why.length = length;
}

/* That the file can't be used any more is no reason to send requests to
 * others, who have the same one; but someone should know. */
static void tell_of_reload(struct answer *answer)
{
	const char *why = answer->service->outdated;

	if (!why[0])
		return;
	sink_text(&answer->sink, "reload failed, the configuration loaded "
				 "before is in force: ");
	sink_text(&answer->sink,
		  answer->request->loopback ? why : "see the log");
	sink_text(&answer->sink, "\n");
}

void page_health(struct answer *answer)
{
	struct service *service = answer->service;
	struct audit *audit = &service->audit;
	struct health health = { .well = true };
	struct problem problem;

	/* A log that could not be opened may have healed since. */
	if (audit->file < 0 && audit_reopen(audit, &problem))
		complain(&health, answer->request->loopback ?
					  problem.message :
					  "the audit log can't be opened");
	else if (audit->failed && audit_retry(audit, answer->who))
		complain(&health, "the audit log can't be written");
	if (!service->config->parents)
		complain(&health, "no [parent] section: nothing can be signed");
	if (!service->config->callers)
		complain(&health, "no [caller] section: nobody may ask");
	answer_head(answer, health.well ? 200 : 503,
		    "text/plain; charset=utf-8", NULL);
	if (health.well)
		sink_text(&answer->sink, "ok\n");
	else
		sink_slice(&answer->sink, buffer_slice(&health.why));
	tell_of_reload(answer);
	buffer_free(&health.why);
}

void page_metrics(struct answer *answer)
{
	answer_head(answer, 200, "text/plain; version=0.0.4; charset=utf-8",
		    NULL);
	metrics_write(&answer->service->metrics, &answer->sink);
}
