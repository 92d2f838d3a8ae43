/*
 * issue - the pipeline: grant, check every entry, record, mint and render.
 *
 * The web and the prompt use the same steps, in this order:
 *   issue_begin    the grant; settles scope and time
 *   issue_check    pass 1: every entry is read and checked; nothing is issued
 *   issue_record   the audit line; without it nothing is issued
 *   issue_fetch    where Cloudflare signs, all that it signs; else nothing
 *   issue_write    pass 2: mint, render, write
 *   issue_end      the outcome, and everything wiped
 */
#ifndef MINTAGE_CGI_ISSUE_ISSUE_H
#define MINTAGE_CGI_ISSUE_ISSUE_H

#include "cgi/input/fields.h"
#include "cgi/service/service.h"
#include "lib/policy/grant.h"
#include "lib/sign/mint.h"

enum issue_kind {
	ISSUE_SINGLE, /* one credential for all that is named */
	ISSUE_BATCH,  /* one for each entry */
	ISSUE_LINKS,  /* one presigned link for each entry */
};

#define ISSUE_MESSAGES_MAX 20

struct fetching;

struct issue {
	struct service *service;
	enum issue_kind kind;
	const struct format *format; /* of the answer, set by the caller */
	struct fields *fields;
	struct audit_request *who;
	struct grant grant;
	struct scope asked; /* as the fields have it, with a ttl */
	struct scope scope; /* the same, settled: the default */
	enum method method; /* of links, the default */
	int64_t now;
	uint64_t rows;  /* entries: count and failed */
	uint64_t count; /* to be issued */
	uint64_t failed;
	uint64_t issued; /* so far */
	uint64_t apart;  /* of count: with another scope than the default */
	abilities apart_reach;
	uint32_t apart_ttl;
	size_t message_count;
	uint64_t messages_more;
	uint8_t scopes[DIGEST_SIZE];
	size_t path_bytes;         /* of a single credential, as JSON */
	struct fetching *fetching; /* of issue_fetch.h, or NULL; owned */
	bool recorded;
	bool broken; /* pass 2 did not see what pass 1 saw */
	/* As far as their counts go: */
	struct problems problems;
	char messages[ISSUE_MESSAGES_MAX][PROBLEM_MESSAGE_MAX];
};

/* Zero it, but for texts that aren't in use. */
static inline void issue_clear(struct issue *issue)
{
	memset(issue, 0, offsetof(struct issue, problems));
	issue->problems.count = 0;
}

/* Does a bad entry carry its own error, the good ones being issued? */
static inline bool issue_reports(const struct issue *issue)
{
	return issue->kind != ISSUE_SINGLE &&
	       issue->fields->on_error == ON_ERROR_REPORT;
}

/*
 * Each returns ERROR_NONE, or the error to answer with; issue->problems then
 * holds what to say, with at least one problem in it. The caller clears *issue
 * first, sets its format, and may have put what was wrong with the fields into
 * its problems.
 * Everything passed to issue_begin is borrowed until issue_end.
 */
enum error issue_begin(struct issue *issue, struct service *service,
		       enum issue_kind kind, const struct subject *subject,
		       struct slice account_id, struct fields *fields,
		       struct audit_request *who) MUST_CHECK;
enum error issue_check(struct issue *issue) MUST_CHECK;
enum error issue_record(struct issue *issue) MUST_CHECK;
enum error issue_fetch(struct issue *issue) MUST_CHECK;

/* Write the answer's body, up to and with its flush. True when all of it was
 * taken. */
bool issue_write(struct issue *issue, struct sink *sink) MUST_CHECK;

/* After issue_begin, whatever happened since. `complete`: what issue_write
 * returned. */
void issue_end(struct issue *issue, bool complete, uint64_t bytes);

#endif
