/*
 * issue_link - the links of issue.h's second pass: who signs, what is signed,
 * and which headers go with it.
 */
#ifndef MINTAGE_CGI_ISSUE_LINK_H
#define MINTAGE_CGI_ISSUE_LINK_H

#include "entry.h"
#include "lib/sign/presign.h"

/* Holds secrets: issue_link_begin, issue_link_end. */
struct issue_link {
	struct presign presign; /* its url is the last link */
	bool used;              /* presign holds something */
	char disposition[PRESIGN_VALUE_MAX];
	struct presign_link link; /* the last; borrows from its entry */
	size_t header;            /* issue_link_header's place */
};

void issue_link_begin(struct issue_link *link);

/*
 * Choose who signs: the parent (`mint` NULL), which needs doing once, or the
 * credential that mint_one has just left in `mint`. False when it can't be.
 */
bool issue_link_signer(struct issue_link *link, struct issue *issue,
		       const struct mint *mint) MUST_CHECK;

/* Sign the link for `entry`. */
void issue_link_one(struct issue_link *link, const struct entry *entry,
		    const struct granted *granted);

/* The next header that must be sent with the last link as it is; false after
 * the last, and then begins again. */
bool issue_link_header(struct issue_link *link, struct slice *name,
		       struct slice *value);

void issue_link_end(struct issue_link *link);

#endif
