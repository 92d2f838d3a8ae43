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
 * ERROR_BAD_VALUE where the API cannot sign these terms: it signs no links (at
 * /parentAccessKeyId), and takes a permission but no actions (at /actions where
 * the request or entry named actions, `named_actions`; at /permission where
 * they follow from object-write-only). Never fails where the parent signs
 * locally. Pointers are relative to the entry.
 */
enum error signer_terms_check(const struct grant *grant, enum issue_kind kind,
			      const struct terms *terms, bool named_actions,
			      struct problem *problem) MUST_CHECK;

#endif
