#include "grant.h"

#include <stdio.h>

#include "lib/base/unicode.h"
#include "lib/sign/key.h"

/* Bytes of the prefixes that a message lists. */
#define PREFIX_LIST_MAX 160

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

		if (subject->kind != SUBJECT_USER || !subject_is_segment(user))
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
	/* The slices come last: while text is added, it may move. */
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
		grant->max_link_age = config->max_link_age;
		grant->max_entries = UINT64_MAX;
		return ERROR_NONE;
	}
	grant->whole_bucket = caller->whole_bucket;
	grant->any_key = caller->whole_bucket ||
			 words_have(&caller->prefixes, slice_text("*"));
	grant->max_ttl = caller->max_ttl;
	grant->max_link_age = caller->max_link_age < config->max_link_age ?
				      caller->max_link_age :
				      config->max_link_age;
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
	error = choice_make(&grant->parent, config, grant->caller, want,
			    problem);
	if (!error)
		error = set_bounds(grant, config, subject, problem);
	return error;
}

void grant_free(struct grant *grant)
{
	buffer_free(&grant->text);
	*grant = (struct grant){ 0 };
}

enum error grant_scope_check(const struct grant *grant,
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
		/* Settling turned object-write-only into a list of actions,
		 * which the request did not hold. */
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

/* R2 stores keys in NFC. A combining mark behind a prefix without a slash at
 * its end may join the prefix's last letter, and then the stored key would no
 * longer begin with the prefix. */
static bool reaches(struct slice prefix, struct slice path)
{
	return slice_starts(path, prefix) &&
	       (prefix.data[prefix.length - 1] == '/' || unicode_is_nfc(path));
}

/* Write the caller's prefixes, as many as fit a message: "a/, b/ or 3 more". */
static void list_prefixes(const struct grant *grant, char *dst, size_t size)
{
	char quoted[KEY_QUOTE_MAX];
	size_t used = 0, count = grant->prefix_count;

	for (size_t i = 0; i < count; i++) {
		const char *text = key_quote(quoted, grant->prefixes[i]);
		const char *between = i == 0         ? "" :
				      i + 1 == count ? " or " :
						       ", ";

		/* Behind each there must be space for "or N more". */
		if (used + strlen(text) + 20 > size) {
			snprintf(dst + used, size - used, " or %zu more",
				 count - i);
			return;
		}
		used += (size_t)snprintf(dst + used, size - used, "%s%s",
					 between, text);
	}
}

/* A caller may know its own prefixes: they are what it was told to name. */
static enum error outside(const struct grant *grant, struct slice path,
			  const char *pointer, struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX], list[PREFIX_LIST_MAX];

	if (grant->any_key)
		return problem_set(problem, ERROR_ACCESS_DENIED, pointer,
				   "this caller may not have the whole bucket: "
				   "name objects or prefixes");
	if (grant->prefix_count == 0)
		return problem_set(problem, ERROR_ACCESS_DENIED, pointer,
				   "this caller may name no key: its section "
				   "in the configuration has no prefixes");
	key_quote(quoted, path);
	for (size_t i = 0; i < grant->prefix_count; i++) {
		if (path.length > 0 && slice_starts(path, grant->prefixes[i]))
			return problem_set(problem, ERROR_ACCESS_DENIED,
					   pointer,
					   "'%s' is not in Unicode NFC, the "
					   "form that R2 keeps keys in, and "
					   "could lead elsewhere: name it in "
					   "NFC",
					   quoted);
	}
	list_prefixes(grant, list, sizeof(list));
	return problem_set(problem, ERROR_ACCESS_DENIED, pointer,
			   "'%s' is not within this caller's reach: keys must "
			   "begin with %s",
			   quoted, list);
}

enum error grant_path_check(const struct grant *grant, struct slice path,
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
	return within ? ERROR_NONE : outside(grant, path, pointer, problem);
}
