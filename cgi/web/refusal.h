/*
 * refusal - the answer to a request that is refused, and its audit record.
 *
 * Programs get the error envelope, whatever format they asked for; browsers
 * get the form again, filled in, with each error beside its field.
 */
#ifndef MINTAGE_CGI_WEB_REFUSAL_H
#define MINTAGE_CGI_WEB_REFUSAL_H

#include "answer.h"
#include "cgi/input/fields.h"
#include "lib/base/problems.h"

/*
 * Answer with the status of the first of `problems` (at least one). `allow`
 * is the Allow header of a 405, else NULL. Recorded when answer->who has a
 * route, that is, when something could have been issued.
 */
void refusal_send(struct answer *answer, const struct format *format,
		  const struct problems *problems, const struct fields *fields,
		  const char *allow);

#endif
