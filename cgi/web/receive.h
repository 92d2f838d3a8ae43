/*
 * receive - the first steps of every route that issues something: who asks, and
 * which fields were sent.
 */
#ifndef MINTAGE_CGI_WEB_RECEIVE_H
#define MINTAGE_CGI_WEB_RECEIVE_H

#include "body.h"
#include "guard.h"

/* Begins with receive_begin, ends with receive_end. Not to be copied. */
struct reception {
	struct visit *visit;
	struct buffer query; /* decoded in place */
	struct body body;
	struct fields fields; /* borrow from the two above */
};

/* Begin without any field. visit->fields points to received->fields from now
 * until receive_end. */
void receive_begin(struct reception *received, struct visit *visit);
void receive_end(struct reception *received);

/* Settle who asks, as `how` says, and count the request against the caller's
 * rate. A request that a page of another site may have made a browser send is
 * refused. Where this fails, the refusal has been sent. */
enum error receive_caller(struct visit *visit, enum guard_how how) MUST_CHECK;

/* Read the fields: those of a GET from the query, those of other methods from
 * the body and the query. Problems with fields are left in visit->problems, and
 * are no failure. Where this fails, the refusal has been sent. */
enum error receive_fields(struct reception *received) MUST_CHECK;

#endif
