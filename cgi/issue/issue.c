#include "issue.h"

#include "check.h"
#include "lib/base/problems.h"
#include "record.h"
#include "write.h"

/* Write the record, and remember whether that succeeded. */
static enum error record(struct issue *issue, struct problems *problems)
{
	enum error error = issue_record(&issue->order, &issue->tally, problems);

	issue->recorded = error == ERROR_NONE;
	return error;
}

/* Count what is about to be issued, where the caller may only have so many
 * entries a day. Nothing is issued where there would be more. */
static enum error count_entries(struct issue *issue, struct problems *problems)
{
	const struct order *order = &issue->order;
	struct problem problem;

	if (!issue->quota)
		return ERROR_NONE;
	if (quota_entries(issue->quota, &order->service->limits,
			  order->grant.caller, issue->tally.count,
			  &issue->taken_at, &problem)) {
		problems_push(problems, &problem);
		return problem.error;
	}
	issue->taken = issue->tally.count;
	return ERROR_NONE;
}

/* Give back the entries that were counted and are not among the `issued`. */
static void settle_entries(struct issue *issue, uint64_t issued)
{
	if (issue->quota && issue->taken > issued)
		quota_give_back(issue->quota, &issue->order.service->limits,
				issue->taken - issued, issue->taken_at);
	issue->taken = 0;
}

/* Note that the form is used, where the request came from one. A form that was
 * used before issues nothing. */
static enum error use_form(struct issue *issue, struct problems *problems)
{
	const struct order *order = &issue->order;
	struct service *service = order->service;
	struct problem problem;

	if (!fields_has(order->fields, FIELD_FORM_NUMBER))
		return ERROR_NONE;
	if (once_use(&service->once, service->config,
		     order->fields->form_number, order->who->id, order->now,
		     &problem)) {
		problems_push(problems, &problem);
		return problem.error;
	}
	issue->form_used = true;
	return ERROR_NONE;
}

/* The form stays good where nothing was issued after all. */
static void release_form(struct issue *issue)
{
	const struct order *order = &issue->order;

	if (issue->form_used)
		once_release(&order->service->once, order->fields->form_number,
			     order->now);
	issue->form_used = false;
}

enum error issue_prepare(struct issue *issue,
			 const struct order_request *request,
			 struct problems *problems)
{
	struct order *order = &issue->order;
	struct tally *tally = &issue->tally;
	enum error error;

	*issue = (struct issue){ .quota = request->quota };
	error = order_settle(order, request, problems);
	if (!error)
		error = issue_check(order, tally, problems);
	if (!error)
		error = issue_fetch_reserve(order, tally, &issue->fetch,
					    problems);
	if (!error)
		error = count_entries(issue, problems);
	if (!error)
		error = use_form(issue, problems);
	if (!error)
		error = record(issue, problems);
	if (!error)
		error = issue_fetch(order, tally, issue->fetch, problems);
	if (error) {
		release_form(issue);
		settle_entries(issue, 0);
	}
	return error;
}

bool issue_write(struct issue *issue, struct sink *sink)
{
	if (!issue->recorded || issue->tally.broken) {
		issue->tally.broken = true;
		sink->failed = true;
		return false;
	}
	return issue_write_body(&issue->order, &issue->tally, issue->fetch,
				sink);
}

void issue_end(struct issue *issue, bool complete, uint64_t bytes)
{
	if (issue->recorded)
		issue_record_outcome(&issue->order, &issue->tally, complete,
				     bytes);
	/* Of an answer that was cut, nobody knows how much was read. */
	if (complete || issue->tally.issued == 0)
		settle_entries(issue, issue->tally.issued);
	issue_fetch_free(&issue->order, issue->fetch);
	issue->fetch = NULL;
	order_free(&issue->order);
	issue->recorded = false;
}
