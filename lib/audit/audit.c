#include "audit.h"

#include <stdio.h>

#include "lib/base/date.h"
#include "lib/base/hex.h"
#include "line.h"

enum error audit_open(struct audit *audit, const char *path, bool sync,
		      struct problem *problem)
{
	*audit = (struct audit){
		.file = -1,
		.to_syslog = strcmp(path, "syslog") == 0,
		.sync = sync,
		.path = path,
	};
	return audit_log_open(audit, problem);
}

void audit_close(struct audit *audit)
{
	audit_log_close(audit);
}

enum error audit_reopen(struct audit *audit, struct problem *problem)
{
	audit_close(audit);
	return audit_log_open(audit, problem);
}

/* Ends, writes and frees the line. */
static enum error write_line(struct audit *audit, struct audit_line *line)
{
	struct slice text = audit_line_end(line);
	bool done = text.length > 0 && audit_log_write(audit, text);

	buffer_free(&line->text);
	if (text.length == 0)
		snprintf(audit->why, sizeof(audit->why),
			 "a line of the audit log can't be made: memory is "
			 "out, or this machine's clock is wrong");
	audit->failed = !done;
	return done ? ERROR_NONE : ERROR_UNAVAILABLE;
}

/* Entries may ask for a scope that is not the default of their batch. */
static void add_differing(struct audit_line *line,
			  const struct audit_issue *issue)
{
	const abilities admin = ABILITY_ADMIN_READ | ABILITY_ADMIN_WRITE;

	audit_line_number(line, "differing", issue->differing);
	audit_line_actions(line, "differingActions",
			   issue->differing_reach & ~admin);
	if (issue->differing_reach & admin)
		audit_line_text(line, ",\"differingAdmin\":true");
	audit_line_number(line, "differingTtlSeconds", issue->differing_ttl);
}

/* Links that live longer than the log may be looked for by their expiry. */
static void add_own_links(struct audit_line *line,
			  const struct audit_issue *issue)
{
	char expires[DATE_TEXT_MAX];

	date_text(issue->expires, expires);
	if (issue->share.length > 0)
		audit_line_string(line, "share", issue->share);
	else
		audit_line_string(line, "sign", issue->sign);
	if (issue->download.length > 0)
		audit_line_string(line, "download", issue->download);
	if (issue->domain.length > 0)
		audit_line_string(line, "domain", issue->domain);
	audit_line_string(line, "expiresAt", slice_text(expires));
}

enum error audit_issue(struct audit *audit, const struct audit_request *request,
		       const struct audit_issue *issue)
{
	const struct scope *scope = &issue->scope;
	struct audit_line line = { 0 };
	char digest[HEX_LENGTH(DIGEST_SIZE)];

	audit_line_begin(&line, "issue", request);
	audit_line_string(&line, "account", issue->account_id);
	audit_line_string(&line, "parent", issue->access_key_id);
	audit_line_string(&line, "bucket", issue->bucket);
	if (scope->actions)
		audit_line_actions(&line, "actions", scope->actions);
	else
		audit_line_string(
			&line, "permission",
			slice_text(permission_names[scope->permission]));
	audit_line_number(&line, "ttlSeconds", scope->ttl);
	if (issue->sign.length > 0 || issue->share.length > 0)
		add_own_links(&line, issue);
	audit_line_number(&line, "count", issue->count);
	audit_line_number(&line, "failed", issue->failed);
	if (issue->differing > 0)
		add_differing(&line, issue);
	hex_encode(digest, issue->scopes, DIGEST_SIZE);
	audit_line_string(&line, "scopes", slice_of(digest, sizeof(digest)));
	return write_line(audit, &line);
}

enum error audit_redirect(struct audit *audit,
			  const struct audit_request *request,
			  const struct audit_redirect *redirect)
{
	struct audit_line line = { 0 };

	audit_line_begin(&line, "redirect", request);
	if (redirect->share.length > 0)
		audit_line_string(&line, "share", redirect->share);
	else
		audit_line_string(&line, "download", redirect->download);
	audit_line_string(&line, "account", redirect->account_id);
	audit_line_string(&line, "parent", redirect->access_key_id);
	audit_line_string(&line, "bucket", redirect->bucket);
	audit_line_string(&line, "key", redirect->key);
	audit_line_string(&line, "method", redirect->method);
	audit_line_number(&line, "ttlSeconds", redirect->ttl);
	return write_line(audit, &line);
}

enum error audit_revoke(struct audit *audit,
			const struct audit_request *request, struct slice share)
{
	struct audit_line line = { 0 };

	audit_line_begin(&line, "revoke", request);
	audit_line_string(&line, "share", share);
	return write_line(audit, &line);
}

enum error audit_outcome(struct audit *audit,
			 const struct audit_request *request,
			 const char *result, uint64_t issued, uint64_t bytes)
{
	struct audit_line line = { 0 };

	audit_line_begin(&line, "outcome", request);
	audit_line_string(&line, "result", slice_text(result));
	audit_line_number(&line, "issued", issued);
	audit_line_number(&line, "bytes", bytes);
	return write_line(audit, &line);
}

enum error audit_refusal(struct audit *audit,
			 const struct audit_request *request, int status,
			 const struct problem *problem)
{
	struct audit_line line = { 0 };

	audit_line_begin(&line, "refused", request);
	audit_line_number(&line, "status", (uint64_t)status);
	audit_line_number(&line, "code", (uint64_t)problem->error);
	audit_line_optional(&line, "pointer", problem->pointer);
	return write_line(audit, &line);
}

enum error audit_sum(struct audit *audit, const struct audit_refusals *refusals)
{
	struct audit_request nobody = { .caller = NULL };
	struct audit_line line = { 0 };
	char stamp[DATE_TEXT_MAX];

	if (!audit_request_id(&audit->ids, nobody.id))
		return ERROR_UNAVAILABLE;
	audit_line_begin(&line, "refusals", &nobody);
	audit_line_number(&line, "count", refusals->count);
	date_text(refusals->first, stamp);
	audit_line_string(&line, "first", slice_text(stamp));
	date_text(refusals->last, stamp);
	audit_line_string(&line, "last", slice_text(stamp));
	audit_line_number(&line, "status401", refusals->unauthorized);
	audit_line_number(&line, "status403", refusals->forbidden);
	return write_line(audit, &line);
}

enum error audit_retry(struct audit *audit, const struct audit_request *request)
{
	struct audit_line line = { 0 };

	audit_line_begin(&line, "retry", request);
	return write_line(audit, &line);
}
