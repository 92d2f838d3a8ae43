#include "json_entry.h"

#include <stdio.h>

#include "json_value.h"

/* ---- one member ---------------------------------------------------------- */

/* An entry while it is being read. */
struct json_entry {
	struct entry_scratch *scratch;
	struct json *json;
	struct entry *entry;
	uint32_t given; /* a bit for each enum manifest_member */
};

/* The type of each member's value; member.h has which values are good. */
static const enum json_token member_types[MEMBER_COUNT] = {
	[MEMBER_KEY] = JSON_STRING,
	[MEMBER_PERMISSION] = JSON_STRING,
	[MEMBER_ACTIONS] = JSON_ARRAY,
	[MEMBER_TTL] = JSON_NUMBER, /* or a string: see read_value */
	[MEMBER_METHOD] = JSON_STRING,
	[MEMBER_FILENAME] = JSON_STRING,
	[MEMBER_CONTENT_TYPE] = JSON_STRING,
	[MEMBER_CONTENT_LENGTH] = JSON_NUMBER,
	[MEMBER_SHA256] = JSON_STRING,
};

static enum error read_text(struct json_entry *reading, enum json_token token,
			    const char *pointer, struct slice *text,
			    struct problem *problem)
{
	struct entry_scratch *scratch = reading->scratch;
	char *begin = scratch->text + scratch->used;
	enum error error;

	error = json_value_text(reading->json, token, pointer, begin,
				sizeof(scratch->text) - scratch->used, text,
				problem);
	if (error == ERROR_NONE && text->data == begin)
		scratch->used += text->length;
	return error;
}

static enum error read_string(struct json_entry *reading,
			      enum manifest_member member, const char *pointer,
			      enum json_token token, struct problem *problem)
{
	size_t used = reading->scratch->used;
	struct slice text = { NULL, 0 };
	enum error error;

	error = read_text(reading, token, pointer, &text, problem);
	if (error == ERROR_BAD_VALUE && token == JSON_STRING &&
	    member == MEMBER_KEY)
		return problem_set(problem, ERROR_OBJECT_NAME, NULL,
				   "a key has at most %d bytes", KEY_MAX);
	if (error == ERROR_NONE)
		error = manifest_member_set(reading->scratch, reading->entry,
					    member, text, problem);
	/* A text that was refused gives its scratch back, so that the key
	 * fits and the message can name the entry. */
	if (error != ERROR_NONE && member != MEMBER_KEY)
		reading->scratch->used = used;
	return error;
}

/* Read the value that `token` begins. `pointer` is the member's, relative to
 * the entry. */
static enum error read_value(struct json_entry *reading,
			     enum manifest_member member, const char *pointer,
			     enum json_token token, struct problem *problem)
{
	if (member == MEMBER_TTL) {
		reading->entry->own_scope = true;
		return json_value_ttl(reading->json, token, pointer,
				      &reading->entry->scope.ttl, problem);
	}
	if (member_types[member] == JSON_STRING)
		return read_string(reading, member, pointer, token, problem);
	if (member_types[member] == JSON_NUMBER)
		return manifest_member_set(
			reading->scratch, reading->entry, member,
			json_value_number(reading->json, token), problem);
	reading->entry->own_scope = true;
	return json_value_actions(reading->json, token, pointer,
				  &reading->entry->scope.actions, problem);
}

/* ---- all members --------------------------------------------------------- */

/* The member whose name has just been read. MEMBER_COUNT and a problem when it
 * is unknown, or was there before. */
static enum manifest_member find_member(struct json_entry *reading,
					struct problem *problem)
{
	char scratch[JSON_VALUE_NAME_MAX];
	struct slice name = json_value_name(reading->json, scratch);
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
	json_value_unknown(reading->json, NULL, manifest_member_names,
			   MEMBER_COUNT, problem);
	return MEMBER_COUNT;
}

/* Read the value behind a name, or at least its first token. False and a
 * problem when the name or the value is wrong. */
static bool read_member(struct json_entry *reading, struct problem *problem)
{
	enum manifest_member member = find_member(reading, problem);
	enum json_token token = json_next(reading->json);

	return member != MEMBER_COUNT && token != JSON_BAD &&
	       read_value(reading, member, manifest_member_pointers[member],
			  token, problem) == ERROR_NONE;
}

static enum manifest_step bad_entry(const struct entry *entry,
				    struct problem *problem)
{
	entry_prefix_pointer(entry, problem);
	return MANIFEST_BAD_ENTRY;
}

enum manifest_step json_entry_broken(const struct json *json,
				     const struct entry *entry,
				     struct problem *problem)
{
	json_problem(json, problem);
	snprintf(problem->pointer, sizeof(problem->pointer), "%s", entry->base);
	return MANIFEST_BROKEN;
}

/* Read all members of an object. After a wrong one the others are read too,
 * because messages name an entry by its key; the first problem is kept. */
static enum manifest_step read_members(struct json_entry *reading,
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
		return json_entry_broken(reading->json, reading->entry,
					 problem);
	if (report == problem &&
	    (reading->given & UINT32_C(1) << MEMBER_KEY) == 0) {
		problem_set(problem, ERROR_MISSING_FIELD, "/key",
			    "an entry needs a \"key\"");
		report = &later;
	}
	if (report != problem)
		return bad_entry(reading->entry, problem);
	return MANIFEST_ENTRY;
}

enum manifest_step json_entry_read(struct manifest_state *state,
				   enum json_token token, struct entry *entry,
				   struct problem *problem)
{
	struct json *json = &state->json;
	struct json_entry reading = { .scratch = &state->scratch,
				      .json = json,
				      .entry = entry };

	switch (token) {
	case JSON_BAD:
		return json_entry_broken(json, entry, problem);
	case JSON_STRING:
		if (read_string(&reading, MEMBER_KEY, NULL, token, problem) !=
		    ERROR_NONE)
			return bad_entry(entry, problem);
		return MANIFEST_ENTRY;
	case JSON_OBJECT:
		return read_members(&reading, problem);
	default:
		problem_set(problem, ERROR_BAD_VALUE, NULL,
			    "an entry is a key, or an object with a \"key\", "
			    "not %s",
			    json_value_type(token));
		if (!json_skip(json, token))
			return json_entry_broken(json, entry, problem);
		return bad_entry(entry, problem);
	}
}
