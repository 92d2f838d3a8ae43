/*
 * auth - who is asking. It fails closed: a request with a wrong token is
 * refused, never treated as anonymous.
 */
#ifndef MINTAGE_CGI_WEB_AUTH_H
#define MINTAGE_CGI_WEB_AUTH_H

#include "client.h"
#include "lib/policy/subject.h"

/*
 * Set *subject to who is asking: the caller of the bearer token (RFC 6750; the
 * scheme in any case, the token exactly); without a token the caller of
 * REMOTE_USER; without that the anonymous caller, where both the client's
 * address and the host that it asked for are of this machine.
 *
 * ERROR_INSECURE for plain http from another machine where the configuration
 * requires https; ERROR_UNAUTHORIZED, with the remedy, where nobody is found.
 * *subject is SUBJECT_NOBODY then. It borrows its caller from `config`.
 */
enum error auth_subject(const struct config *config,
			const struct request *request,
			const struct client *client, struct subject *subject,
			struct problem *problem) MUST_CHECK;

/* Does the request show a bearer token, or something in its place? */
bool auth_has_token(const struct request *request);

/* ERROR_INSECURE for plain http from another machine where the configuration
 * requires https. */
enum error auth_https_check(const struct config *config,
			    const struct client *client,
			    struct problem *problem) MUST_CHECK;

/*
 * As auth_subject, but only a bearer token will do: for a GET that issues
 * something. A link in a page of another site makes a browser ask by GET, with
 * the user's login or address, but never with a token.
 */
enum error auth_bearer(const struct config *config,
		       const struct request *request,
		       const struct client *client, struct subject *subject,
		       struct problem *problem) MUST_CHECK;

#endif
