/*
 * pages - what can be had by GET: the form, the description, the health.
 */
#ifndef MINTAGE_CGI_WEB_PAGES_H
#define MINTAGE_CGI_WEB_PAGES_H

#include "answer.h"
#include "cgi/input/fields.h"
#include "lib/policy/grant.h"

/* GET /: the form for a browser; for `Accept: application/json` what this
 * service can do for this caller: routes, formats, and the caller's own
 * limits (subject->kind SUBJECT_NOBODY: routes and formats alone, and how to
 * authenticate). ERROR_NOT_ACCEPTABLE, and nothing sent, for those who want
 * neither. */
enum error page_index(struct answer *answer, const struct subject *subject,
		      struct problem *problem) MUST_CHECK;

/* The body of a browser's refusal, behind the head that refusal_send writes:
 * the form again for answer->subject, with what was sent (`fields` may be
 * NULL) and each problem beside its field, or on top where it has none. */
void page_form(struct answer *answer, const struct fields *fields,
	       const struct problems *problems);

/* GET /healthz: 200 "ok", or 503 and why (one line each). */
void page_health(struct answer *answer);

/* GET /metrics. */
void page_metrics(struct answer *answer);

#endif
