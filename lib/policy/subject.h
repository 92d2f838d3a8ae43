/*
 * subject - who is asking.
 */
#ifndef MINTAGE_LIB_POLICY_SUBJECT_H
#define MINTAGE_LIB_POLICY_SUBJECT_H

#include "lib/config/config.h"

enum subject_kind {
	SUBJECT_NOBODY,
	SUBJECT_BEARER,   /* who showed a bearer token */
	SUBJECT_USER,     /* REMOTE_USER, for whom the web server vouches */
	SUBJECT_LOOPBACK, /* anonymous, from this machine */
	SUBJECT_OWNER,    /* of the configuration, at a prompt */
};

#define USER_MAX CONFIG_USER_MAX

struct subject {
	enum subject_kind kind;
	const struct caller *caller; /* NULL for nobody and for the owner */
	char user[USER_MAX + 1];     /* REMOTE_USER, or "" */
};

/* Each finds the caller's section that recognises a request. They lend it, and
 * return NULL when no section does. */

/* By a bearer token. Every stored hash is compared, in constant time. */
const struct caller *subject_bearer(const struct config *config,
				    struct slice token);
/* By REMOTE_USER. A section that names `user` goes before one for "*". No
 * section recognises a name that is empty, longer than USER_MAX, not UTF-8 or
 * has control characters. */
const struct caller *subject_user(const struct config *config,
				  struct slice user);
/* Without any name. */
const struct caller *subject_anonymous(const struct config *config);

/* Can a user's name stand for {user} in a prefix? Then it is a single segment
 * of a key, in the form in which R2 stores keys, so that it never leads to the
 * folder of another user. */
bool subject_is_segment(struct slice user);

#endif
