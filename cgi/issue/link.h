/*
 * link - presigned links, one for each entry: who signs them, what is signed,
 * and which headers must be sent with them.
 */
#ifndef MINTAGE_CGI_ISSUE_LINK_H
#define MINTAGE_CGI_ISSUE_LINK_H

#include "lib/sign/mint.h"
#include "lib/sign/presign.h"
#include "order.h"

/* Holds secrets: issue_link_begin, issue_link_end. */
struct issue_link {
	struct presign presign; /* presign.url is the last link */
	bool used;              /* presign has been begun */
	char disposition[PRESIGN_VALUE_MAX];
	struct presign_link link; /* the last one; borrows from its entry */
	size_t header;            /* the next one for issue_link_header */
};

void issue_link_begin(struct issue_link *link);

/*
 * Choose who signs: the parent (`mint` NULL), which needs doing once, or the
 * credential that mint_one has just left in `mint`. False when it can't be.
 */
bool issue_link_signer(struct issue_link *link, const struct order *order,
		       const struct mint *mint) MUST_CHECK;

/* Sign the link for `entry`. */
void issue_link_one(struct issue_link *link, const struct entry *entry,
		    const struct terms *terms);

/* The next header that must be sent with the last link as it is; false after
 * the last, and then begins again. */
bool issue_link_header(struct issue_link *link, struct slice *name,
		       struct slice *value);

void issue_link_end(struct issue_link *link);

#endif
