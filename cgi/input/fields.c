#include "fields.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/problems.h"
#include "lib/config/types.h"
#include "lib/manifest/format.h"
#include "lib/manifest/lines.h"
#include "lib/manifest/link_value.h"
#include "lib/manifest/shape.h"
#include "lib/sign/bucket.h"
#include "share_field.h"

const char *const fields_sign_names[SIGN_COUNT] = {
	[SIGN_PARENT] = "parent",
	[SIGN_SCOPED] = "scoped",
	[SIGN_DOWNLOAD] = "download",
	[SIGN_WAF] = "waf",
};

const char *const fields_on_error_names[ON_ERROR_COUNT] = {
	[ON_ERROR_REJECT] = "reject",
	[ON_ERROR_REPORT] = "report",
};

void fields_begin(struct fields *fields)
{
	/* The manifest's scratch and the text need not be zero, and they are
	 * large. */
	memset(fields, 0, offsetof(struct fields, entries));
	fields->text_used = 0;
	fields->link_scratch.used = 0;
	manifest_begin(&fields->entries);
	fields->entries.folder = getenv("TMPDIR");
}

void fields_end(struct fields *fields)
{
	manifest_end(&fields->entries);
}

/* Set *kept to a copy of `value` that lives as long as the fields. False when
 * fields->text is full. */
static bool keep(struct fields *fields, struct slice value, struct slice *kept)
{
	char *text = fields->text + fields->text_used;

	if (value.length > sizeof(fields->text) - fields->text_used)
		return false;
	if (value.length > 0)
		memcpy(text, value.data, value.length);
	fields->text_used += value.length;
	*kept = slice_of(text, value.length);
	return true;
}

static enum error set_bucket(struct fields *fields, struct slice value,
			     struct problem *problem)
{
	const char *pointer = field_pointers[FIELD_BUCKET];
	enum error error = bucket_check(value, pointer, problem);

	if (error)
		return error;
	if (!keep(fields, value, &fields->bucket))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "the bucket's name is too long");
	return ERROR_NONE;
}

static bool is_key_id(struct slice value)
{
	for (size_t i = 0; i < value.length; i++) {
		char c = value.data[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		      (c >= 'A' && c <= 'Z')))
			return false;
	}
	return value.length >= 1 && value.length <= 64;
}

static enum error set_parent(struct fields *fields, struct slice value,
			     struct problem *problem)
{
	if (!is_key_id(value) || !keep(fields, value, &fields->parent))
		return problem_set(problem, ERROR_BAD_VALUE,
				   field_pointers[FIELD_PARENT],
				   "an access key id is 1 to 64 letters and "
				   "digits");
	return ERROR_NONE;
}

static enum error set_permission(struct fields *fields, struct slice value,
				 struct problem *problem)
{
	return permission_parse(value, field_pointers[FIELD_PERMISSION],
				&fields->scope.permission, problem);
}

