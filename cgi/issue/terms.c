#include "terms.h"

struct terms_defaults terms_defaults(enum issue_kind kind,
				     const struct fields *fields)
{
	struct terms_defaults defaults = {
		.kind = kind,
		.scope = fields->scope,
		.link = fields->link,
	};

	if (defaults.link.method == METHOD_NONE)
		defaults.link.method = METHOD_GET;
	return defaults;
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
static enum error settle_link(struct terms *terms, struct problem *problem)
{
	abilities needed = link_terms_abilities(&terms->link);
	struct scope *scope = &terms->scope;

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
	terms->scope = defaults->scope;
	terms->link = defaults->link;
	if (entry)
		link_terms_overlay(&terms->link, &entry->link);
	if (entry && entry->own_scope)
		overlay(entry, &terms->scope);
	if (defaults->kind != ISSUE_LINKS)
		return scope_settle(&terms->scope, "", problem);
	return settle_link(terms, problem);
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
