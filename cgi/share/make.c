#include "make.h"

#include "cgi/issue/entry.h"
#include "writer.h"

/* ---- the head -------------------------------------------------------------- */

static void set_head(struct share_head *head, const struct issue *issue)
{
	const struct order *order = &issue->order;
	const struct caller *caller = order->grant.caller;
	const struct parent *parent = order->grant.parent;
	const struct fields *fields = order->fields;

	*head = (struct share_head){
		.text = {
			[SHARE_CALLER] = slice_text(caller->name),
			/* A caller with a token has no user, even where the web
			 * server sets REMOTE_USER. */
			[SHARE_USER] = slice_text(caller->remote_user ?
							  order->who->user :
							  NULL),
			[SHARE_ACCOUNT] = slice_text(parent->account->id),
			[SHARE_PARENT] = slice_text(parent->key.name),
			[SHARE_BUCKET] = fields->bucket,
			[SHARE_REQUEST] = slice_text(order->who->id),
			[SHARE_TITLE] = fields->title,
			[SHARE_MESSAGE] = fields->message,
		},
		.number = {
			[SHARE_CREATED] = (uint64_t)order->now,
			[SHARE_EXPIRES] = (uint64_t)order->share_expires,
			[SHARE_TTL] = order->terms.scope.ttl,
			[SHARE_MAX_DOWNLOADS] = fields->max_downloads,
		},
	};
}

/* ---- the files ------------------------------------------------------------- */

/* Add the next entry. False after the last, and where it is not what was
 * checked before; then tally->broken is set. */
static bool add_entry(struct share_writer *writer, struct issue *issue)
{
	const struct order *order = &issue->order;
	struct tally *tally = &issue->tally;
	struct problem problem;
	struct entry entry;
	struct terms terms;

	switch (manifest_next(order->entries, &entry, &problem)) {
	case MANIFEST_ENTRY:
		break;
	case MANIFEST_END:
		tally->broken = writer->count != tally->count;
		return false;
	default:
		tally->broken = true;
		return false;
	}
	if (writer->count == tally->count ||
	    issue_entry_check(order, &entry, &terms, &problem)) {
		tally->broken = true;
		return false;
	}
	share_writer_add(writer, entry.key, &terms.link);
	return !writer->failed;
}

static enum error unmade(const struct share_writer *writer,
			 struct problem *problem)
{
	if (writer->failed)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the share can't be written, so there is "
				   "none: tell the administrator");
	return problem_set(problem, ERROR_INTERNAL, NULL,
			   "the list of files changed while it was read, so "
			   "no share was made: send it again");
}

bool share_make(struct issue *issue, struct problem *problem)
{
	const struct order *order = &issue->order;
	struct tally *tally = &issue->tally;
	struct share_writer writer;
	struct share_head head;
	bool done = false;

	set_head(&head, issue);
	share_writer_begin(&writer, order->service->config->shares_dir,
			   order->share_id);
	manifest_rewind(order->entries);
	tally->broken = tally->broken || !issue->recorded;
	while (!tally->broken && !writer.failed && add_entry(&writer, issue))
		;
	if (!tally->broken)
		done = share_writer_publish(&writer, &head);
	if (done) {
		tally->issued = writer.count;
	} else {
		tally->broken = true;
		(void)unmade(&writer, problem);
	}
	share_writer_end(&writer);
	return done;
}
