/*
 * auth - who is asking. It fails closed: a request with a wrong token is
 * refused, never treated as anonymous.
 */
#ifndef MINTAGE_CGI_WEB_AUTH_H
#define MINTAGE_CGI_WEB_AUTH_H

#include "lib/policy/subject.h"
#include "request.h"

/*
 * Set *subject to who is asking: the caller of the bearer token (RFC 6750; the
 * scheme in any case, the token exactly); without a token the caller of
 * REMOTE_USER; without that the anonymous caller, where both the client's
 * address and the Host header are of this machine.
 *
 * ERROR_INSECURE for plain http from another machine where the configuration
 * requires https; ERROR_UNAUTHORIZED, with the remedy, where nobody is found.
 * *subject is SUBJECT_NOBODY then. It borrows its caller from `config`.
 */
enum error auth_subject(const struct config *config,
			const struct request *request, struct subject *subject,
			struct problem *problem) MUST_CHECK;

#endif
