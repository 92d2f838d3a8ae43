#include "json.h"

#include <stdio.h>

#include "lines.h"
#include "value.h"

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

/* Of a number, else empty, which is no number. */
static struct slice number_text(const struct json *json, enum json_token token)
{
	return token == JSON_NUMBER ? json->text : slice_of("", 0);
}

/* Longer than any action's name. */
#define WORD_MAX 64

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
	return manifest_value_ttl(number_text(json, token), pointer, ttl,
				  problem);
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
	struct manifest *manifest;
	struct json *json;
	struct entry *entry;
	uint32_t given; /* bit per member */
};

/* Of which type each is; what it may say is for manifest_value.h. */
static const enum json_token member_types[MEMBER_COUNT] = {
	[MEMBER_KEY] = JSON_STRING,
	[MEMBER_PERMISSION] = JSON_STRING,
	[MEMBER_ACTIONS] = JSON_ARRAY,
	[MEMBER_TTL] = JSON_NUMBER,
	[MEMBER_METHOD] = JSON_STRING,
	[MEMBER_FILENAME] = JSON_STRING,
	[MEMBER_CONTENT_TYPE] = JSON_STRING,
	[MEMBER_CONTENT_LENGTH] = JSON_NUMBER,
	[MEMBER_SHA256] = JSON_STRING,
};

static enum error read_text(struct reading *reading, enum json_token token,
			    const char *pointer, struct slice *text,
			    struct problem *problem)
{
	struct manifest *manifest = reading->manifest;
	char *scratch = manifest->scratch + manifest->scratch_used;
	enum error error;

	error = manifest_json_text(reading->json, token, pointer, scratch,
				   sizeof(manifest->scratch) -
					   manifest->scratch_used,
				   text, problem);
	if (error == ERROR_NONE && text->data == scratch)
		manifest->scratch_used += text->length;
	return error;
}

static enum error read_string(struct reading *reading,
			      enum manifest_member member, const char *pointer,
			      enum json_token token, struct problem *problem)
{
	size_t used = reading->manifest->scratch_used;
	struct slice text = { NULL, 0 };
	enum error error;

	error = read_text(reading, token, pointer, &text, problem);
	if (error == ERROR_BAD_VALUE && token == JSON_STRING &&
	    member == MEMBER_KEY)
		return problem_set(problem, ERROR_OBJECT_NAME, NULL,
				   "a key has at most %d bytes", KEY_MAX);
	if (error == ERROR_NONE)
		error = manifest_value_set(reading->manifest, reading->entry,
					   member, text, problem);
	/* What is no good leaves its room to the key. */
	if (error != ERROR_NONE && member != MEMBER_KEY)
		reading->manifest->scratch_used = used;
	return error;
}

/* The value that `token` begins. `pointer` is the member's, relative to the
 * entry. */
static enum error read_value(struct reading *reading,
			     enum manifest_member member, const char *pointer,
			     enum json_token token, struct problem *problem)
{
	if (member_types[member] == JSON_STRING)
		return read_string(reading, member, pointer, token, problem);
	if (member_types[member] == JSON_NUMBER)
		return manifest_value_set(reading->manifest, reading->entry,
					  member,
					  number_text(reading->json, token),
					  problem);
	reading->entry->own_scope = true;
	return manifest_json_actions(reading->json, token, pointer,
				     &reading->entry->scope.actions, problem);
}

/* ---- an entry ------------------------------------------------------------ */

/* The member whose name has just been read, none twice; MEMBER_COUNT and a
 * problem. */
static enum manifest_member find_member(struct reading *reading,
					struct problem *problem)
{
	char scratch[MANIFEST_NAME_MAX];
	struct slice name = manifest_json_name(reading->json, scratch);
	uint32_t bit = 1;

	for (size_t i = 0; i < MEMBER_COUNT; i++, bit <<= 1) {
		if (!slice_is(name, manifest_member_names[i]))
			continue;
		if (reading->given & bit) {
			problem_set(problem, ERROR_DUPLICATE_FIELD,
				    manifest_member_pointers[i],
				    "\"%s\" is given twice",
				    manifest_member_names[i]);
			return MEMBER_COUNT;
		}
		reading->given |= bit;
		return (enum manifest_member)i;
	}
	manifest_json_unknown(reading->json, NULL, manifest_member_names,
			      MEMBER_COUNT, problem);
	return MEMBER_COUNT;
}

/* Behind a name: reads at least the first token of its value. False and a
 * problem. */
static bool read_member(struct reading *reading, struct problem *problem)
{
	enum manifest_member member = find_member(reading, problem);
	enum json_token token = json_next(reading->json);

	return member != MEMBER_COUNT && token != JSON_BAD &&
	       read_value(reading, member, manifest_member_pointers[member],
			  token, problem) == ERROR_NONE;
}

static enum manifest_step blame(const struct entry *entry,
				struct problem *problem)
{
	manifest_prefix_pointer(entry, problem);
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
	if (report == problem &&
	    (reading->given & UINT32_C(1) << MEMBER_KEY) == 0) {
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
	struct reading reading = { .manifest = manifest,
				   .json = json,
				   .entry = entry };

	switch (token) {
	case JSON_BAD:
		return broken(json, entry, problem);
	case JSON_STRING:
		if (read_string(&reading, MEMBER_KEY, NULL, token, problem) !=
		    ERROR_NONE)
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
	json->lines_before = manifest->line - 1;
	step = read_entry(manifest, json_next(json), entry, problem);
	if (step != MANIFEST_BROKEN && json_next(json) == JSON_END)
		return step;
	/* Each line stands for itself: the next can be read. */
	json_problem(json, problem);
	entry->key = slice_of(NULL, 0);
	manifest_prefix_pointer(entry, problem);
	return MANIFEST_BAD_ENTRY;
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
