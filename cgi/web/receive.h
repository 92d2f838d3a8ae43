/*
 * receive - what a route that issues something is sent: by whom, and the fields.
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

/* No field is there yet. visit->fields are these until the end. */
void receive_begin(struct reception *received, struct visit *visit);
void receive_end(struct reception *received);

/* Settle who asks, as `how` says, and count the request. What a page of another
 * site may have made a browser send is refused. The refusal has been sent where
 * this fails. */
enum error receive_caller(struct visit *visit, enum guard_how how) MUST_CHECK;

/* Read the fields: of a GET in the query, else in the body and the query.
 * Problems with fields are left in visit->problems. The refusal has been sent
 * where this fails. */
enum error receive_fields(struct reception *received) MUST_CHECK;

#endif
