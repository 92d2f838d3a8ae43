#include "json_entry.h"

#include <stdio.h>

#include "json_hint.h"
#include "json_value.h"

/* ---- one member ---------------------------------------------------------- */

/* An entry while it is being read. */
struct json_entry {
	struct entry_scratch *scratch;
	struct json *json;
	struct entry *entry;
	struct slice key_name; /* of the part */
	const char *begin;     /* its { */
	/* A bit for each enum manifest_member, FOLDER and KEY_TOO. */
	uint32_t given;
	bool *folder; /* see manifest_state */
};

/* What a name may be that is no enum manifest_member. KEY_TOO is `key` where
 * key_name is another. */
enum { FOLDER = MEMBER_COUNT, KEY_TOO, UNKNOWN, WRONG };

_Static_assert(UNKNOWN < 32, "each has a bit in json_entry.given");

/* The type of a member's value; member.h has which values are good. */
static enum json_token type_of(enum manifest_member member)
{
	switch (member) {
	case MEMBER_ACTIONS:
		return JSON_ARRAY;
	case MEMBER_TTL: /* or a string: see read_value */
		return JSON_NUMBER;
	case MEMBER_KEY:
	case MEMBER_PERMISSION:
	case MEMBER_METHOD:
		return JSON_STRING;
	default:
		return link_terms_table[manifest_member_term(member)].type;
	}
}

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

static enum error read_object(struct json_entry *reading,
			      enum manifest_member member, const char *pointer,
			      enum json_token token, struct problem *problem)
{
	size_t used = reading->scratch->used;
	struct slice text;
	enum error error;

	error = json_value_object(reading->json, token, pointer, &text,
				  problem);
	if (!error)
		error = manifest_member_set(reading->scratch, reading->entry,
					    member, text, problem);
	if (error)
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
	if (type_of(member) == JSON_STRING)
		return read_string(reading, member, pointer, token, problem);
	if (type_of(member) == JSON_NUMBER)
		return manifest_member_set(
			reading->scratch, reading->entry, member,
			json_value_number(reading->json, token), problem);
	if (type_of(member) == JSON_OBJECT)
		return read_object(reading, member, pointer, token, problem);
	reading->entry->own_scope = true;
	return json_value_actions(reading->json, token, pointer,
				  &reading->entry->scope.actions, problem);
}

/* ---- all members --------------------------------------------------------- */

static size_t name_member(const struct json_entry *reading, struct slice name)
{
	size_t i = 0;

	if (reading->key_name.length > 0) {
		if (slice_equal(name, reading->key_name))
			return MEMBER_KEY;
		if (slice_is(name, MANIFEST_FOLDER_NAME))
			return FOLDER;
		if (slice_is(name, manifest_member_names[MEMBER_KEY]))
			return KEY_TOO;
	}
	while (i < MEMBER_COUNT && !slice_is(name, manifest_member_names[i]))
		i++;
	return i < MEMBER_COUNT ? i : UNKNOWN;
}

static size_t refuse_twice(const struct json_entry *reading, size_t member,
			   struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];
	const char *name = MANIFEST_FOLDER_NAME;

	if (member == MEMBER_KEY && reading->key_name.length > 0)
		name = key_quote(quoted, reading->key_name);
	else if (member < MEMBER_COUNT)
		name = manifest_member_names[member];
	problem_set(problem, ERROR_DUPLICATE_FIELD,
		    member < MEMBER_COUNT ? manifest_member_pointers[member] :
					    "/" MANIFEST_FOLDER_NAME,
		    "\"%s\" is given twice", name);
	return WRONG;
}

/* The member whose name has just been read, or FOLDER, or UNKNOWN for one to be
 * passed over. WRONG and a problem when it is refused, or was there before. */
static size_t find_member(struct json_entry *reading, struct problem *problem)
{
	char scratch[JSON_VALUE_NAME_MAX];
	struct slice name = json_value_name(reading->json, scratch);
	size_t member = name_member(reading, name);
	uint32_t bit = UINT32_C(1) << member;

	if (member == UNKNOWN && reading->key_name.length > 0)
		return UNKNOWN;
	if (member == UNKNOWN) {
		json_value_unknown(reading->json, NULL, manifest_member_names,
				   MEMBER_COUNT, problem);
		return WRONG;
	}
	if (member != KEY_TOO && reading->given & bit)
		return refuse_twice(reading, member, problem);
	reading->given |= bit;
	return member == KEY_TOO ? UNKNOWN : member;
}

static bool read_folder(struct json_entry *reading, enum json_token token,
			struct problem *problem)
{
	*reading->folder = token == JSON_TRUE;
	if (token == JSON_TRUE || token == JSON_FALSE)
		return true;
	problem_set(problem, ERROR_BAD_VALUE, "/" MANIFEST_FOLDER_NAME,
		    "must be true or false, not %s", json_value_type(token));
	return false;
}

