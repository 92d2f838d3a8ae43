#include "member.h"

#include "lib/base/duration.h"
#include "link_value.h"

#define MEMBER_NAME(id, name, uses, becomes, there, type, by, instead, check) \
	[MEMBER_##id] = (name),
const char *const manifest_member_names[MEMBER_COUNT] = {
	[MEMBER_KEY] = "key",         [MEMBER_PERMISSION] = "permission",
	[MEMBER_ACTIONS] = "actions", [MEMBER_TTL] = "ttlSeconds",
	[MEMBER_METHOD] = "method",   LINK_TERMS_TABLE(MEMBER_NAME)
};
#undef MEMBER_NAME

#define MEMBER_POINTER(id, name, uses, becomes, there, type, by, instead, \
		       check)                                             \
	[MEMBER_##id] = "/" name,
const char *const manifest_member_pointers[MEMBER_COUNT] = {
	[MEMBER_KEY] = "/key",         [MEMBER_PERMISSION] = "/permission",
	[MEMBER_ACTIONS] = "/actions", [MEMBER_TTL] = "/ttlSeconds",
	[MEMBER_METHOD] = "/method",   LINK_TERMS_TABLE(MEMBER_POINTER)
};
#undef MEMBER_POINTER

/* ---- what a credential may do -------------------------------------------- */

static bool is_between_actions(char c)
{
	return c != '\0' && strchr(" \t\r\n,;", c) != NULL;
}

static enum error set_actions(struct slice text, const char *pointer,
			      abilities *actions, struct problem *problem)
{
	const char *p = text.data, *end = p + text.length, *begin;
	abilities set = 0;
	enum error error;

	while (p < end) {
		for (begin = p; p < end && !is_between_actions(*p); p++)
			;
		if (p > begin) {
			error = action_parse(slice_of(begin,
						      (size_t)(p - begin)),
					     pointer, &set, problem);
			if (error != ERROR_NONE)
				return error;
		}
		p++;
	}
	if (set == 0)
		return problem_set(problem, ERROR_EMPTY, pointer,
				   "is an empty list; leave it out or name at "
				   "least one action");
	*actions = set;
	return ERROR_NONE;
}

enum error manifest_member_ttl(struct slice text, const char *pointer,
			       uint32_t *ttl, struct problem *problem)
{
	uint64_t seconds;
	struct problem unused;

	/* A message tells the bound of all that is not a link of ours. */
	if (duration_read(text, pointer, TTL_LINK_MAX, &seconds, &unused))
		return duration_read(text, pointer, TTL_MAX, &seconds, problem);
	*ttl = (uint32_t)seconds;
	return ERROR_NONE;
}

/* ---- any member ---------------------------------------------------------- */

enum error manifest_member_set(struct entry_scratch *scratch,
			       struct entry *entry, enum manifest_member member,
			       struct slice text, struct problem *problem)
{
	const char *pointer;

	if (member >= MEMBER_COUNT)
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "an entry has no such member");
	pointer = manifest_member_pointers[member];
	if (text.length == 0)
		text = slice_of("", 0);
	switch (member) {
	case MEMBER_KEY:
		return entry_set_key(entry, text, problem);
	case MEMBER_PERMISSION:
		entry->own_scope = true;
		return permission_parse(text, pointer, &entry->scope.permission,
					problem);
	case MEMBER_ACTIONS:
		entry->own_scope = true;
		return set_actions(text, pointer, &entry->scope.actions,
				   problem);
	case MEMBER_TTL:
		entry->own_scope = true;
		return manifest_member_ttl(text, pointer, &entry->scope.ttl,
					   problem);
	case MEMBER_METHOD:
		return method_parse(text, pointer, &entry->link.method,
				    problem);
	default:
		return link_value_set(scratch, &entry->link,
				      manifest_member_term(member), text,
				      problem);
	}
}
