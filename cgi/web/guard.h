/*
 * guard - who asks, as auth.h finds it, and how often a stranger may: [mintage]
 * stranger-rate, for each address.
 *
 * Tokens that nobody has are counted, and so are requests without one where one
 * is needed, and downloads that are open to whoever comes. Once an address has
 * used up its rate, the tokens that it shows are not compared any more, so that
 * guessing ends; a caller at that address waits, too. Processes that compare at
 * the same moment may each compare one more. Where addresses can't be counted,
 * callers are served all the same, and strangers are answered 503.
 */
#ifndef MINTAGE_CGI_WEB_GUARD_H
#define MINTAGE_CGI_WEB_GUARD_H

#include "visit.h"

enum guard_how {
	GUARD_CALLER, /* somebody who is known is needed */
	GUARD_TOKEN,  /* one with a bearer token */
	GUARD_ANYBODY /* whoever is not known gets another answer */
};

/* Set visit->subject as auth_subject does, or auth_bearer for GUARD_TOKEN.
 * Their errors, and ERROR_TOO_MANY_REQUESTS and ERROR_UNAVAILABLE. */
enum error guard_subject(struct visit *visit, enum guard_how how,
			 struct problem *problem) MUST_CHECK;

/* Count the request of a stranger, where strangers have a limit. Errors as
 * above. */
enum error guard_stranger(struct visit *visit,
			  struct problem *problem) MUST_CHECK;

#endif
