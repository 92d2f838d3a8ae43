/*
 * policy - who is asking (subject) and what they may have (grant).
 *
 * Fails closed: nothing is granted that a section does not name.
 */
#ifndef MINTAGE_LIB_POLICY_POLICY_H
#define MINTAGE_LIB_POLICY_POLICY_H

#include "lib/config/config.h"

enum subject_kind {
	SUBJECT_NOBODY,
	SUBJECT_BEARER,
	SUBJECT_USER,     /* REMOTE_USER: the web server vouches */
	SUBJECT_LOOPBACK, /* anonymous */
	SUBJECT_OWNER,    /* of the configuration, at a prompt */
};

#define USER_MAX CONFIG_USER_MAX

struct subject {
	enum subject_kind kind;
	const struct caller *caller; /* NULL for nobody and owner */
	char user[USER_MAX + 1];     /* REMOTE_USER, or "" */
};

/*
 * The caller a bearer token belongs to. Every stored hash is compared, in
 * constant time. The caller's section or NULL.
 */
const struct caller *policy_bearer(const struct config *config,
				   struct slice token);
/* A section that names `user` goes before one for "*". None for a name that is
 * empty, longer than USER_MAX, not UTF-8 or holds control characters. */
const struct caller *policy_user(const struct config *config,
				 struct slice user);
const struct caller *policy_anonymous(const struct config *config);

#define GRANT_PREFIXES_MAX CONFIG_PREFIXES_MAX

/* What one request of one subject may reach: data, not a yes or no. */
struct grant {
	const struct caller *caller; /* NULL: the owner */
	const struct parent *parent;
	abilities choices[PERMISSION_COUNT]; /* a request must fit in one */
	size_t choice_count;
	struct buffer text; /* owns the prefixes' bytes */
	struct slice prefixes[GRANT_PREFIXES_MAX]; /* {user} replaced */
	size_t prefix_count;
	bool any_key;      /* "*", whole-bucket, or the owner */
	bool whole_bucket; /* a credential without paths */
	uint32_t max_ttl;
	uint64_t max_entries;
};

/* What is asked for, as far as the choice of a parent depends on it. */
struct want {
	struct slice account_id;
	struct slice bucket;
	struct slice access_key_id; /* of the parent; none: any that fits */
	abilities abilities;        /* of the batch's default scope */
	const char *field;          /* that names them: a pointer to blame */
};

/*
 * Choose the parent and gather the grant. Errors, with a pointer to the field
 * to blame: ERROR_NO_ROUTE (account not ours), ERROR_ACCESS_DENIED (parent,
 * bucket or permission isn't this caller's or not the parent's; or the user's
 * name can't stand for {user}), ERROR_AMBIGUOUS (name parentAccessKeyId),
 * ERROR_UNAUTHORIZED (nobody is asking), ERROR_INTERNAL (memory). What a caller
 * is told never depends on what others have. grant_free also after an error.
 */
enum error grant_begin(struct grant *grant, const struct config *config,
		       const struct subject *subject, const struct want *want,
		       struct problem *problem) MUST_CHECK;
void grant_free(struct grant *grant);

/* May a credential do this, for so long? ERROR_ACCESS_DENIED, pointers
 * `pointer`/permission (or /actions) and `pointer`/ttlSeconds. */
enum error grant_check_scope(const struct grant *grant,
			     const struct scope *scope, const char *pointer,
			     struct problem *problem) MUST_CHECK;

/*
 * May a credential reach this key or prefix? Begins with one of the prefixes,
 * byte for byte; and unless any key is allowed, no "." or ".." segment, since
 * what lies between us and R2 may resolve it. Behind a prefix that does not end
 * in '/' only a key in NFC, the form R2 keeps keys in.
 */
enum error grant_check_path(const struct grant *grant, struct slice path,
			    const char *pointer,
			    struct problem *problem) MUST_CHECK;

#endif
