#include "manifest_json.h"

#include <stdio.h>

#include "manifest_lines.h"

/* ---- values -------------------------------------------------------------- */

static const char *token_name(enum json_token token)
{
	switch (token) {
	case JSON_NULL:
		return "null";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NUMBER:
		return "a number";
	case JSON_STRING:
		return "a string";
	case JSON_ARRAY:
		return "an array";
	case JSON_OBJECT:
		return "an object";
	case JSON_NAME:
	case JSON_ARRAY_END:
	case JSON_OBJECT_END:
	case JSON_END:
	case JSON_BAD:
		break;
	}
	return "nothing";
}

enum error manifest_json_text(const struct json *json, enum json_token token,
			      const char *pointer, char *scratch, size_t size,
			      struct slice *text, struct problem *problem)
{
	if (token != JSON_STRING)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a string, not %s",
				   token_name(token));
	if (json_unescape(json, scratch, size, text) == ERROR_NONE)
		return ERROR_NONE;
	return json_text_problem(json, ERROR_BAD_VALUE, pointer, problem);
}

/* Longer than any name of a permission or action. */
#define WORD_MAX 64

enum error manifest_json_permission(const struct json *json,
				    enum json_token token, const char *pointer,
				    enum permission *permission,
				    struct problem *problem)
{
	char scratch[WORD_MAX];
	struct slice text = { NULL, 0 };
	enum error error;

	error = manifest_json_text(json, token, pointer, scratch,
				   sizeof(scratch), &text, problem);
	if (error != ERROR_NONE)
		return error;
	return permission_parse(text, pointer, permission, problem);
}

static enum error read_action(const struct json *json, enum json_token token,
			      const char *pointer, abilities *actions,
			      struct problem *problem)
{
	char scratch[WORD_MAX];
	struct slice text = { NULL, 0 };
	enum error error;

	error = manifest_json_text(json, token, pointer, scratch,
				   sizeof(scratch), &text, problem);
	if (error != ERROR_NONE)
		return error;
	return action_parse(text, pointer, actions, problem);
}

enum error manifest_json_actions(struct json *json, enum json_token token,
				 const char *pointer, abilities *actions,
				 struct problem *problem)
{
	abilities set = 0;
	enum error error;

	if (token != JSON_ARRAY)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be an array of actions, not %s",
				   token_name(token));
	while ((token = json_next(json)) != JSON_ARRAY_END) {
		if (token == JSON_BAD)
			return json_problem(json, problem);
		error = read_action(json, token, pointer, &set, problem);
		if (error != ERROR_NONE)
			return error;
	}
	if (set == 0)
		return problem_set(problem, ERROR_EMPTY, pointer,
				   "is an empty list; leave it out or name at "
				   "least one action");
	*actions |= set;
	return ERROR_NONE;
}

enum error manifest_json_ttl(const struct json *json, enum json_token token,
			     const char *pointer, uint32_t *ttl,
			     struct problem *problem)
{
	uint64_t seconds;

	if (token != JSON_NUMBER ||
	    !slice_number(json->text, TTL_MAX, &seconds) || seconds == 0)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a whole number of seconds from 1 "
				   "to %d",
				   TTL_MAX);
	*ttl = (uint32_t)seconds;
	return ERROR_NONE;
}

struct slice manifest_json_name(const struct json *json,
				char scratch[MANIFEST_NAME_MAX])
{
	struct slice name;

	if (json_unescape(json, scratch, MANIFEST_NAME_MAX, &name) !=
	    ERROR_NONE)
		return json->text;
	return name;
}

enum error manifest_json_unknown(const struct json *json, const char *pointer,
				 const char *const names[], size_t count,
				 struct problem *problem)
{
	/* As written, hence on one line and UTF-8. */
	struct slice raw = manifest_clip(json->text, 60);
	const char *nearest = slice_nearest(json->text, names, count);

	if (nearest == NULL)
		return problem_set(problem, ERROR_UNKNOWN_FIELD, pointer,
				   "there is no member \"%.*s\"",
				   (int)raw.length, raw.data);
	return problem_set(problem, ERROR_UNKNOWN_FIELD, pointer,
			   "there is no member \"%.*s\"; did you mean \"%s\"?",
			   (int)raw.length, raw.data, nearest);
}

/* ---- an entry's members -------------------------------------------------- */

struct reading {
	struct json *json;
	struct entry *entry;
	char *scratch; /* what of the manifest's is left */
	size_t size;
	uint32_t given; /* bit per row of `members` */
};

/* Read the value that `token` begins. A problem's pointer is relative to the
 * entry; `pointer` is the member's. */
