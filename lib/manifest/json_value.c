#include "json_value.h"

#include "lib/base/json_text.h"
#include "member.h"

const char *json_value_type(enum json_token token)
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

enum error json_value_text(const struct json *json, enum json_token token,
			   const char *pointer, char *scratch, size_t size,
			   struct slice *text, struct problem *problem)
{
	if (token != JSON_STRING)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a string, not %s",
				   json_value_type(token));
	if (json_text_unescape(json, scratch, size, text) == ERROR_NONE)
		return ERROR_NONE;
	return json_text_problem(json, ERROR_BAD_VALUE, pointer, problem);
}

struct slice json_value_number(const struct json *json, enum json_token token)
{
	return token == JSON_NUMBER ? json->text : slice_of("", 0);
}

enum error json_value_object(struct json *json, enum json_token token,
			     const char *pointer, struct slice *text,
			     struct problem *problem)
{
	const char *begin = json->next - 1; /* its { */

	if (token != JSON_OBJECT)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be an object of names and texts, such "
				   "as {\"author\": \"Ada\"}, not %s",
				   json_value_type(token));
	if (!json_skip(json, token))
		return json_problem(json, problem);
	*text = slice_of(begin, (size_t)(json->next - begin));
	return ERROR_NONE;
}

/* No action has a longer name. */
#define WORD_MAX 64

/* No length of time is a longer text. */
#define DURATION_TEXT_MAX 32

static enum error read_action(const struct json *json, enum json_token token,
			      const char *pointer, abilities *actions,
			      struct problem *problem)
{
	char scratch[WORD_MAX];
	struct slice text = { NULL, 0 };
	enum error error;

	error = json_value_text(json, token, pointer, scratch, sizeof(scratch),
				&text, problem);
	if (error != ERROR_NONE)
		return error;
	return action_parse(text, pointer, actions, problem);
}

enum error json_value_actions(struct json *json, enum json_token token,
			      const char *pointer, abilities *actions,
			      struct problem *problem)
{
	abilities set = 0;
	enum error error;

	if (token != JSON_ARRAY)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be an array of actions, not %s",
				   json_value_type(token));
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

/* A string of digits alone. */
static bool is_quoted_number(enum json_token token, struct slice text)
{
	uint64_t number;

	return token == JSON_STRING && slice_number(text, UINT64_MAX, &number);
}

enum error json_value_ttl(const struct json *json, enum json_token token,
			  const char *pointer, uint32_t *ttl,
			  struct problem *problem)
{
	char scratch[DURATION_TEXT_MAX];
	struct slice text = json->text;

	if (token != JSON_NUMBER && token != JSON_STRING)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "must be a number of seconds or a string "
				   "such as \"1h\", not %s",
				   json_value_type(token));
	/* What doesn't fit is no length of time, and is shown as written. */
	if (token == JSON_STRING &&
	    json_text_unescape(json, scratch, sizeof(scratch), &text))
		text = entry_clip(json->text, sizeof(scratch));
	if (is_quoted_number(token, text))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "is a number in quotes: write it without "
				   "them, or with a unit, such as \"15m\"");
	return manifest_member_ttl(text, pointer, ttl, problem);
}

struct slice json_value_name(const struct json *json,
			     char scratch[JSON_VALUE_NAME_MAX])
{
	struct slice name;

	if (json_text_unescape(json, scratch, JSON_VALUE_NAME_MAX, &name) !=
	    ERROR_NONE)
		return json->text;
	return name;
}

enum error json_value_unknown(const struct json *json, const char *pointer,
			      const char *const names[], size_t count,
			      struct problem *problem)
{
	/* The text as written is UTF-8 on one line, which an unescaped one may
	 * not be. */
	struct slice raw = entry_clip(json->text, 60);
	const char *nearest = slice_nearest(json->text, names, count);

	if (nearest == NULL)
		return problem_set(problem, ERROR_UNKNOWN_FIELD, pointer,
				   "there is no member \"%.*s\"",
				   (int)raw.length, raw.data);
	return problem_set(problem, ERROR_UNKNOWN_FIELD, pointer,
			   "there is no member \"%.*s\"; did you mean \"%s\"?",
			   (int)raw.length, raw.data, nearest);
}
