#include "policy.h"

#include <stdio.h>

#include "lib/base/unicode.h"
#include "lib/sign/key.h"

/* ---- who is asking ------------------------------------------------------- */

const struct caller *policy_bearer(const struct config *config,
				   struct slice token)
{
	const struct caller *found = NULL;
	uint8_t hash[DIGEST_SIZE];

	if (token.length == 0)
		return NULL;
	digest_sha256(token.data, token.length, hash);
	/* No early end: the time taken says nothing of where a match is. */
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next) {
		if (caller->has_bearer &&
		    digest_equal(hash, caller->bearer_sha256, sizeof(hash)))
			found = caller;
	}
	explicit_bzero(hash, sizeof(hash));
	return found;
}

/* A user's name as any web server should give it: text, of bounded length. */
static bool is_user(struct slice user)
{
	for (size_t i = 0; i < user.length; i++) {
		if ((unsigned char)user.data[i] < 0x20 || user.data[i] == 0x7f)
			return false;
	}
	return user.length > 0 && user.length <= USER_MAX &&
	       unicode_valid(user) == user.length;
}

/* And one that is a single segment of a key, as R2 stores it: it can lead to
 * no other's folder. */
static bool is_segment(struct slice user)
{
	return is_user(user) && !memchr(user.data, '/', user.length) &&
	       !key_has_dot_segment(user) && unicode_is_nfc(user);
}

const struct caller *policy_user(const struct config *config, struct slice user)
{
	const struct caller *any = NULL;

	if (!is_user(user))
		return NULL;
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next) {
		if (!caller->remote_user)
			continue;
		if (slice_is(user, caller->remote_user))
			return caller;
		if (strcmp(caller->remote_user, "*") == 0)
			any = caller;
	}
	return any;
}

const struct caller *policy_anonymous(const struct config *config)
{
	const struct caller *caller = config->callers;

	while (caller && !caller->anonymous)
		caller = caller->next;
	return caller;
}

/* ---- the choice of a parent ---------------------------------------------- */

/* Which of the parents within reach are left after each condition. */
struct choice {
	size_t in_account, with_id, with_bucket, fit;
	const struct parent *first, *second; /* of those that fit */
};

static bool words_hold(const struct words *words, struct slice word)
{
	for (size_t i = 0; i < words->count; i++) {
		if (slice_equal(words->list[i], word))
			return true;
	}
	return false;
}

