/* The routes of those who make shares: they make, list and revoke them. */
#include <stdio.h>

#include "cgi/share/make.h"
#include "cgi/share/sweep.h"
#include "lib/base/problems.h"
#include "page_shares.h"
#include "receive.h"

/* What making a share needs in addition to the visit. */
struct sharing {
	struct visit *visit;
	struct slice account_id;
	enum page_id page;
	struct reception received;
	struct issue issue;
	char secret[SHARE_SECRET_LENGTH + 1];
	char id[SHARE_ID_LENGTH + 1];
};

/* Refuse the request where the configuration has no shares-dir. Where this
 * fails, the refusal has been sent. */
static enum error need_folder(struct visit *visit)
{
	struct problem problem;

	if (visit->service->config->shares_dir)
		return ERROR_NONE;
	problem_set(&problem, ERROR_NO_ROUTE, NULL,
		    "this service keeps no shares: its administrator can set "
		    "shares-dir");
	return visit_refuse_for(visit, &problem);
}

/* ---- making one ---------------------------------------------------------- */

static enum error prepare(struct sharing *sharing)
{
	struct visit *visit = sharing->visit;
	struct renderer *renderer = &visit->service->renderer;
	const struct order_request request = {
		.service = visit->service,
		.kind = ISSUE_LINKS,
		.format = &renderer->formats[FORMAT_JSON],
		.subject = &visit->subject,
		.account_id = sharing->account_id,
		.fields = &sharing->received.fields,
		.who = &visit->who,
		.quota = &visit->quota,
		.share_id = sharing->id,
	};

	return issue_prepare(&sharing->issue, &request, &visit->problems);
}

static enum error name_share(struct sharing *sharing)
{
	struct problem problem;

	if (share_id_make(sharing->secret) &&
	    share_id_of(slice_text(sharing->secret), sharing->id))
		return ERROR_NONE;
	problem_set(&problem, ERROR_UNAVAILABLE, NULL,
		    "the system gives no random numbers for the address of "
		    "this share: try again later");
	return visit_refuse_for(sharing->visit, &problem);
}

static void make(struct sharing *sharing)
{
	struct visit *visit = sharing->visit;
	struct issue *issue = &sharing->issue;
	const char *folder = visit->service->config->shares_dir;
	struct problem problem;
	int64_t now;

	if (visit_refuse(visit, prepare(sharing))) {
		issue_end(issue, false, 0);
		return;
	}
	now = issue->order.now;
	if (!share_make(issue, &problem)) {
		issue_end(issue, false, 0);
		/* The disk may be full of what nobody needs. */
		share_sweep(folder, now);
		visit_refuse_for(visit, &problem);
		return;
	}
	page_shares_made(visit, issue, sharing->page, sharing->secret);
	visit->issued = issue->tally.issued;
	issue_end(issue, answer_end(&visit->answer), visit->answer.sink.passed);
	share_sweep(folder, now);
}

/* The form names the format of its links in every case, which is html. */
static enum error format_check(const struct fields *fields,
			       struct problem *problem)
{
	if (fields->format.length == 0 || slice_is(fields->format, "json") ||
	    slice_is(fields->format, "html"))
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, "/format",
			   "a share is answered as json or html: leave "
			   "'format' out; the lists for programs are at the "
			   "share's address with ?format=");
}

/* `account_id` is empty for the account that fits. */
static void handle_making(struct visit *visit, struct slice account_id)
{
	static struct sharing sharing;
	struct problem problem;

	sharing.visit = visit;
	sharing.account_id = account_id;
	receive_begin(&sharing.received, visit);
	if (!receive_caller(visit, GUARD_CALLER) && !need_folder(visit) &&
	    !receive_fields(&sharing.received)) {
		if (format_check(&sharing.received.fields, &problem) ||
		    page_shares_choose(visit, PAGE_SHARED, &sharing.page,
				       &problem))
			visit_refuse_for(visit, &problem);
		else if (!name_share(&sharing))
			make(&sharing);
	}
	receive_end(&sharing.received);
	explicit_bzero(sharing.secret, sizeof(sharing.secret));
}

/* ---- the list, and revoking ---------------------------------------------- */

static void handle_listing(struct visit *visit)
{
	const char *folder = visit->service->config->shares_dir;
	struct share_own own = { 0 };
	enum page_id page;
	uint64_t unreadable;
	struct problem problem;
	enum error error;

	if (guard_subject(visit, GUARD_CALLER, &problem)) {
		visit_refuse_for(visit, &problem);
		return;
	}
	visit->answer.subject = &visit->subject;
	visit->who.caller = visit->subject.caller->name;
	if (need_folder(visit))
		return;
	/* Every share is opened for it, so the caller's rate bounds it, too. */
	error = quota_request(&visit->quota, &visit->service->limits,
			      visit->subject.caller, &problem);
	if (!error)
		error = page_shares_choose(visit, PAGE_SHARES, &page, &problem);
	if (!error)
		error = share_own_list(&own, folder, &visit->subject,
				       &unreadable, &problem);
	if (error)
		visit_refuse_for(visit, &problem);
	else
		page_shares_list(visit, &own, page);
	share_own_free(&own);
}

void route_shares(struct visit *visit)
{
	if (slice_is(visit->request->method, "POST"))
		handle_making(visit, slice_of(NULL, 0));
	else
		handle_listing(visit);
}

void route_shares_of_account(struct visit *visit)
{
	handle_making(visit, visit->segments[0]);
}

static void answer_revoked(struct visit *visit)
{
	struct answer *answer = &visit->answer;
	char text[64 + SHARE_ID_LENGTH];

	/* A browser goes back to the list. */
	if (slice_is(visit->request->method, "POST")) {
		answer_head(answer, 303, "text/plain; charset=utf-8",
			    "Location: ../../shares\r\n");
		return;
	}
	snprintf(text, sizeof(text),
		 "{\"result\":{\"id\":\"%.*s\"},\"errors\":[],",
		 SHARE_ID_LENGTH, visit->segments[0].data);
	answer_head(answer, 200, "application/json", NULL);
	sink_text(&answer->sink, text);
	sink_text(&answer->sink, "\"messages\":[],\"success\":true}\n");
}

void route_shares_revoke(struct visit *visit)
{
	struct problem problem;

	if (receive_caller(visit, GUARD_CALLER))
		return;
	if (share_own_revoke(visit->service, &visit->subject, &visit->who,
			     visit->segments[0], &problem))
		visit_refuse_for(visit, &problem);
	else
		answer_revoked(visit);
}
