/*
 * view - what can be had by GET: the form, the description, the health.
 */
#ifndef MINTAGE_CGI_WEB_VIEW_H
#define MINTAGE_CGI_WEB_VIEW_H

#include "answer.h"
#include "cgi/input/fields.h"
#include "lib/base/problems.h"
#include "lib/policy/grant.h"

/*
 * GET /: the form for a browser. For `Accept: application/json` a description
 * of the service: its routes, its formats, and the limits of the caller; where
 * subject->kind is SUBJECT_NOBODY, how to authenticate instead of limits.
 * ERROR_NOT_ACCEPTABLE, and nothing is sent, when Accept takes neither HTML nor
 * JSON; ERROR_TEMPLATE, and nothing is sent, when the page's template can't be
 * used.
 */
enum error view_index(struct answer *answer, const struct subject *subject,
		      struct problem *problem) MUST_CHECK;

/* The body of what a browser is refused; refusal_send has written the head. It
 * is the form for answer->subject, with what was sent (`fields` may be NULL)
 * and each problem beside its field, or on top where it has no field. */
void view_form(struct answer *answer, const struct fields *fields,
	       const struct problems *problems);

/* GET /healthz: 200 "ok", or 503 and a line for each reason. */
void view_health(struct answer *answer);

/* GET /metrics. */
void view_metrics(struct answer *answer);

#endif
