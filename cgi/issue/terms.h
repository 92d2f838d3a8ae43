/*
 * terms - what one entry asks for, after the request's defaults have been put
 * in place of what it leaves out, and the check that the grant covers that.
 */
#ifndef MINTAGE_CGI_ISSUE_TERMS_H
#define MINTAGE_CGI_ISSUE_TERMS_H

#include "cgi/input/fields.h"
#include "lib/policy/grant.h"

enum issue_kind {
	ISSUE_SINGLE, /* one credential for all that is named */
	ISSUE_BATCH,  /* one credential for each entry */
	ISSUE_LINKS,  /* one presigned link for each entry */
};

/* What one entry asks for. */
struct terms {
	struct scope scope; /* settled; a link's holds its one action */
	/* Of a link. A credential has at most the digest that its list names
	 * beside the key. Borrows from the entry and from the fields. */
	struct link_terms link;
};

/* What the request asks for where an entry says nothing else. */
struct terms_defaults {
	enum issue_kind kind;
	struct scope scope;     /* as the fields name it, not yet settled */
	struct link_terms link; /* of links */
	enum sign sign;         /* likewise */
};

/* May anything that is signed so live so long? ERROR_BAD_VALUE at /ttlSeconds
 * for more than R2 takes, where R2 is who takes it. */
enum error terms_ttl_check(enum sign sign, uint32_t ttl,
			   struct problem *problem) MUST_CHECK;

/* The defaults that `fields` name. Where they name no method, it is GET. */
struct terms_defaults terms_defaults(enum issue_kind kind,
				     const struct fields *fields);

/*
 * Set *terms to what `entry` asks for. Where `entry` is NULL, set them to what
 * an entry without terms of its own asks for. The terms are settled, but not
 * yet checked against a grant. Errors are those of scope_settle, and
 * ERROR_BAD_VALUE at /method for a link that needs more than the permission or
 * actions named beside it, or is for another method than its kind of link, and
 * those of terms_ttl_check. Pointers are relative to the entry.
 */
enum error terms_settle(const struct terms_defaults *defaults,
			const struct entry *entry, struct terms *terms,
			struct problem *problem) MUST_CHECK;

/* Check settled terms against the grant: ERROR_ACCESS_DENIED where they ask for
 * more, or for longer, than `grant` holds. Pointers are relative to the entry. */
enum error terms_check(enum issue_kind kind, const struct grant *grant,
		       const struct terms *terms,
		       struct problem *problem) MUST_CHECK;

#endif
