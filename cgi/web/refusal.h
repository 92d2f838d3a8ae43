/*
 * refusal - the answer to a request that is refused, and its audit record.
 *
 * Programs get the error envelope, whatever format they asked for; browsers
 * get the form again, filled in, with each error beside its field, or the page
 * that the route has instead.
 */
#ifndef MINTAGE_CGI_WEB_REFUSAL_H
#define MINTAGE_CGI_WEB_REFUSAL_H

#include "answer.h"
#include "cgi/input/fields.h"
#include "lib/base/problems.h"
#include "routes.h"

/*
 * Answer with the status of the first of `problems` (at least one). `route` is
 * the request's, or NULL where there is none. Recorded when answer->who has a
 * route, that is, when something could have been issued.
 */
void refusal_send(struct answer *answer, const struct format *format,
		  const struct problems *problems, const struct fields *fields,
		  const struct route *route);

#endif
