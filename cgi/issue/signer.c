#include "signer.h"

enum error signer_terms_check(const struct grant *grant, enum issue_kind kind,
			      const struct terms *terms, bool named_actions,
			      struct problem *problem)
{
	if (!signer_is_remote(grant))
		return ERROR_NONE;
	if (kind == ISSUE_LINKS)
		return problem_set(problem, ERROR_BAD_VALUE,
				   "/parentAccessKeyId",
				   "Cloudflare signs for this parent, and it "
				   "signs credentials, not links: choose one "
				   "that signs locally");
	if (terms->scope.actions == 0)
		return ERROR_NONE;
	if (named_actions)
		return problem_set(problem, ERROR_BAD_VALUE, "/actions",
				   "Cloudflare signs for this parent, and its "
				   "API takes no actions: name a permission, "
				   "or a parent that signs locally");
	return problem_set(problem, ERROR_BAD_VALUE, "/permission",
			   "Cloudflare signs for this parent, and its API "
			   "does not know object-write-only: name another "
			   "permission, or a parent that signs locally");
}
