#include "json.h"

#include <stdio.h>

#include "json_entry.h"
#include "json_hint.h"
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

	if (token != JSON_ARRAY_END)
		return json_entry_read(state, part, token, entry, problem);
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

/* The place in `lists` of the name that has just been read, or LIST_COUNT. */
static size_t find_list(const struct json *json)
{
	char scratch[JSON_VALUE_NAME_MAX];
	struct slice name = json_value_name(json, scratch);
	size_t i = 0;

	while (i < LIST_COUNT && !slice_is(name, lists[i].name))
		i++;
	return i;
}

/* The name that has just been read is of no list. Say how a document of
 * somebody else's can be read. */
static enum error refuse_name(const struct json *json, struct slice text,
			      struct problem *problem)
{
	const char *names[LIST_COUNT];
	struct json_hint hint;
	struct problem plain;

	for (size_t i = 0; i < LIST_COUNT; i++)
		names[i] = lists[i].name;
	json_value_unknown(json, MANIFEST_DOCUMENT, names, LIST_COUNT, problem);
	if (!json_hint_find(text, &hint))
		return problem->error;
	plain = *problem;
	return problem_set(problem, plain.error, plain.pointer,
			   "%s (if \"%s\" in \"%s\" holds the keys, say "
			   "keyName=%s, or send the keys alone, as aws prints "
			   "them with --query '%s[].%s')",
			   plain.message, hint.key, hint.array, hint.key,
			   hint.array, hint.key);
}

/* The list whose name has just been read. NULL and a problem when no list has
 * that name, or it was there before. *given has a bit for each list. */
static const struct document_list *take_list(const struct json *json,
					     struct slice text, uint32_t *given,
					     struct problem *problem)
{
	size_t i = find_list(json);

	if (i == LIST_COUNT) {
		refuse_name(json, text, problem);
		return NULL;
	}
	if (*given & UINT32_C(1) << i) {
		problem_set(problem, ERROR_DUPLICATE_FIELD, lists[i].base,
			    "\"%s\" is given twice", lists[i].name);
		return NULL;
	}
	*given |= UINT32_C(1) << i;
	return &lists[i];
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
			    struct json *json, struct slice text,
			    struct problem *problem)
{
	const struct document_list *list;
	enum json_token token;
	uint32_t given = 0;
	enum error error;

	while ((token = json_next(json)) == JSON_NAME) {
		list = take_list(json, text, &given, problem);
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

/* ---- the one array of a document with keyName ------------------------------ */

/* The array that was found in a document. */
struct found_array {
	struct slice text; /* with its brackets; none yet where that is none */
	char name[KEY_QUOTE_MAX];
	size_t list; /* its place in `lists`, or LIST_COUNT */
};

/* Refuse a term beside the array, which would hold for no entry, and a list
 * that is none. `name` has just been read, and `token` is its value's. */
static enum error check_sibling(struct slice name, size_t list,
				enum json_token token, struct problem *problem)
{
	for (size_t i = 0; i < MEMBER_COUNT; i++) {
		if (slice_is(name, manifest_member_names[i]))
			return problem_set(
				problem, ERROR_UNKNOWN_FIELD, MANIFEST_DOCUMENT,
				"\"%s\" stands beside the entries, but with "
				"keyName the document holds entries alone; "
				"say it in each entry, or in a field of the "
				"request",
				manifest_member_names[i]);
	}
	if (list < LIST_COUNT && token != JSON_ARRAY && token != JSON_BAD)
		return problem_set(problem, ERROR_BAD_VALUE, lists[list].base,
				   "must be an array of entries");
	return ERROR_NONE;
}

/* A member's name has been read. Read its value, and keep it when it is the
 * first array. */
static enum error read_array(struct json *json, struct found_array *found,
			     struct problem *problem)
{
	char scratch[JSON_VALUE_NAME_MAX], quoted[KEY_QUOTE_MAX];
	struct slice name = json_value_name(json, scratch);
	size_t list = find_list(json);
	enum json_token token;
	const char *begin;
	enum error error;

	key_quote(quoted, name);
	token = json_next(json);
	begin = json->next - 1;
	error = check_sibling(name, list, token, problem);
	if (error != ERROR_NONE)
		return error;
	/* S3 says so where it was asked to encode the keys. They would name
	 * other objects. */
	if (token == JSON_STRING && strcmp(quoted, "EncodingType") == 0 &&
	    slice_is(json->text, "url"))
		return problem_set(problem, ERROR_BAD_VALUE, MANIFEST_DOCUMENT,
				   "\"EncodingType\" says that the keys are "
				   "URL-encoded; list them again without "
				   "--encoding-type");
	if (token == JSON_BAD || !json_skip(json, token))
		return syntax_problem(json, problem);
	if (token != JSON_ARRAY)
		return ERROR_NONE;
	if (found->text.data)
		return problem_set(problem, ERROR_BAD_VALUE, MANIFEST_DOCUMENT,
				   "\"%s\" and \"%s\" are arrays, and keyName "
				   "reads the only array of a document; send "
				   "one of them, as aws prints it with --query "
				   "'%s[]'",
				   found->name, quoted, found->name);
	found->text = slice_of(begin, (size_t)(json->next - begin));
	found->list = list;
	memcpy(found->name, quoted, sizeof(quoted));
	return ERROR_NONE;
}

/* Add the only array of a document whose { has been read. */
static enum error add_array(struct manifest *manifest, manifest_add_fn *add,
			    struct json *json, struct problem *problem)
{
	struct found_array found = { .text = { NULL, 0 } };
	enum json_token token;
	enum error error;

	while ((token = json_next(json)) == JSON_NAME) {
		error = read_array(json, &found, problem);
		if (error != ERROR_NONE)
			return error;
	}
	if (token != JSON_OBJECT_END || json_next(json) != JSON_END)
		return syntax_problem(json, problem);
	if (!found.text.data)
		return problem_set(problem, ERROR_EMPTY, MANIFEST_DOCUMENT,
				   "the manifest has no array, and so no "
				   "entries; with keyName it is an array of "
				   "objects, or an object that holds one");
	if (found.list < LIST_COUNT)
		return add(manifest, &manifest_json_reader,
			   lists[found.list].kind, lists[found.list].base,
			   found.text, problem);
	return add(manifest, &manifest_json_reader, ENTRY_OBJECT,
		   MANIFEST_DOCUMENT, found.text, problem);
}

/* ---- any document ---------------------------------------------------------- */

static enum error json_split(struct manifest *manifest, manifest_add_fn *add,
			     struct slice text, struct slice key_name,
			     struct problem *problem)
{
	enum json_token token;
	struct json json;

	json_begin(&json, text);
	token = json_next(&json);
	if (token == JSON_OBJECT && key_name.length > 0)
		return add_array(manifest, add, &json, problem);
	if (token == JSON_OBJECT)
		return add_lists(manifest, add, &json, text, problem);
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

static enum manifest_likelihood json_keyed(struct slice line,
					   struct slice key_name)
{
	(void)key_name;
	return json_likely(line);
}

const struct manifest_reader manifest_json_reader = {
	.name = "json",
	.description = "JSON",
	.file_names = { ".json" },
	.media_types = { "application/json" },
	.open = array_open,
	.next = array_next,
	.split = json_split,
	.keyed = json_keyed,
	.likely = json_likely,
	.doubts = { ERROR_MALFORMED },
	.taken_for = "JSON by its first character",
};
