#include "link_metadata.h"

#include "header_text.h"
#include "lib/base/json_text.h"

/* Bytes of a name; a message can show that many. */
#define NAME_BYTES_MAX 128

struct reading {
	struct entry_scratch *scratch;
	const char *pointer;
	struct problem *problem;
	struct json json;
	struct presign_pair pairs[LINK_METADATA_NAMES_MAX]; /* sorted by name */
	size_t count;
	size_t bytes; /* of all names and texts */
};

/* ---- names and texts ------------------------------------------------------ */

static bool is_name(struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.data[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		      (c >= 'A' && c <= 'Z') || c == '-' || c == '_'))
			return false;
	}
	return name.length > 0 && name.length <= NAME_BYTES_MAX;
}

/* The text of the token that was just read, in the scratch where it is
 * escaped. */
static bool take_text(struct reading *reading, struct slice *text)
{
	struct entry_scratch *scratch = reading->scratch;
	char *begin = scratch->text + scratch->used;

	if (json_text_unescape(&reading->json, begin,
			       sizeof(scratch->text) - scratch->used, text))
		return false;
	if (text->data == begin)
		scratch->used += text->length;
	return true;
}

/* Put a copy of the name in lower case into the scratch. */
static bool take_lower(struct reading *reading, struct slice *name)
{
	struct entry_scratch *scratch = reading->scratch;
	char *begin = scratch->text + scratch->used;

	if (name->length > sizeof(scratch->text) - scratch->used)
		return false;
	for (size_t i = 0; i < name->length; i++) {
		char c = name->data[i];

		begin[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	scratch->used += name->length;
	*name = slice_of(begin, name->length);
	return true;
}

static int compare(struct slice a, struct slice b)
{
	size_t length = a.length < b.length ? a.length : b.length;
	int order = memcmp(a.data, b.data, length);

	return order ? order : (a.length > b.length) - (a.length < b.length);
}

static enum error too_large(struct reading *reading)
{
	return problem_set(reading->problem, ERROR_BAD_VALUE, reading->pointer,
			   "has at most %d names, and %d bytes with their "
			   "texts: name less",
			   LINK_METADATA_NAMES_MAX, LINK_METADATA_MAX);
}

/* Put the pair in its place among those before. */
static enum error insert(struct reading *reading, struct presign_pair pair)
{
	size_t at = reading->count;
	int order = 1;

	reading->bytes += pair.name.length + pair.value.length;
	if (reading->count == LINK_METADATA_NAMES_MAX ||
	    reading->bytes > LINK_METADATA_MAX)
		return too_large(reading);
	while (at > 0) {
		order = compare(reading->pairs[at - 1].name, pair.name);
		if (order <= 0)
			break;
		at--;
	}
	if (at > 0 && order == 0)
		return problem_set(reading->problem, ERROR_BAD_VALUE,
				   reading->pointer,
				   "names '%.*s' twice, for capitals don't "
				   "count: name it once",
				   (int)pair.name.length, pair.name.data);
	memmove(reading->pairs + at + 1, reading->pairs + at,
		(reading->count - at) * sizeof(pair));
	reading->pairs[at] = pair;
	reading->count++;
	return ERROR_NONE;
}

/* ---- the object ----------------------------------------------------------- */

static enum error read_name(struct reading *reading, struct slice *name)
{
	char quoted[KEY_QUOTE_MAX];

	if (!take_text(reading, name))
		*name = slice_of("", 0);
	if (!is_name(*name))
		return problem_set(reading->problem, ERROR_BAD_VALUE,
				   reading->pointer,
				   "'%s' is no name: use 1 to %d letters, "
				   "digits, - and _",
				   key_quote(quoted, *name), NAME_BYTES_MAX);
	return take_lower(reading, name) ? ERROR_NONE : too_large(reading);
}

static enum error read_text(struct reading *reading, struct slice name,
			    enum json_token token, struct slice *text)
{
	if (token != JSON_STRING)
		return problem_set(reading->problem, ERROR_BAD_VALUE,
				   reading->pointer,
				   "the text of '%.*s' must stand in quotes, "
				   "such as \"1\"",
				   (int)name.length, name.data);
	if (!take_text(reading, text))
		return json_text_problem(&reading->json, ERROR_BAD_VALUE,
					 reading->pointer, reading->problem);
	return header_text_check(*text, LINK_METADATA_MAX, name,
				 reading->pointer, reading->problem);
}

static enum error not_an_object(struct reading *reading)
{
	struct problem why;

	if (json_next(&reading->json) != JSON_BAD)
		return problem_set(reading->problem, ERROR_BAD_VALUE,
				   reading->pointer,
				   "must be one JSON object of names and "
				   "texts, such as {\"author\": \"Ada\"}");
	json_problem(&reading->json, &why);
	return problem_set(reading->problem, ERROR_BAD_VALUE, reading->pointer,
			   "must be a JSON object of names and texts, such as "
			   "{\"author\": \"Ada\"}; %s",
			   why.message);
}

static enum error read_object(struct reading *reading)
{
	struct presign_pair pair;
	enum json_token token;
	enum error error;

	if (json_next(&reading->json) != JSON_OBJECT)
		return not_an_object(reading);
	while ((token = json_next(&reading->json)) == JSON_NAME) {
		error = read_name(reading, &pair.name);
		if (error)
			return error;
		token = json_next(&reading->json);
		if (token == JSON_BAD)
			break;
		error = read_text(reading, pair.name, token, &pair.value);
		if (!error)
			error = insert(reading, pair);
		if (error)
			return error;
	}
	if (token != JSON_OBJECT_END || json_next(&reading->json) != JSON_END)
		return not_an_object(reading);
	if (reading->count == 0)
		return problem_set(reading->problem, ERROR_BAD_VALUE,
				   reading->pointer,
				   "names nothing: leave it out, or name "
				   "something, such as {\"author\": \"Ada\"}");
	return ERROR_NONE;
}

static char *put(char *dst, const char *text, size_t length)
{
	memcpy(dst, text, length);
	return dst + length;
}

/* Write the lines behind what is used of the scratch. */
static enum error write_lines(struct reading *reading, struct slice *lines)
{
	const size_t around = sizeof(LINK_METADATA_PREFIX) - 1 + 2;
	struct entry_scratch *scratch = reading->scratch;
	char *begin = scratch->text + scratch->used, *end = begin;

	if (reading->bytes + reading->count * around >
	    sizeof(scratch->text) - scratch->used)
		return too_large(reading);
	for (size_t i = 0; i < reading->count; i++) {
		const struct presign_pair *pair = &reading->pairs[i];

		end = put(end, LINK_METADATA_PREFIX,
			  sizeof(LINK_METADATA_PREFIX) - 1);
		end = put(end, pair->name.data, pair->name.length);
		end = put(end, ":", 1);
		end = put(end, pair->value.data, pair->value.length);
		end = put(end, "\n", 1);
	}
	scratch->used += (size_t)(end - begin);
	*lines = slice_of(begin, (size_t)(end - begin));
	return ERROR_NONE;
}

enum error link_metadata_read(struct entry_scratch *scratch,
			      const char *pointer, struct slice *text,
			      struct problem *problem)
{
	struct reading reading = { .scratch = scratch,
				   .pointer = pointer,
				   .problem = problem };
	enum error error;

	json_begin(&reading.json, *text);
	error = read_object(&reading);
	return error ? error : write_lines(&reading, text);
}

bool link_metadata_next(struct slice *lines, struct presign_pair *pair)
{
	struct slice line;

	if (lines->length == 0 || !slice_split(lines, '\n', &line))
		return false;
	slice_split(&line, ':', &pair->name);
	pair->value = line;
	return true;
}