static bool is_separator(char c)
{
	return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum error set_actions(struct fields *fields, struct slice value,
			      struct problem *problem)
{
	const char *pointer = field_pointers[FIELD_ACTIONS];
	size_t i = 0;

	while (i < value.length) {
		size_t begin = i;
		enum error error;

		while (i < value.length && !is_separator(value.data[i]))
			i++;
		if (i > begin) {
			error = action_parse(
				slice_of(value.data + begin, i - begin),
				pointer, &fields->scope.actions, problem);
			if (error)
				return error;
		}
		i++;
	}
	if (!fields->scope.actions)
		return problem_set(problem, ERROR_EMPTY, pointer,
				   "the list of actions is empty: leave it out "
				   "or name at least one");
	return ERROR_NONE;
}

static enum error set_ttl(struct fields *fields, struct slice value,
			  struct problem *problem)
{
	return manifest_member_ttl(value, field_pointers[FIELD_TTL],
				   &fields->scope.ttl, problem);
}

static bool is_all_blank(struct slice value)
{
	for (size_t i = 0; i < value.length; i++) {
		if (value.data[i] != '\n' && value.data[i] != '\r')
			return false;
	}
	return true;
}

/* Add a list with one key or prefix on each line. */
static enum error set_lines(struct fields *fields, enum field field,
			    enum entry_kind kind, struct slice value,
			    struct problem *problem)
{
	enum error error;

	if (is_all_blank(value))
		return problem_set(problem, ERROR_EMPTY, field_pointers[field],
				   "'%s' is empty: leave it out, or name at "
				   "least one, each on a line of its own",
				   field_names[field]);
	error = shape_check_keys(value, field_pointers[field], problem);
	if (error != ERROR_NONE)
		return error;
	return manifest_add(&fields->entries, &manifest_lines_reader, kind,
			    field_pointers[field], value, problem);
}

static enum error set_prefixes(struct fields *fields, struct slice value,
			       struct problem *problem)
{
	return set_lines(fields, FIELD_PREFIXES, ENTRY_PREFIX, value, problem);
}

static enum error set_objects(struct fields *fields, struct slice value,
			      struct problem *problem)
{
	return set_lines(fields, FIELD_OBJECTS, ENTRY_OBJECT, value, problem);
}

/* The place of `value` among `count` names, or `count` where it is none of
 * them. */
static size_t find_name(struct slice value, const char *const names[],
			size_t count)
{
	size_t i = 0;

	while (i < count && !slice_is(value, names[i]))
		i++;
	return i;
}

static enum error set_on_error(struct fields *fields, struct slice value,
			       struct problem *problem)
{
	size_t found = find_name(value, fields_on_error_names, ON_ERROR_COUNT);

	if (found == ON_ERROR_COUNT)
		return problem_set(problem, ERROR_BAD_VALUE,
				   field_pointers[FIELD_ON_ERROR],
				   "'%s' must be \"reject\" or \"report\"",
				   field_names[FIELD_ON_ERROR]);
	fields->on_error = (enum on_error)found;
	return ERROR_NONE;
}

static enum error set_format(struct fields *fields, struct slice value,
			     struct problem *problem)
{
	/* Only the length is checked here. negotiate_format looks the name up,
	 * since it knows the formats and which answer they are for. */
	if (value.length > 64 || !keep(fields, value, &fields->format))
		return problem_set(problem, ERROR_BAD_VALUE,
				   field_pointers[FIELD_FORMAT],
				   "no format has a name this long: name one "
				   "such as json");
	return ERROR_NONE;
}

static enum error set_manifest(struct fields *fields, struct slice value,
			       struct problem *problem)
{
	if (is_all_blank(value))
		return problem_set(problem, ERROR_EMPTY,
				   field_pointers[FIELD_MANIFEST],
				   "the manifest is empty: put at least one "
				   "entry in it");
	fields->manifest = value;
	return ERROR_NONE;
}

static enum error set_manifest_format(struct fields *fields, struct slice value,
				      struct problem *problem)
{
	const char *pointer = field_pointers[FIELD_MANIFEST_FORMAT];
	char quoted[KEY_QUOTE_MAX], list[MANIFEST_FORMAT_LIST_MAX];
	const char *nearest;

	fields->manifest_format = manifest_format_find(value);
	if (fields->manifest_format)
		return ERROR_NONE;
	nearest = manifest_format_nearest(value);
	key_quote(quoted, value);
	if (nearest)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "no manifest format is named '%s'; did you "
				   "mean '%s'?",
				   quoted, nearest);
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "no manifest format is named '%s'; use %s", quoted,
			   manifest_format_list(list));
}

static enum error set_key_name(struct fields *fields, struct slice value,
			       struct problem *problem)
{
	const char *pointer = field_pointers[FIELD_KEY_NAME];
	enum error error = manifest_names_check(value, pointer, problem);

	if (error)
		return error;
	if (!keep(fields, value, &fields->entries.key_name))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'keyName' is too long");
	return ERROR_NONE;
}

static enum error set_method(struct fields *fields, struct slice value,
			     struct problem *problem)
{
	return method_parse(value, field_pointers[FIELD_METHOD],
			    &fields->link.method, problem);
}

static enum error set_sign(struct fields *fields, struct slice value,
			   struct problem *problem)
{
	size_t found = find_name(value, fields_sign_names, SIGN_COUNT);

	if (found == SIGN_COUNT)
		return problem_set(problem, ERROR_BAD_VALUE,
				   field_pointers[FIELD_SIGN],
				   "'%s' must be \"parent\", \"scoped\", "
				   "\"download\" or \"waf\"",
				   field_names[FIELD_SIGN]);
	fields->sign = (enum sign)found;
	return ERROR_NONE;
}

static enum error set_download(struct fields *fields, struct slice value,
			       struct problem *problem)
{
	/* own_place_settle looks it up. */
	if (value.length == 0 || value.length > CONFIG_NAME_MAX ||
	    !keep(fields, value, &fields->download))
		return problem_set(problem, ERROR_BAD_VALUE,
				   field_pointers[FIELD_DOWNLOAD],
				   "a section's name has 1 to %d bytes: name "
				   "one, or leave it out",
				   CONFIG_NAME_MAX);
	return ERROR_NONE;
}

static enum error set_form_number(struct fields *fields, struct slice value,
				  struct problem *problem)
{
	/* once_use checks it. */
	if (value.length > 64 || !keep(fields, value, &fields->form_number))
		return problem_set(problem, ERROR_BAD_VALUE,
				   field_pointers[FIELD_FORM_NUMBER],
				   "no form has a number this long: leave it "
				   "out");
	return ERROR_NONE;
}

