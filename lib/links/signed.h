/*
 * signed - links of our own kind:
 *   KEY?expires=UNIX&signature=B64URL(HMAC-SHA256(secret, "/" KEY "\n" UNIX))
 * KEY is decoded in the code, and percent-encoded in the link. There are no
 * other arguments: the code would not cover them.
 */
#ifndef MINTAGE_LIB_LINKS_SIGNED_H
#define MINTAGE_LIB_LINKS_SIGNED_H

#include "link.h"

#define LINK_SIGNED_KEY_MAX 1024 /* bytes of a key, before it is encoded */
/* The longest link, from KEY to its end. */
#define LINK_SIGNED_MAX (3 * LINK_SIGNED_KEY_MAX + 100)

/* Keeps the secret until links_signed_end wipes it. */
struct link_signer {
	struct digest_hmac start; /* the secret and "/" */
};

void links_signed_begin(struct link_signer *signer, const struct keyed *secret);

/* Write the link for `key`, of 1 to LINK_SIGNED_KEY_MAX bytes, that is good
 * until `expires`. dst: LINK_SIGNED_MAX bytes. Returns the link's length. */
size_t links_signed_make(const struct link_signer *signer, struct slice key,
			 int64_t expires, char *dst);

void links_signed_end(struct link_signer *signer);

#endif