typedef enum error member_fn(struct reading *reading, enum json_token token,
			     const char *pointer, struct problem *problem);

static enum error read_text(struct reading *reading, enum json_token token,
			    const char *pointer, struct slice *text,
			    struct problem *problem)
{
	enum error error;

	error = manifest_json_text(reading->json, token, pointer,
				   reading->scratch, reading->size, text,
				   problem);
	if (error == ERROR_NONE && text->data == reading->scratch) {
		reading->scratch += text->length;
		reading->size -= text->length;
	}
	return error;
}

static enum error read_key(struct reading *reading, enum json_token token,
			   const char *pointer, struct problem *problem)
{
	struct slice key = { NULL, 0 };
	enum error error;

	error = read_text(reading, token, pointer, &key, problem);
	if (error == ERROR_BAD_VALUE && token == JSON_STRING)
		return problem_set(problem, ERROR_OBJECT_NAME, NULL,
				   "a key has at most %d bytes", KEY_MAX);
	if (error != ERROR_NONE)
		return error;
	return manifest_set_key(reading->entry, key, problem);
}

static enum error read_permission(struct reading *reading,
				  enum json_token token, const char *pointer,
				  struct problem *problem)
{
	reading->entry->own_scope = true;
	return manifest_json_permission(reading->json, token, pointer,
					&reading->entry->scope.permission,
					problem);
}

static enum error read_actions(struct reading *reading, enum json_token token,
			       const char *pointer, struct problem *problem)
{
	reading->entry->own_scope = true;
	return manifest_json_actions(reading->json, token, pointer,
				     &reading->entry->scope.actions, problem);
}

static enum error read_ttl(struct reading *reading, enum json_token token,
			   const char *pointer, struct problem *problem)
{
	reading->entry->own_scope = true;
	return manifest_json_ttl(reading->json, token, pointer,
				 &reading->entry->scope.ttl, problem);
}

static const struct member {
	struct slice name;
	const char *pointer; /* the name behind a slash */
	member_fn *read;
} members[] = {
#define MEMBER(name, read)                    \
	{                                     \
		SLICE(name), "/" name, (read) \
	}
	MEMBER("key", read_key), /* the first: see MEMBER_KEY */
	MEMBER("permission", read_permission),
	MEMBER("actions", read_actions),
	MEMBER("ttlSeconds", read_ttl),
#undef MEMBER
};

#define MEMBER_COUNT (sizeof(members) / sizeof(members[0]))
#define MEMBER_KEY UINT32_C(1)

/* ---- an entry ------------------------------------------------------------ */

static void unknown_member(const struct reading *reading,
			   struct problem *problem)
{
	const char *names[MEMBER_COUNT];

	for (size_t i = 0; i < MEMBER_COUNT; i++)
		names[i] = members[i].name.data;
	manifest_json_unknown(reading->json, NULL, names, MEMBER_COUNT,
			      problem);
}

/* The member whose name has just been read, none twice; NULL and a problem. */
static const struct member *find_member(struct reading *reading,
					struct problem *problem)
{
	char scratch[MANIFEST_NAME_MAX];
	struct slice name = manifest_json_name(reading->json, scratch);
	uint32_t bit = 1;

	for (size_t i = 0; i < MEMBER_COUNT; i++, bit <<= 1) {
		if (!slice_equal(name, members[i].name))
			continue;
		if (reading->given & bit) {
			problem_set(problem, ERROR_DUPLICATE_FIELD,
				    members[i].pointer, "\"%s\" is given twice",
				    members[i].name.data);
			return NULL;
		}
		reading->given |= bit;
		return &members[i];
	}
	unknown_member(reading, problem);
	return NULL;
}

/* Behind a name: reads at least the first token of its value. False and a
 * problem. */
static bool read_member(struct reading *reading, struct problem *problem)
{
	const struct member *member = find_member(reading, problem);
	enum json_token token = json_next(reading->json);

	return member != NULL && token != JSON_BAD &&
	       member->read(reading, token, member->pointer, problem) ==
		       ERROR_NONE;
}

static enum manifest_step blame(const struct entry *entry,
				struct problem *problem)
{
	manifest_blame(entry, problem);
	return MANIFEST_BAD_ENTRY;
}

static enum manifest_step broken(const struct json *json,
				 const struct entry *entry,
				 struct problem *problem)
{
	json_problem(json, problem);
	snprintf(problem->pointer, sizeof(problem->pointer), "%s", entry->base);
	return MANIFEST_BROKEN;
}

/* Reads on after a wrong member, for the sake of the key, so that the entry
 * can be told by name; the first problem is the one that stays. */