static void choice_add(struct choice *choice, const struct parent *parent,
		       const struct want *want)
{
	if (!slice_is(want->account_id, parent->account->id))
		return;
	choice->in_account++;
	if (want->access_key_id.length > 0 &&
	    !slice_is(want->access_key_id, parent->key.access_key_id))
		return;
	choice->with_id++;
	if (!words_hold(&parent->buckets, want->bucket))
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

/* "a or b": what a caller's section says it may do. */
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

/* The messages name what was asked for, and what this caller may have: not
 * what others have, nor whether it exists. */
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

static enum error choose_parent(struct grant *grant,
				const struct config *config,
				const struct want *want,
				struct problem *problem)
{
	const struct caller *caller = grant->caller;
	struct choice choice = { 0 };

	if (caller) {
		for (size_t i = 0; i < caller->parent_count; i++)
			choice_add(&choice, caller->parents[i], want);
		if (!words_hold(&caller->buckets, want->bucket))
			choice.with_bucket = 0;
		if (!caller_may(caller, want->abilities))
			choice.fit = 0;
	} else {
		for (const struct parent *parent = config->parents; parent;
		     parent = parent->next)
			choice_add(&choice, parent, want);
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
	grant->parent = choice.first;
	return ERROR_NONE;
}

/* ---- the grant ----------------------------------------------------------- */

static void set_choices(struct grant *grant)
{
	abilities bound = permission_abilities(grant->parent->permission);

	if (!grant->caller) {
		grant->choices[grant->choice_count++] = bound;
		return;
	}
	for (size_t i = 1; i < PERMISSION_COUNT; i++) {
		if (grant->caller->permissions[i])
			grant->choices[grant->choice_count++] =
				bound &
				permission_abilities((enum permission)i);
	}
}

/* Append `prefix` to grant->text with the user in place of {user}. */
static enum error add_prefix(struct grant *grant, struct slice prefix,
			     const struct subject *subject,
			     struct problem *problem)
{
	struct slice mark = slice_text(CONFIG_USER), rest = prefix;
	struct slice user = slice_text(subject->user);
	const char *found;

	while ((found = memmem(rest.data, rest.length, mark.data,
			       mark.length))) {
		size_t before = (size_t)(found - rest.data);

		if (subject->kind != SUBJECT_USER || !is_segment(user))
			return problem_set(problem, ERROR_ACCESS_DENIED, NULL,
					   "the user's name can't be part of a "
					   "key; one without '/', in NFC, and "
					   "not '.' or '..' is needed");
		if (!buffer_add(&grant->text, rest.data, before) ||
		    !buffer_add(&grant->text, user.data, user.length))
			goto out_of_memory;
		rest = slice_of(found + mark.length,
				rest.length - before - mark.length);
	}
	if (buffer_add(&grant->text, rest.data, rest.length))
		return ERROR_NONE;
out_of_memory:
	return problem_set(problem, ERROR_INTERNAL, NULL, "out of memory");
}

static enum error set_prefixes(struct grant *grant,
			       const struct subject *subject,
			       struct problem *problem)
{
	const struct words *prefixes = &grant->caller->prefixes;
	size_t ends[GRANT_PREFIXES_MAX], start = 0, count = 0;
	enum error error;

	if (grant->any_key)
		return ERROR_NONE;
	for (; count < prefixes->count && count < GRANT_PREFIXES_MAX; count++) {
		error = add_prefix(grant, prefixes->list[count], subject,
				   problem);
		if (error)
			return error;
		ends[count] = grant->text.length;
	}
	/* Only now does the text stay where it is. */
	for (size_t i = 0; i < count; i++) {
		grant->prefixes[i] =
			slice_of(grant->text.data + start, ends[i] - start);
		start = ends[i];
	}
	grant->prefix_count = count;
	return ERROR_NONE;
}

static enum error set_bounds(struct grant *grant, const struct config *config,
			     const struct subject *subject,
			     struct problem *problem)
{
	const struct caller *caller = grant->caller;

	set_choices(grant);
	if (!caller) {
		grant->any_key = true;
		grant->whole_bucket = true;
		grant->max_ttl = TTL_MAX;
		grant->max_entries = UINT64_MAX;
		return ERROR_NONE;
	}
	grant->whole_bucket = caller->whole_bucket;
	grant->any_key = caller->whole_bucket ||
			 words_hold(&caller->prefixes, slice_text("*"));
	grant->max_ttl = caller->max_ttl;
	grant->max_entries = caller->max_entries < config->max_entries ?
				     caller->max_entries :
				     config->max_entries;
	return set_prefixes(grant, subject, problem);
}

enum error grant_begin(struct grant *grant, const struct config *config,
		       const struct subject *subject, const struct want *want,
		       struct problem *problem)
{
	enum error error;

	*grant = (struct grant){ .caller = subject->caller };
	if (!subject->caller && subject->kind != SUBJECT_OWNER)
		return problem_set(problem, ERROR_UNAUTHORIZED, NULL,
				   "nobody is asking; say who you are");
	error = choose_parent(grant, config, want, problem);
	if (!error)
		error = set_bounds(grant, config, subject, problem);
	return error;
}

void grant_free(struct grant *grant)
{
	buffer_free(&grant->text);
	*grant = (struct grant){ 0 };
}

enum error grant_check_scope(const struct grant *grant,
			     const struct scope *scope, const char *pointer,
			     struct problem *problem)
{
	abilities wanted = scope_abilities(scope);
	char where[PROBLEM_POINTER_MAX], text[SCOPE_TEXT_MAX];
	bool allowed = false;

	for (size_t i = 0; i < grant->choice_count; i++)
		allowed = allowed ||
			  abilities_within(wanted, grant->choices[i]);
	if (!allowed || wanted == 0) {
		/* Settled, object-write-only is a list of actions. */
		bool listed = scope->actions != 0 &&
			      scope->actions !=
				      permission_abilities(
					      PERMISSION_OBJECT_WRITE_ONLY);

		snprintf(where, sizeof(where), "%s/%s", pointer,
			 listed ? "actions" : "permission");
		scope_text(scope, text);
		return problem_set(problem, ERROR_ACCESS_DENIED, where,
				   "this caller may not have %s",
				   wanted ? text : "nothing");
	}
	if (scope->ttl < 1 || scope->ttl > grant->max_ttl) {
		snprintf(where, sizeof(where), "%s/ttlSeconds", pointer);
		return problem_set(problem, ERROR_ACCESS_DENIED, where,
				   "%lu seconds; this caller may have 1 to %lu",
				   (unsigned long)scope->ttl,
				   (unsigned long)grant->max_ttl);
	}
	return ERROR_NONE;
}

/* R2 keeps keys in NFC: a mark behind a prefix that has no slash at its end may
 * become one with what it stands behind, and lead out. */
static bool reaches(struct slice prefix, struct slice path)
{
	return slice_starts(path, prefix) &&
	       (prefix.data[prefix.length - 1] == '/' || unicode_is_nfc(path));
}

enum error grant_check_path(const struct grant *grant, struct slice path,
			    const char *pointer, struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];
	bool within = grant->any_key;

	if (path.length == 0 && !grant->whole_bucket)
		within = false;
	if (!grant->any_key && key_has_dot_segment(path))
		return problem_set(problem, ERROR_ACCESS_DENIED, pointer,
				   "'%s' has a '.' or '..' segment, which may "
				   "lead elsewhere; name the key without it",
				   key_quote(quoted, path));
	for (size_t i = 0; i < grant->prefix_count && !within; i++)
		within = path.length > 0 && reaches(grant->prefixes[i], path);
	if (within)
		return ERROR_NONE;
	return problem_set(problem, ERROR_ACCESS_DENIED, pointer,
			   "'%s' isn't within what this caller may reach",
			   key_quote(quoted, path));
}
