/* The routes of a share's visitors: its page, and each of its files. */
#include <stdio.h>

#include "auth.h"
#include "cgi/input/accept.h"
#include "cgi/input/form.h"
#include "cgi/input/negotiate.h"
#include "guard.h"
#include "lib/base/clock.h"
#include "lib/base/problems.h"
#include "page_share.h"

/* What these routes need in addition to the visit. */
struct opening {
	struct visit *visit;
	struct share_file share;
	struct share_right right;
	struct share_visit giving;
};

/* ---- opening --------------------------------------------------------------- */

/* Open the share that the path names, and settle what its maker may hand out. */
static enum error open_share(struct opening *opening, struct problem *problem)
{
	struct visit *visit = opening->visit;
	const struct config *config = visit->service->config;
	struct timespec now;
	enum error error = auth_https_check(config, &visit->client, problem);

	if (!error)
		error = guard_stranger(visit, problem);
	if (!error)
		error = clock_read(&now, problem);
	if (error)
		return error;
	error = share_file_open_by(&opening->share, config->shares_dir,
				   visit->segments[0], problem);
	if (!error)
		error = share_right_begin(&opening->right, config,
					  &opening->share, now.tv_sec, problem);
	opening->giving = (struct share_visit){
		.service = visit->service,
		.share = &opening->share,
		.right = &opening->right,
		.now = now.tv_sec,
		.method = slice_is(visit->request->method, "HEAD") ?
				  METHOD_HEAD :
				  METHOD_GET,
		.address = visit->client.address,
		.agent = visit->request->user_agent,
		.who = &visit->who,
	};
	if (!error)
		visit->who.caller = opening->right.maker.caller->name;
	return error;
}

/* Open the share, let `show` answer, and close it. */
static void handle(struct visit *visit,
		   enum error (*show)(struct opening *opening,
				      struct problem *problem))
{
	/* This is too large for the stack. One request is answered at a time,
	 * so it can be static. */
	static struct opening opening;
	struct problem problem;
	enum error error;

	opening.visit = visit;
	opening.share.file = -1;
	opening.right.grant = (struct grant){ 0 };
	error = open_share(&opening, &problem);
	if (!error)
		error = show(&opening, &problem);
	if (error) {
		/* The visitor was refused, and not the caller who made the
		 * share: refusal-rate limits the log's lines of strangers. */
		visit->who.caller = NULL;
		visit_refuse_for(visit, &problem);
	}
	share_right_end(&opening.right);
	share_file_close(&opening.share);
}

/* ---- the page -------------------------------------------------------------- */

/* Choose the format by the query, or else by Accept. *page is the page that
 * shows it, or PAGE_COUNT for a list of links in *format. */
static enum error choose(struct opening *opening, struct fields *fields,
			 const struct format **format, enum page_id *page,
			 struct problem *problem)
{
	struct visit *visit = opening->visit;
	struct slice accept = visit->request->accept;
	enum error error;

	error = negotiate_format(&visit->service->renderer, FORMAT_LINKS,
				 fields->format, accept, format, problem);
	*page = PAGE_COUNT;
	if (error)
		return error;
	if (slice_is(slice_text((*format)->name), "json"))
		*page = PAGE_SHARE_DATA;
	if ((*format)->uses & FORMAT_PAGE)
		*page = PAGE_SHARE;
	return ERROR_NONE;
}

/* Compile the template, and check that it can show the whole share. */
static enum error need(struct opening *opening, const struct page_share *shown,
		       const struct format *format, enum page_id page,
		       struct problem *problem)
{
	struct renderer *renderer = &opening->visit->service->renderer;
	enum error error;

	error = page < PAGE_COUNT ? answer_need_page(&opening->visit->answer,
						     page, problem) :
				    renderer_need(renderer, format, problem);
	if (error)
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "this page can't be shown now: tell the "
				   "administrator");
	return page_share_check(shown, page < PAGE_COUNT ? NULL : format,
				problem);
}

static enum error show_format(struct opening *opening, struct fields *fields,
			      struct problem *problem)
{
	struct visit *visit = opening->visit;
	struct renderer *renderer = &visit->service->renderer;
	const struct page_share shown = { &visit->answer, &opening->giving,
					  visit->segments[0] };
	const struct format *format;
	enum page_id page;
	enum error error;

	error = choose(opening, fields, &format, &page, problem);
	if (!error)
		error = need(opening, &shown, format, page, problem);
	if (error)
		return error;
	if (page < PAGE_COUNT)
		format = &pages_table[page];
	answer_head(&visit->answer, 200, format->content_type, NULL);
	/* Nobody sees the files of an answer without a body. */
	if (opening->giving.method == METHOD_HEAD)
		return ERROR_NONE;
	page_share_write(
		&shown,
		page < PAGE_COUNT ?
			answer_page(&visit->answer, page) :
			renderer->templates[format - renderer->formats]);
	if (!visit->answer.sink.failed || !answer_restart(&visit->answer))
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "this share can't be shown whole: tell the "
			   "administrator");
}

static enum error show_page(struct opening *opening, struct problem *problem)
{
	struct visit *visit = opening->visit;
	struct slice query = visit->request->query;
	struct buffer text = { 0 };
	static struct fields fields;
	enum error error = ERROR_NONE;

	fields_begin(&fields);
	if (!buffer_add(&text, query.data, query.length))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "not enough memory for the query");
	else if (query.length > 0)
		form_read(&fields, text.data, text.length, false,
			  &visit->problems);
	if (!error && visit->problems.count > 0) {
		*problem = visit->problems.list[0];
		problems_free(&visit->problems);
		error = problem->error;
	}
	if (!error)
		error = show_format(opening, &fields, problem);
	fields_end(&fields);
	buffer_free(&text);
	return error;
}

void route_share(struct visit *visit)
{
	handle(visit, show_page);
}

/* ---- a file ---------------------------------------------------------------- */

static enum error show_file(struct opening *opening, struct problem *problem)
{
	struct visit *visit = opening->visit;
	static struct share_given given;
	uint64_t number;
	enum error error;

	given.is_signed = false;
	/* People count from 1. */
	if (!slice_number(visit->segments[1], UINT32_MAX, &number) ||
	    number == 0)
		return problem_set(problem, ERROR_NO_ROUTE, NULL,
				   "there is no file at this address: open the "
				   "share again and choose it there");
	error = share_give(&given, &opening->giving, number - 1, problem);
	if (!error) {
		answer_redirect(&visit->answer,
				slice_of(given.presign.url,
					 given.presign.url_length));
		visit->issued = 1;
	}
	share_give_end(&given);
	return error;
}

void route_share_file(struct visit *visit)
{
	handle(visit, show_file);
}