static enum manifest_step read_members(struct reading *reading,
				       struct problem *problem)
{
	struct problem later, *report = problem;
	unsigned depth = reading->json->depth;
	enum json_token token;

	while ((token = json_next(reading->json)) == JSON_NAME) {
		if (read_member(reading, report))
			continue;
		if (!json_leave(reading->json, depth))
			break;
		report = &later;
	}
	if (token != JSON_OBJECT_END)
		return broken(reading->json, reading->entry, problem);
	if (report == problem && (reading->given & MEMBER_KEY) == 0) {
		problem_set(problem, ERROR_MISSING_FIELD, "/key",
			    "an entry needs a \"key\"");
		report = &later;
	}
	if (report != problem)
		return blame(reading->entry, problem);
	return MANIFEST_ENTRY;
}

/* The entry that `token` begins. */
static enum manifest_step read_entry(struct manifest *manifest,
				     enum json_token token, struct entry *entry,
				     struct problem *problem)
{
	struct json *json = &manifest->json;
	struct reading reading = { .json = json,
				   .entry = entry,
				   .scratch = manifest->scratch,
				   .size = sizeof(manifest->scratch) };

	switch (token) {
	case JSON_BAD:
		return broken(json, entry, problem);
	case JSON_STRING:
		if (read_key(&reading, token, NULL, problem) != ERROR_NONE)
			return blame(entry, problem);
		return MANIFEST_ENTRY;
	case JSON_OBJECT:
		return read_members(&reading, problem);
	default:
		problem_set(problem, ERROR_BAD_VALUE, NULL,
			    "an entry is a key, or an object with a \"key\", "
			    "not %s",
			    token_name(token));
		if (!json_skip(json, token))
			return broken(json, entry, problem);
		return blame(entry, problem);
	}
}

/* ---- an array ------------------------------------------------------------ */

enum error manifest_json_open(struct manifest *manifest,
			      const struct manifest_part *part,
			      struct problem *problem)
{
	enum json_token token;
	enum error error;

	json_begin(&manifest->json, part->text);
	token = json_next(&manifest->json);
	if (token == JSON_BAD) {
		error = json_problem(&manifest->json, problem);
		snprintf(problem->pointer, sizeof(problem->pointer), "%s",
			 part->base);
		return error;
	}
	if (token != JSON_ARRAY)
		return problem_set(problem, ERROR_BAD_VALUE, part->base,
				   "must be an array, not %s",
				   token_name(token));
	return ERROR_NONE;
}

enum manifest_step manifest_json_next(struct manifest *manifest,
				      const struct manifest_part *part,
				      struct entry *entry,
				      struct problem *problem)
{
	struct json *json = &manifest->json;
	enum json_token token = json_next(json);

	(void)part;
	if (token != JSON_ARRAY_END)
		return read_entry(manifest, token, entry, problem);
	if (json_next(json) != JSON_END)
		return broken(json, entry, problem);
	return MANIFEST_END;
}

/* ---- an entry a line ----------------------------------------------------- */

enum error manifest_ndjson_open(struct manifest *manifest,
				const struct manifest_part *part,
				struct problem *problem)
{
	return manifest_lines_open(manifest, part, problem);
}

enum manifest_step manifest_ndjson_next(struct manifest *manifest,
					const struct manifest_part *part,
					struct entry *entry,
					struct problem *problem)
{
	struct json *json = &manifest->json;
	enum manifest_step step;
	struct slice line;

	do {
		if (!manifest_line(manifest, part, &line))
			return MANIFEST_END;
	} while (slice_trim(line).length == 0);
	json_begin(json, line);
	/* So that problems have the line's number in the manifest. */
	json->start = manifest_text(part->text).data;
	step = read_entry(manifest, json_next(json), entry, problem);
	if (step == MANIFEST_BROKEN || json_next(json) != JSON_END) {
		manifest->next = line.data;
		return broken(json, entry, problem);
	}
	return step;
}

bool manifest_ndjson_likely(struct slice text)
{
	char scratch[MANIFEST_NAME_MAX];
	struct slice line = { NULL, 0 };
	struct json json;

	while (slice_trim(line).length == 0)
		if (!slice_split(&text, '\n', &line))
			return false;
	json_begin(&json, line);
	if (json_next(&json) != JSON_OBJECT)
		return false;
	while (json_next(&json) == JSON_NAME) {
		if (slice_is(manifest_json_name(&json, scratch), "key"))
			return true;
		if (!json_skip(&json, JSON_NAME))
			return false;
	}
	return false;
}
