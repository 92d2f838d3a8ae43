#include "choice.h"

#include <stdio.h>

#include "lib/sign/key.h"

/* How many of a caller's parents are left after each condition. */
struct choice {
	size_t in_account, with_id, with_bucket, fit;
	const struct parent *first, *second; /* of those that fit */
};

static void add_parent(struct choice *choice, const struct parent *parent,
		       const struct want *want)
{
	if (!want->any_account &&
	    !slice_is(want->account_id, parent->account->id))
		return;
	choice->in_account++;
	if (want->access_key_id.length > 0 &&
	    !slice_is(want->access_key_id, parent->key.access_key_id))
		return;
	choice->with_id++;
	if (!words_have(&parent->buckets, want->bucket))
		return;
	choice->with_bucket++;
	if (!abilities_within(want->abilities,
			      permission_abilities(parent->permission)))
		return;
	choice->fit++;
	if (!choice->first)
		choice->first = parent;
	else if (!choice->second)
		choice->second = parent;
}

/* Does one of the caller's permissions, alone, hold all of `wanted`? */
static bool caller_may(const struct caller *caller, abilities wanted)
{
	for (size_t i = 1; i < PERMISSION_COUNT; i++) {
		if (caller->permissions[i] &&
		    abilities_within(wanted,
				     permission_abilities((enum permission)i)))
			return true;
	}
	return false;
}

/* Write the permissions of a caller's section as "a or b". */
static void list_permissions(const struct caller *caller, char *text,
			     size_t size)
{
	const char *between = "";
	size_t used = 0;

	for (size_t i = 1; i < PERMISSION_COUNT && used < size; i++) {
		if (!caller->permissions[i])
			continue;
		used += (size_t)snprintf(text + used, size - used, "%s%s",
					 between, permission_names[i]);
		between = " or ";
	}
}

static enum error refuse_abilities(const struct caller *caller,
				   const struct want *want,
				   struct problem *problem)
{
	const char *field = want->field ? want->field : "/permission";
	char quoted[KEY_QUOTE_MAX], may[PROBLEM_MESSAGE_MAX / 2] = "nothing";

	key_quote(quoted, want->bucket);
	if (!caller)
		return problem_set(problem, ERROR_ACCESS_DENIED, field,
				   "no parent here may do this in bucket '%s'; "
				   "its section's permission says what it may",
				   quoted);
	if (caller_may(caller, want->abilities))
		return problem_set(problem, ERROR_ACCESS_DENIED, field,
				   "no parent that signs for this caller may "
				   "do this in bucket '%s'; ask for less",
				   quoted);
	list_permissions(caller, may, sizeof(may));
	return problem_set(problem, ERROR_ACCESS_DENIED, field,
			   "this caller may not do this in bucket '%s'; it may "
			   "have %s",
			   quoted, may);
}

/* The messages name what was asked for and what this caller may have. They
 * never tell what others have, nor whether what was asked for exists. */
static enum error refuse(const struct choice *choice,
			 const struct caller *caller, const struct want *want,
			 struct problem *problem)
{
	const char *who = caller ? "this caller" : "this configuration";
	char quoted[KEY_QUOTE_MAX];

	if (choice->in_account == 0)
		return problem_set(problem, ERROR_NO_ROUTE, NULL,
				   "account '%s' isn't one of this service's; "
				   "check the address",
				   key_quote(quoted, want->account_id));
	if (choice->with_id == 0)
		return problem_set(problem, ERROR_ACCESS_DENIED,
				   "/parentAccessKeyId",
				   "%s may not use the parent '%s'", who,
				   key_quote(quoted, want->access_key_id));
	if (choice->with_bucket == 0)
		return problem_set(problem, ERROR_ACCESS_DENIED, "/bucket",
				   "%s may not use bucket '%s'", who,
				   key_quote(quoted, want->bucket));
	return refuse_abilities(caller, want, problem);
}

enum error choice_make(const struct parent **parent,
		       const struct config *config, const struct caller *caller,
		       const struct want *want, struct problem *problem)
{
	struct choice choice = { 0 };

	if (caller) {
		for (size_t i = 0; i < caller->parent_count; i++)
			add_parent(&choice, caller->parents[i], want);
		if (!words_have(&caller->buckets, want->bucket))
			choice.with_bucket = 0;
		if (!caller_may(caller, want->abilities))
			choice.fit = 0;
	} else {
		for (const struct parent *each = config->parents; each;
		     each = each->next)
			add_parent(&choice, each, want);
	}
	if (choice.with_bucket == 0 || choice.fit == 0)
		return refuse(&choice, caller, want, problem);
	if (choice.fit > 1)
		return problem_set(problem, ERROR_AMBIGUOUS,
				   "/parentAccessKeyId",
				   "%zu parents fit, '%s' and '%s'%s; name one "
				   "as parentAccessKeyId",
				   choice.fit, choice.first->key.access_key_id,
				   choice.second->key.access_key_id,
				   choice.fit > 2 ? " among them" : "");
	*parent = choice.first;
	return ERROR_NONE;
}
