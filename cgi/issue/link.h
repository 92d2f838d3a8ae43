/*
 * link - presigned links, one for each entry: who signs them, what is signed,
 * and which headers must be sent with them.
 */
#ifndef MINTAGE_CGI_ISSUE_LINK_H
#define MINTAGE_CGI_ISSUE_LINK_H

#include "lib/sign/mint.h"
#include "lib/sign/presign.h"
#include "link_pairs.h"
#include "order.h"
#include "own_link.h"

/* Holds secrets: starts with issue_link_begin, ends with issue_link_end. */
struct issue_link {
	struct presign presign;  /* presign.url is the last link */
	bool used;               /* presign has been begun */
	bool is_own;             /* `own` has been begun instead */
	struct own_link own;     /* own.url is the last link then */
	int64_t now;             /* Unix seconds, when it is issued */
	struct link_pairs pairs; /* of the last link */
	size_t header;           /* the next one for issue_link_header */
};

/* Make `link` ready for issue_link_signer. */
void issue_link_begin(struct issue_link *link);

/*
 * Choose who signs the next link. Where `mint` is NULL it is the order's
 * parent, or the secret of its own_place where it has one, and calls after the
 * first do nothing. Otherwise it is the credential
 * that mint_one has just left in `mint`, so each link needs a call of its own.
 * False when presign_begin fails.
 */
bool issue_link_signer(struct issue_link *link, const struct order *order,
		       const struct mint *mint) MUST_CHECK;

/* Sign the link for `key`. The texts of the terms must live until the link's
 * headers have been read. The result is issue_link_url until the next call. */
void issue_link_one(struct issue_link *link, struct slice key,
		    const struct terms *terms);

/* The last link. */
static inline struct slice issue_link_url(const struct issue_link *link)
{
	return link->is_own ?
		       slice_of(link->own.url, link->own.url_length) :
		       slice_of(link->presign.url, link->presign.url_length);
}

/* Set *name and *value to the next header that whoever uses the last link must
 * send unchanged; *by_client becomes true for one that every client writes by
 * itself. False after the last header; the call after that begins with
 * the first again. */
bool issue_link_header(struct issue_link *link, struct slice *name,
		       struct slice *value, bool *by_client);

/* Wipe the signer. */
void issue_link_end(struct issue_link *link);

#endif
