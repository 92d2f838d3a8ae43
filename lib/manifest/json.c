#include "json.h"

#include <stdio.h>

#include "json_entry.h"
#include "json_value.h"

/* ---- an array ------------------------------------------------------------ */

static enum error array_open(struct manifest_state *state,
			     const struct manifest_part *part,
			     struct problem *problem)
{
	enum json_token token;
	enum error error;

	json_begin(&state->json, part->text);
	token = json_next(&state->json);
	if (token == JSON_BAD) {
		error = json_problem(&state->json, problem);
		snprintf(problem->pointer, sizeof(problem->pointer), "%s",
			 part->base);
		return error;
	}
	if (token != JSON_ARRAY)
		return problem_set(problem, ERROR_BAD_VALUE, part->base,
				   "must be an array, not %s",
				   json_value_type(token));
	return ERROR_NONE;
}

static enum manifest_step array_next(struct manifest_state *state,
				     const struct manifest_part *part,
				     struct entry *entry,
				     struct problem *problem)
{
	struct json *json = &state->json;
	enum json_token token = json_next(json);

	(void)part;
	if (token != JSON_ARRAY_END)
		return json_entry_read(state, token, entry, problem);
	if (json_next(json) != JSON_END)
		return json_entry_broken(json, entry, problem);
	return MANIFEST_END;
}

/* ---- a document ---------------------------------------------------------- */

static const struct document_list {
	const char *name;
	enum entry_kind kind;
	const char *base;
} lists[] = {
	{ "objects", ENTRY_OBJECT, MANIFEST_DOCUMENT "/objects" },
	{ "prefixes", ENTRY_PREFIX, MANIFEST_DOCUMENT "/prefixes" },
};

#define LIST_COUNT (sizeof(lists) / sizeof(lists[0]))

static enum error syntax_problem(const struct json *json,
				 struct problem *problem)
{
	enum error error = json_problem(json, problem);

	snprintf(problem->pointer, sizeof(problem->pointer), MANIFEST_DOCUMENT);
	return error;
}

/* The list whose name has just been read. NULL and a problem when no list has
 * that name, or it was there before. *given has a bit for each list. */
static const struct document_list *
find_list(const struct json *json, uint32_t *given, struct problem *problem)
{
	char scratch[JSON_VALUE_NAME_MAX];
	struct slice name = json_value_name(json, scratch);
	const char *names[LIST_COUNT];

	for (size_t i = 0; i < LIST_COUNT; i++) {
		names[i] = lists[i].name;
		if (!slice_is(name, lists[i].name))
			continue;
		if (*given & UINT32_C(1) << i) {
			problem_set(problem, ERROR_DUPLICATE_FIELD,
				    lists[i].base, "\"%s\" is given twice",
				    lists[i].name);
			return NULL;
		}
		*given |= UINT32_C(1) << i;
		return &lists[i];
	}
	json_value_unknown(json, MANIFEST_DOCUMENT, names, LIST_COUNT, problem);
	return NULL;
}

/* Read the array behind a list's name, and add it. */
static enum error add_list(struct manifest *manifest, manifest_add_fn *add,
			   struct json *json, const struct document_list *list,
			   struct problem *problem)
{
	enum json_token token = json_next(json);
	const char *begin = json->next - 1;

	if (token == JSON_BAD)
		return syntax_problem(json, problem);
	if (token != JSON_ARRAY)
		return problem_set(problem, ERROR_BAD_VALUE, list->base,
				   "must be an array of entries");
	if (!json_skip(json, token))
		return syntax_problem(json, problem);
	return add(manifest, &manifest_json_reader, list->kind, list->base,
		   slice_of(begin, (size_t)(json->next - begin)), problem);
}

/* Add the lists of a document whose { has been read. */
static enum error add_lists(struct manifest *manifest, manifest_add_fn *add,
			    struct json *json, struct problem *problem)
{
	const struct document_list *list;
	enum json_token token;
	uint32_t given = 0;
	enum error error;

	while ((token = json_next(json)) == JSON_NAME) {
		list = find_list(json, &given, problem);
		if (list == NULL)
			return problem->error;
		error = add_list(manifest, add, json, list, problem);
		if (error != ERROR_NONE)
			return error;
	}
	if (token != JSON_OBJECT_END || json_next(json) != JSON_END)
		return syntax_problem(json, problem);
	if (given == 0)
		return problem_set(problem, ERROR_EMPTY, MANIFEST_DOCUMENT,
				   "the manifest is empty; name at least one "
				   "object or prefix");
	return ERROR_NONE;
}

static enum error json_split(struct manifest *manifest, manifest_add_fn *add,
			     struct slice text, struct problem *problem)
{
	enum json_token token;
	struct json json;

	json_begin(&json, text);
	token = json_next(&json);
	if (token == JSON_OBJECT)
		return add_lists(manifest, add, &json, problem);
	if (token == JSON_BAD)
		return syntax_problem(&json, problem);
	if (token == JSON_ARRAY)
		return add(manifest, &manifest_json_reader, ENTRY_OBJECT,
			   MANIFEST_DOCUMENT, text, problem);
	return problem_set(problem, ERROR_BAD_VALUE, MANIFEST_DOCUMENT,
			   "a JSON manifest is an array of entries, or an "
			   "object with \"objects\" and \"prefixes\"");
}

/* ---- a guess by content -------------------------------------------------- */

/* A key may well begin like this, but an error is better than taking JSON for
 * keys. */
static enum manifest_likelihood json_likely(struct slice line)
{
	return line.data[0] == '[' || line.data[0] == '{' ? MANIFEST_LIKELY :
							    MANIFEST_UNLIKELY;
}

const struct manifest_reader manifest_json_reader = {
	.name = "json",
	.description = "JSON",
	.file_names = { ".json" },
	.media_types = { "application/json" },
	.open = array_open,
	.next = array_next,
	.split = json_split,
	.likely = json_likely,
	.doubts = { ERROR_MALFORMED },
	.taken_for = "JSON by its first character",
};
