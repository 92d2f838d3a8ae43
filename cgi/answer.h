/*
 * answer - status, headers, and the error envelope.
 */
#ifndef MINTAGE_ANSWER_H
#define MINTAGE_ANSWER_H

#include "../lib/audit.h"
#include "../lib/render.h"
#include "request.h"
#include "service.h"

struct fields;
struct subject;

/* One answer on its way out. */
struct answer {
	struct service *service;
	const struct request *request;
	const struct subject *subject;	/* who is answered, or NULL */
	struct audit_request *who;
	const char *allow;	/* methods, for a 405 */
	struct sink sink;
	char window[SINK_MIN];
	bool head_only;		/* HEAD: headers, no body */
};

void answer_begin(struct answer *answer, struct service *service,
		  const struct request *request, struct audit_request *who);

/*
 * The header block: Status, Content-Type, Cache-Control: no-store,
 * Mintage-Request, and `extra` (lines ending in CRLF, or NULL). The body
 * follows through answer->sink; to HEAD none of it is sent.
 */
void answer_head(struct answer *answer, int status, const char *content_type,
		 const char *extra);

/*
 * A refusal: the envelope in `format`'s family (JSON, or for HTML the form
 * again with `fields` (may be NULL) filled in and each error beside its
 * field), with the status of the first problem; and an audit line.
 */
void answer_refusal(struct answer *answer, enum format_id format,
		    const struct problems *problems, struct fields *fields);
/* The same for one problem. */
void answer_problem(struct answer *answer, enum format_id format,
		    const struct problem *problem);

/* Flush. False when the client is gone. */
bool answer_end(struct answer *answer);

#endif
