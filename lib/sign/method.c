#include "method.h"

#include "key.h"

const char *const method_names[METHOD_COUNT] = {
	[METHOD_NONE] = "",         [METHOD_GET] = "GET",
	[METHOD_HEAD] = "HEAD",     [METHOD_PUT] = "PUT",
	[METHOD_DELETE] = "DELETE",
};

abilities method_abilities(enum method method)
{
	static const char *const actions[METHOD_COUNT] = {
		[METHOD_GET] = "GetObject",
		[METHOD_HEAD] = "HeadObject",
		[METHOD_PUT] = "PutObject",
		[METHOD_DELETE] = "DeleteObject",
	};

	for (size_t i = 0; i < ACTION_COUNT && actions[method]; i++) {
		if (strcmp(action_names[i], actions[method]) == 0)
			return ACTION_BIT(i);
	}
	return 0;
}

enum error method_parse(struct slice text, const char *pointer,
			enum method *method, struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];

	for (size_t i = 1; i < METHOD_COUNT; i++) {
		if (slice_is(text, method_names[i])) {
			*method = (enum method)i;
			return ERROR_NONE;
		}
	}
	if (slice_equal_nocase(text, slice_text("POST")))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "R2 takes no POST form uploads: use PUT");
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "'%s' is no method of a link; use GET, HEAD, PUT or "
			   "DELETE, in capitals",
			   key_quote(quoted, text));
}
