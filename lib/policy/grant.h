/*
 * grant - what one subject may have: data, not a yes or no.
 *
 * It fails closed: nobody gets what no section of the configuration names.
 */
#ifndef MINTAGE_LIB_POLICY_GRANT_H
#define MINTAGE_LIB_POLICY_GRANT_H

#include "choice.h"
#include "lib/base/buffer.h"
#include "lib/sign/scope.h"
#include "subject.h"

#define GRANT_PREFIXES_MAX CONFIG_PREFIXES_MAX

struct grant {
	const struct caller *caller; /* NULL: the owner */
	const struct parent *parent;
	abilities choices[PERMISSION_COUNT]; /* a request must fit in one */
	size_t choice_count;
	struct buffer text; /* owns the bytes of the prefixes */
	struct slice prefixes[GRANT_PREFIXES_MAX]; /* {user} replaced */
	size_t prefix_count;
	bool any_key;          /* by "*", by whole-bucket, or for the owner */
	bool whole_bucket;     /* a credential may name no paths */
	uint32_t max_ttl;      /* seconds */
	uint32_t max_link_age; /* likewise, of links on hosts of this
				* service's own */
	uint64_t max_entries;
};

/*
 * Choose the parent and gather what `subject` may have from it. Errors, each
 * with a JSON pointer to the field that is at fault: ERROR_UNAUTHORIZED where
 * nobody is asking; ERROR_NO_ROUTE where the account is none of this
 * configuration's; ERROR_ACCESS_DENIED where parent, bucket or permission is not
 * this caller's or not the parent's, or the user's name can't stand for {user};
 * ERROR_AMBIGUOUS where several parents fit, so that the request must name one;
 * ERROR_INTERNAL without memory.
 * What a caller is told never depends on what others have. *grant borrows from
 * `config`. The caller frees it with grant_free, also after an error.
 */
enum error grant_begin(struct grant *grant, const struct config *config,
		       const struct subject *subject, const struct want *want,
		       struct problem *problem) MUST_CHECK;
void grant_free(struct grant *grant);

/* May a credential have this scope? ERROR_ACCESS_DENIED when not; the problem's
 * pointer is `pointer` and "/permission", "/actions" or "/ttlSeconds". */
enum error grant_scope_check(const struct grant *grant,
			     const struct scope *scope, const char *pointer,
			     struct problem *problem) MUST_CHECK;

/*
 * May a credential reach this key or prefix? ERROR_ACCESS_DENIED at `pointer`
 * when not. `path` must begin with one of the prefixes, byte for byte; an empty
 * one asks for the whole bucket. Unless any key is allowed, it must not have a
 * "." or ".." segment, which a proxy on the way to R2 may resolve. Behind a
 * prefix that does not end in '/' it must be in NFC, the form in which R2
 * stores keys.
 */
enum error grant_path_check(const struct grant *grant, struct slice path,
			    const char *pointer,
			    struct problem *problem) MUST_CHECK;

#endif
