/*
 * choice - which parent signs for a request.
 */
#ifndef MINTAGE_LIB_POLICY_CHOICE_H
#define MINTAGE_LIB_POLICY_CHOICE_H

#include "lib/config/config.h"

/* What a request asks for, of which the choice of a parent depends. */
struct want {
	struct slice account_id;
	bool any_account; /* any account of the caller will do: account_id is
			   * not looked at */
	struct slice bucket;
	struct slice access_key_id; /* of the parent; empty: any that fits */
	abilities abilities;        /* of the batch's default scope */
	const char *field;          /* JSON pointer to the field that asks for
				     * them; NULL: "/permission" */
};

/*
 * Choose the one parent that `caller` (NULL for the owner) may use and that may
 * do what is wanted; *parent borrows it from `config`. grant_begin lists the
 * errors: ERROR_NO_ROUTE, ERROR_ACCESS_DENIED and ERROR_AMBIGUOUS come from
 * here.
 */
enum error choice_make(const struct parent **parent,
		       const struct config *config, const struct caller *caller,
		       const struct want *want,
		       struct problem *problem) MUST_CHECK;

#endif
