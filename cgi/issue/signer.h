/*
 * signer - who signs for a parent: this program with the parent's secret, or
 * Cloudflare through its API (`signer = cloudflare`).
 */
#ifndef MINTAGE_CGI_ISSUE_SIGNER_H
#define MINTAGE_CGI_ISSUE_SIGNER_H

#include "terms.h"

/* True where each credential is fetched from Cloudflare's API. */
static inline bool signer_is_remote(const struct grant *grant)
{
	return grant->parent->signer == SIGNER_CLOUDFLARE;
}

/*
 * Check that the parent's signer can sign these settled terms. A parent that
 * signs locally can sign all of them. For Cloudflare's API the error is
 * ERROR_BAD_VALUE:
 * at /parentAccessKeyId for links, which the API does not sign;
 * at /actions where the request or entry named actions (`named_actions`), since
 * the API takes a permission only;
 * at /permission where the actions follow from object-write-only.
 * Pointers are relative to the entry.
 */
enum error signer_terms_check(const struct grant *grant, enum issue_kind kind,
			      const struct terms *terms, bool named_actions,
			      struct problem *problem) MUST_CHECK;

#endif
