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

enum error issue_prepare(struct issue *issue,
			 const struct order_request *request,
			 struct problems *problems)
{
	struct order *order = &issue->order;
	struct tally *tally = &issue->tally;
	enum error error;

	*issue = (struct issue){ .recorded = false };
	error = order_settle(order, request, problems);
	if (!error)
		error = issue_check(order, tally, problems);
	if (!error)
		error = issue_fetch_reserve(order, tally, &issue->fetch,
					    problems);
	if (!error)
		error = record(issue, problems);
	if (!error)
		error = issue_fetch(order, tally, issue->fetch, problems);
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
	issue_fetch_free(&issue->order, issue->fetch);
	issue->fetch = NULL;
	warnings_free(&issue->tally.warnings);
	order_free(&issue->order);
	issue->recorded = false;
}
