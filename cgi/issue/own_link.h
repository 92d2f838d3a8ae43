/*
 * own_link - links to hosts of our own, made one for each entry: of this
 * service (sign=download), or of a domain that Cloudflare's WAF guards
 * (sign=waf).
 */
#ifndef MINTAGE_CGI_ISSUE_OWN_LINK_H
#define MINTAGE_CGI_ISSUE_OWN_LINK_H

#include "lib/links/signed.h"
#include "lib/links/waf.h"
#include "own_place.h"

#define OWN_LINK_URL_MAX (OWN_PLACE_BASE_MAX + LINK_SIGNED_MAX)

_Static_assert(WAF_URL_MAX <= OWN_LINK_URL_MAX, "one size is for both");

/* Holds a secret: starts with own_link_begin, ends with own_link_end. */
struct own_link {
	const struct own_place *place; /* borrowed */
	union {
		struct link_signer signer; /* of place->download */
		struct waf waf;            /* of place->domain */
	};
	size_t base_length;         /* of what stands before the key in url */
	size_t url_length;          /* of the last link */
	char url[OWN_LINK_URL_MAX]; /* the last link; not terminated */
};

/* `place` must live until own_link_end. */
void own_link_begin(struct own_link *link, const struct own_place *place);

/* Make link->url the link to `key`, which passed own_place_entry_check, issued
 * at `now` (Unix seconds) for `ttl` seconds. */
void own_link_one(struct own_link *link, struct slice key, int64_t now,
		  uint32_t ttl);

/* Wipe the secret and the last link. */
void own_link_end(struct own_link *link);

#endif
