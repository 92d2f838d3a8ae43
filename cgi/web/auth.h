/*
 * auth - who is asking. Fails closed: a token that is wrong is never turned
 * into an anonymous caller.
 */
#ifndef MINTAGE_CGI_WEB_AUTH_H
#define MINTAGE_CGI_WEB_AUTH_H

#include "lib/policy/subject.h"
#include "request.h"

/*
 * Settle the subject: a bearer token (RFC 6750; scheme in any case, token
 * exactly), else REMOTE_USER, else anonymous on loopback, asked for by a name
 * of this machine. ERROR_INSECURE for
 * plain http from elsewhere when the configuration requires https,
 * ERROR_UNAUTHORIZED with the remedy. *subject is nobody then.
 */
enum error auth_subject(const struct config *config,
			const struct request *request, struct subject *subject,
			struct problem *problem) MUST_CHECK;

#endif