static enum error set_prose(struct fields *fields, enum field field,
			    struct slice value, size_t max, bool has_lines,
			    struct slice *kept, struct problem *problem)
{
	if (value.length <= max && share_field_is_prose(value, has_lines) &&
	    keep(fields, value, kept))
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, field_pointers[field],
			   "'%s' must be at most %zu bytes of UTF-8 without "
			   "control characters%s",
			   field_names[field], max,
			   has_lines ? "; it may have several lines" : "");
}

static enum error set_title(struct fields *fields, struct slice value,
			    struct problem *problem)
{
	return set_prose(fields, FIELD_TITLE, value, FIELDS_TITLE_MAX, false,
			 &fields->title, problem);
}

static enum error set_message(struct fields *fields, struct slice value,
			      struct problem *problem)
{
	return set_prose(fields, FIELD_MESSAGE, value, FIELDS_MESSAGE_MAX, true,
			 &fields->message, problem);
}

static enum error set_expires(struct fields *fields, struct slice value,
			      struct problem *problem)
{
	return share_field_expires(value, field_pointers[FIELD_EXPIRES],
				   &fields->expires_in, &fields->expires_at,
				   problem);
}

static enum error set_lifetime(struct fields *fields, struct slice value,
			       struct problem *problem)
{
	return share_field_expires(value, field_pointers[FIELD_LIFETIME],
				   &fields->lifetime_in, &fields->lifetime_at,
				   problem);
}

static enum error set_max_downloads(struct fields *fields, struct slice value,
				    struct problem *problem)
{
	uint64_t number;

	if (!slice_number(value, FIELDS_DOWNLOADS_MAX, &number))
		return problem_set(problem, ERROR_BAD_VALUE,
				   field_pointers[FIELD_MAX_DOWNLOADS],
				   "'%s' must be a number from 0, for no "
				   "limit, to %d",
				   field_names[FIELD_MAX_DOWNLOADS],
				   FIELDS_DOWNLOADS_MAX);
	fields->max_downloads = (uint32_t)number;
	return ERROR_NONE;
}

typedef enum error set_fn(struct fields *, struct slice, struct problem *);

#define FIELD_SETTER(id, name, setter) [FIELD_##id] = (setter),
static set_fn *const setters[FIELD_COUNT] = { FIELD_TABLE(FIELD_SETTER) };
#undef FIELD_SETTER

/* Set the default of what only a link can have. */
static enum error set_link(struct fields *fields, enum link_term term,
			   struct slice value, struct problem *problem)
{
	const struct link_term_row *row = &link_terms_table[term];
	struct entry_scratch *scratch = &fields->link_scratch;
	char *copy = scratch->text + scratch->used;

	if (row->by == LINK_BY_ENTRY)
		return problem_set(problem, ERROR_BAD_VALUE, row->pointer,
				   "'%s' is for one entry: put it into the "
				   "entry, such as {\"key\": ..., \"%s\": "
				   "...}",
				   row->name, row->name);
	if (value.length > sizeof(scratch->text) - scratch->used)
		return problem_set(problem, ERROR_BAD_VALUE, row->pointer,
				   "the text is too long");
	if (value.length > 0)
		memcpy(copy, value.data, value.length);
	scratch->used += value.length;
	return link_value_set(scratch, &fields->link, term,
			      slice_of(copy, value.length), problem);
}

enum field fields_find(struct fields *fields, struct slice name,
		       struct problem *problem)
{
	enum field found = field_find(name, problem);

	if (found == FIELD_COUNT)
		return found;
	if (fields_has(fields, found)) {
		problem_set(problem, ERROR_DUPLICATE_FIELD,
			    field_pointers[found], "'%s' is given twice",
			    field_names[found]);
		return FIELD_COUNT;
	}
	fields->given |= UINT64_C(1) << found;
	return found;
}

enum error fields_set_one(struct fields *fields, enum field field,
			  struct slice value, struct problem *problem)
{
	enum link_term term = field_term(field);

	if (term != LINK_TERM_COUNT)
		return set_link(fields, term, value, problem);
	return setters[field](fields, value, problem);
}

void fields_set(struct fields *fields, struct slice name, struct slice value,
		struct problems *problems)
{
	struct problem problem;
	enum field field = fields_find(fields, name, &problem);

	if (field == FIELD_COUNT) {
		problems_push(problems, &problem);
		return;
	}
	fields->sent[field] = value;
	if (fields_set_one(fields, field, value, &problem))
		problems_push(problems, &problem);
}
