/*
 * visit - one request from its arrival to its answer: who asks, by which route,
 * and what the answer looks like. It is passed from function to function, never
 * global.
 *
 * A handler that reads a body or issues something keeps what it needs for that
 * in a struct of its own, so that a request without a body takes little memory.
 */
#ifndef MINTAGE_CGI_WEB_VISIT_H
#define MINTAGE_CGI_WEB_VISIT_H

#include "answer.h"
#include "cgi/input/fields.h"
#include "cgi/service/quota.h"
#include "client.h"
#include "lib/base/problems.h"
#include "lib/policy/grant.h"
#include "routes.h"

/* Bytes, with the NUL, of the client's address as it is recorded. A longer one
 * is cut. */
#define VISIT_REMOTE_MAX 64

/* Borrows the service and the request. */
struct visit {
	struct service *service;
	const struct request *request;
	struct client client;      /* borrows from the request */
	const struct route *route; /* NULL: no route has the path */
	/* What the path has in place of each {} of the route, in their order:
	 * an account's id, or a share's secret and the number of a file. */
	struct slice segments[ROUTE_SEGMENTS_MAX];
	struct subject subject;
	struct quota quota;       /* what is left to the caller */
	struct audit_request who; /* for the audit log */
	char remote[VISIT_REMOTE_MAX];
	char user[USER_MAX + 1];
	const struct format *format;    /* of the answer */
	const struct format *by_accept; /* what Accept alone asks for */
	/* What a page of refusal shows again, or NULL. Borrowed. */
	const struct fields *fields;
	struct problems problems;
	uint64_t issued; /* number of credentials or links, for the metrics */
	struct answer answer;
};

/* Set what follows from the request alone. Who asks, the route and the fields
 * are not known yet. Ends with visit_end. */
void visit_begin(struct visit *visit, struct service *service,
		 const struct request *request);

/* Send what is left of the answer, and free everything. */
void visit_end(struct visit *visit);

/* Where `error` is not ERROR_NONE, answer with a refusal that shows
 * visit->problems. Returns `error`. */
enum error visit_refuse(struct visit *visit, enum error error);

/* Add `problem` to visit->problems and answer with a refusal. Returns
 * problem->error. */
enum error visit_refuse_for(struct visit *visit, const struct problem *problem);

#endif
