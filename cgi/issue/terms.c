#include "terms.h"

#include "lib/base/duration.h"

struct terms_defaults terms_defaults(enum issue_kind kind,
				     const struct fields *fields)
{
	struct terms_defaults defaults = {
		.kind = kind,
		.scope = fields->scope,
		.link = fields->link,
		.sign = fields->sign,
	};

	if (defaults.link.method == METHOD_NONE)
		defaults.link.method = METHOD_GET;
	return defaults;
}

enum error terms_ttl_check(enum sign sign, uint32_t ttl,
			   struct problem *problem)
{
	if (ttl <= TTL_MAX || fields_sign_is_own(sign))
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, "/ttlSeconds",
			   "'%lu' is too long: write 1 to %d seconds, such "
			   "as " DURATION_EXAMPLES
			   "; a link with sign=download may live longer",
			   (unsigned long)ttl, TTL_MAX);
}

/* Replace the request's terms by those that the entry names. An entry that
 * names a permission does not inherit the request's actions. */
static void overlay(const struct entry *entry, struct scope *scope)
{
	const struct scope *own = &entry->scope;

	if (own->permission != PERMISSION_NONE) {
		scope->permission = own->permission;
		scope->actions = own->actions;
	} else if (own->actions) {
		scope->actions = own->actions;
	}
	if (own->ttl)
		scope->ttl = own->ttl;
}

/* A link performs one action, which follows from its method, or from what it
 * is a part of. A permission or
 * actions named beside the method are a bound that the action must be within. */
static enum error settle_link(enum sign sign, struct terms *terms,
			      struct problem *problem)
{
	abilities needed = link_terms_abilities(&terms->link);
	struct scope *scope = &terms->scope;

	if (fields_sign_is_own(sign) && terms->link.method != METHOD_GET)
		return problem_set(problem, ERROR_BAD_VALUE, "/method",
				   "a link with sign=%s opens by GET, and "
				   "answers HEAD too: leave 'method' out, or "
				   "ask for %s with sign=parent",
				   fields_sign_names[sign],
				   method_names[terms->link.method]);
	if ((scope->actions && !abilities_within(needed, scope->actions)) ||
	    (scope->permission != PERMISSION_NONE &&
	     !abilities_within(needed,
			       permission_abilities(scope->permission))))
		return problem_set(
			problem, ERROR_BAD_VALUE, "/method",
			"a %s link needs more than the permission or "
			"actions named beside it: leave them out, or "
			"name others",
			method_names[terms->link.method]);
	scope->permission = PERMISSION_NONE;
	scope->actions = needed;
	return ERROR_NONE;
}

enum error terms_settle(const struct terms_defaults *defaults,
			const struct entry *entry, struct terms *terms,
			struct problem *problem)
{
	enum error error;

	terms->scope = defaults->scope;
	terms->link = defaults->link;
	if (entry)
		link_terms_overlay(&terms->link, &entry->link);
	if (entry && entry->own_scope)
		overlay(entry, &terms->scope);
	error = terms_ttl_check(defaults->sign, terms->scope.ttl, problem);
	if (error)
		return error;
	if (defaults->kind != ISSUE_LINKS)
		return scope_settle(&terms->scope, "", problem);
	return settle_link(defaults->sign, terms, problem);
}

enum error terms_check(enum issue_kind kind, const struct grant *grant,
		       const struct terms *terms, struct problem *problem)
{
	enum error error = grant_scope_check(grant, &terms->scope, "", problem);

	/* The caller named a method, not the action that follows from it. */
	if (error && kind == ISSUE_LINKS &&
	    strcmp(problem->pointer, "/actions") == 0)
		memcpy(problem->pointer, "/method", sizeof("/method"));
	return error;
}
