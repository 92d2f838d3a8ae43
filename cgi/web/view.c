#include "view.h"

#include <stdio.h>

#include "cgi/input/accept.h"
#include "lib/base/clock.h"
#include "lib/base/problems.h"
#include "page_marks.h"
#include "page_rows.h"
#include "routes.h"
#include "status.h"

static void page_write(struct page *page, struct answer *answer,
		       enum page_id id)
{
	const struct template_data data = { page->values, page_rows_next,
					    page };

	template_run(answer_page(answer, id), &data, &answer->sink);
	/* A page that lacks a limit or an address is worse than one that is
	 * cut. */
	if (page->lacks_text)
		answer->sink.failed = true;
}

static struct accept_rank rank_of(struct slice accept, enum page_id id)
{
	return accept_rank(accept, slice_text(pages_table[id].content_type));
}

enum error view_index(struct answer *answer, const struct subject *subject,
		      struct problem *problem)
{
	struct slice accept = answer->request->accept;
	struct accept_rank html = rank_of(accept, PAGE_FORM);
	struct accept_rank json = rank_of(accept, PAGE_INDEX);
	enum page_id id = accept_prefers(json, html) ? PAGE_INDEX : PAGE_FORM;
	struct page page;

	if (html.quality == 0 && json.quality == 0)
		return problem_set(problem, ERROR_NOT_ACCEPTABLE, NULL,
				   "this page is text/html or "
				   "application/json: name one of them in "
				   "Accept");
	if (answer_need_page(answer, id, problem))
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "this page can't be shown now: tell the "
				   "administrator");
	page_begin(&page, answer, subject);
	page_set_yes(&page, VALUE_STRANGER, !page.caller);
	answer_head(answer, 200, pages_table[id].content_type, NULL);
	page_write(&page, answer, id);
	page_free(&page);
	if (page.lacks_text && answer_restart(answer))
		return problem_set(
			problem, ERROR_UNAVAILABLE, NULL,
			"the service ran out of memory while it made "
			"this page: try again later");
	return ERROR_NONE;
}

void view_form(struct answer *answer, const struct fields *fields,
	       const struct problems *problems)
{
	int status = error_status(problems->list[0].error);
	char text[64];
	struct page page;

	page_begin(&page, answer, answer->subject);
	page.fields = fields;
	page.problems = problems;
	page.chosen = page_account_in(&page, answer->request->path);
	snprintf(text, sizeof(text), "%d %s", status, status_text(status));
	page_set_text(&page, VALUE_STATUS, text);
	page_set_yes(&page, VALUE_STRANGER, status == 401);
	page_set_yes(&page, VALUE_USED, problems->list[0].error == ERROR_USED);
	if (fields)
		page_refill(&page);
	page_marks_set(&page);
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

/* A failed reload is told but doesn't count as ill health: a balancer would
 * then send the requests to other machines, which have the same file. */
static void tell_of_reload(struct answer *answer)
{
	const char *why = answer->service->outdated;

	if (!why[0])
		return;
	sink_text(&answer->sink, "reload failed, the configuration loaded "
				 "before is in force: ");
	sink_text(&answer->sink,
		  answer->client->loopback ? why : "see the log");
	sink_text(&answer->sink, "\n");
}

void view_health(struct answer *answer)
{
	struct service *service = answer->service;
	struct audit *audit = &service->audit;
	struct health health = { .well = true };
	struct problem problem;
	struct timespec now;

	/* Try again to open or to write the log: the reason may be gone. */
	if (audit->file < 0 && audit_reopen(audit, &problem))
		complain(&health, answer->client->loopback ?
					  problem.message :
					  "the audit log can't be opened");
	else if (audit->failed && audit_retry(audit, answer->who))
		complain(&health, answer->client->loopback ?
					  audit->why :
					  "the audit log can't be written");
	if (clock_read(&now, &problem))
		complain(&health, problem.message);
	if (renderer_need_all(&service->renderer, &problem))
		complain(&health, answer->client->loopback ?
					  problem.message :
					  "a template can't be used");
	if (!service->config->parents)
		complain(&health, "no [parent] section: nothing can be signed");
	if (config_serves_nobody(service->config))
		complain(&health, "no [caller] section: nobody may ask");
	answer_head(answer, health.well ? 200 : 503,
		    "text/plain; charset=utf-8", NULL);
	if (health.well)
		sink_text(&answer->sink, "ok\n");
	else if (health.why.length > 0)
		sink_slice(&answer->sink, buffer_slice(&health.why));
	else
		sink_text(&answer->sink, "memory is out\n");
	tell_of_reload(answer);
	buffer_free(&health.why);
}

#define COUNTED_LABEL(id, label, issues) { label, issues },

void view_metrics(struct answer *answer)
{
	static const struct metrics_label labels[] = { COUNTED_TABLE(
		COUNTED_LABEL) };

	_Static_assert(COUNTED_COUNT <= METRICS_LABELS_MAX, "too many labels");
	answer_head(answer, 200, "text/plain; version=0.0.4; charset=utf-8",
		    NULL);
	metrics_write(&answer->service->metrics, labels, COUNTED_COUNT,
		      &answer->sink);
}
