/*
 * visit - one request from its arrival to its answer: who asks, by which route,
 * and what the answer looks like. Passed from function to function, never
 * global.
 *
 * A handler that reads a body or issues something keeps what that takes in a
 * struct of its own, so that a request without entries stays small.
 */
#ifndef MINTAGE_CGI_WEB_VISIT_H
#define MINTAGE_CGI_WEB_VISIT_H

#include "answer.h"
#include "cgi/input/fields.h"
#include "lib/base/problems.h"
#include "lib/policy/grant.h"
#include "routes.h"

/* The longest REMOTE_ADDR that is recorded whole. */
#define VISIT_REMOTE_MAX 64

struct visit {
	struct service *service;
	const struct request *request;
	const struct route *route; /* NULL: there is none for the path */
	struct slice account_id;   /* of the path */
	struct subject subject;
	struct audit_request who;
	char remote[VISIT_REMOTE_MAX];
	char user[USER_MAX + 1];
	const struct format *format;    /* of the answer */
	const struct format *by_accept; /* of a refusal, if it is a page */
	const struct fields *fields;    /* what was sent, or NULL; borrowed */
	struct problems problems;
	uint64_t issued; /* credentials or links, for the metrics */
	struct answer answer;
};

/* Begin with the request alone. Ends with visit_end, which sends what is left
 * of the answer. */
void visit_begin(struct visit *visit, struct service *service,
		 const struct request *request);
void visit_end(struct visit *visit);

/* Answer with a refusal where `error` is one, by visit->problems. Returns
 * `error`. */
enum error visit_refuse(struct visit *visit, enum error error);

/* Add the problem, and answer with a refusal. Returns its error. */
enum error visit_refuse_for(struct visit *visit, const struct problem *problem);

#endif
