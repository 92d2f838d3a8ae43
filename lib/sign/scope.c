#include "scope.h"

#include <stdio.h>

abilities scope_abilities(const struct scope *scope)
{
	return scope->actions ? scope->actions :
				permission_abilities(scope->permission);
}

static const char *permission_text(enum permission permission)
{
	return permission < PERMISSION_COUNT ? permission_names[permission] :
					       "";
}

/* The first of the actions in `set`, which is not empty. */
static const char *first_action(abilities set)
{
	size_t i = 0;

	while (i < ACTION_COUNT - 1 && !(set & ACTION_BIT(i)))
		i++;
	return action_names[i];
}

enum error scope_settle(struct scope *scope, const char *pointer,
			struct problem *problem)
{
	abilities allowed = permission_abilities(scope->permission);
	char where[PROBLEM_POINTER_MAX];

	if (scope->permission == PERMISSION_NONE && scope->actions == 0) {
		snprintf(where, sizeof(where), "%s/permission", pointer);
		return problem_set(problem, ERROR_MISSING_FIELD, where,
				   "permission: missing; name a permission, "
				   "such as object-read-only, or actions");
	}
	if (scope->permission != PERMISSION_NONE &&
	    !abilities_within(scope->actions, allowed)) {
		snprintf(where, sizeof(where), "%s/actions", pointer);
		return problem_set(problem, ERROR_BAD_VALUE, where,
				   "actions: %s isn't part of %s",
				   first_action(scope->actions & ~allowed),
				   permission_text(scope->permission));
	}
	/* R2 does not know this permission, but a list of its actions
	 * has the same effect. */
	if (scope->permission == PERMISSION_OBJECT_WRITE_ONLY &&
	    scope->actions == 0)
		scope->actions = allowed;
	if (scope->actions != 0)
		scope->permission = PERMISSION_NONE;
	return ERROR_NONE;
}

void scope_text(const struct scope *scope, char dst[SCOPE_TEXT_MAX])
{
	size_t length = 0;

	dst[0] = '\0';
	if (scope->actions == 0) {
		snprintf(dst, SCOPE_TEXT_MAX, "%s",
			 permission_text(scope->permission));
		return;
	}
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		size_t name = strlen(action_names[i]);

		if (!(scope->actions & ACTION_BIT(i)))
			continue;
		if (length > 0)
			dst[length++] = ',';
		memcpy(dst + length, action_names[i], name + 1);
		length += name;
	}
}