/* Read the value behind a name, or at least its first token. False and a
 * problem when the name or the value is wrong. */
static bool read_member(struct json_entry *reading, struct problem *problem)
{
	size_t member = find_member(reading, problem);
	enum json_token token = json_next(reading->json);

	if (member == WRONG || token == JSON_BAD)
		return false;
	if (member == UNKNOWN)
		return json_skip(reading->json, token);
	if (member == FOLDER)
		return read_folder(reading, token, problem);
	return read_value(reading, (enum manifest_member)member,
			  manifest_member_pointers[member], token,
			  problem) == ERROR_NONE;
}

/* ---- what is wrong with it ----------------------------------------------- */

/* The names of the members of an object that has been read. */
static struct manifest_names names_of(const struct json_entry *reading)
{
	struct manifest_names names = { 0 };

	json_hint_members(
		slice_of(reading->begin,
			 (size_t)(reading->json->next - reading->begin)),
		&names);
	return names;
}

static void refuse_keyless(const struct json_entry *reading,
			   struct problem *problem)
{
	struct manifest_names names = names_of(reading);
	char quoted[KEY_QUOTE_MAX];

	if (reading->key_name.length > 0)
		problem_set(problem, ERROR_MISSING_FIELD, NULL,
			    "the entry has no member \"%s\", which keyName "
			    "names%s%s",
			    key_quote(quoted, reading->key_name),
			    names.count ? "; its members are " : "",
			    names.list);
	else if (names.likely[0] != '\0')
		problem_set(problem, ERROR_MISSING_FIELD, "/key",
			    "an entry needs a \"key\"; if \"%s\" holds it, "
			    "say keyName=%s",
			    names.likely, names.likely);
	else
		problem_set(problem, ERROR_MISSING_FIELD, "/key",
			    "an entry needs a \"key\"");
}

/* Does one member of an object that has been read hold the key? */
static bool check_key(const struct json_entry *reading, struct problem *problem)
{
	const uint32_t key = UINT32_C(1) << MEMBER_KEY;
	const uint32_t key_too = UINT32_C(1) << KEY_TOO;
	char quoted[KEY_QUOTE_MAX];

	if ((reading->given & key) == 0)
		refuse_keyless(reading, problem);
	else if (reading->given & key_too)
		problem_set(problem, ERROR_DUPLICATE_FIELD, "/key",
			    "both \"%s\", which keyName names, and \"key\" are "
			    "there, and only one can hold the key",
			    key_quote(quoted, reading->key_name));
	else
		return true;
	return false;
}

/* Say after "there is no member" how such members can be passed over. */
static void explain_unknown(const struct json_entry *reading,
			    struct problem *problem)
{
	struct manifest_names names = names_of(reading);
	struct problem plain = *problem;

	if (reading->given & UINT32_C(1) << MEMBER_KEY)
		problem_set(problem, plain.error, plain.pointer,
			    "%s (or say keyName=key, and unknown members are "
			    "passed over)",
			    plain.message);
	else if (names.likely[0] != '\0')
		problem_set(problem, plain.error, plain.pointer,
			    "%s (if \"%s\" holds the key, say keyName=%s)",
			    plain.message, names.likely, names.likely);
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
	if (report == problem && !check_key(reading, problem))
		report = &later;
	else if (report != problem && problem->error == ERROR_UNKNOWN_FIELD)
		explain_unknown(reading, problem);
	if (report != problem)
		return bad_entry(reading->entry, problem);
	return MANIFEST_ENTRY;
}

static enum manifest_step read_key(struct json_entry *reading,
				   struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];

	/* A list of strings beside the objects that are meant would become keys
	 * by accident. */
	if (reading->key_name.length > 0 &&
	    !slice_is(reading->key_name, manifest_member_names[MEMBER_KEY])) {
		problem_set(problem, ERROR_BAD_VALUE, NULL,
			    "an entry must be an object with the member "
			    "\"%s\", which keyName names, not a string",
			    key_quote(quoted, reading->key_name));
		return bad_entry(reading->entry, problem);
	}
	if (read_string(reading, MEMBER_KEY, NULL, JSON_STRING, problem) !=
	    ERROR_NONE)
		return bad_entry(reading->entry, problem);
	return MANIFEST_ENTRY;
}

enum manifest_step json_entry_read(struct manifest_state *state,
				   const struct manifest_part *part,
				   enum json_token token, struct entry *entry,
				   struct problem *problem)
{
	struct json *json = &state->json;
	struct json_entry reading = { .scratch = &state->scratch,
				      .json = json,
				      .entry = entry,
				      .key_name = part->key_name,
				      .begin = json->next - 1,
				      .folder = &state->folder };

	switch (token) {
	case JSON_BAD:
		return json_entry_broken(json, entry, problem);
	case JSON_STRING:
		return read_key(&reading, problem);
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
