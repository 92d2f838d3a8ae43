#include "duplicates.h"

#include "lib/base/json_text.h"
#include "lib/sign/key.h"

/* Longest name that is compared without its escapes. R2's are much shorter. */
#define NAME_MAX_BYTES 256

struct search {
	const char *what;
	struct problem *problem;
	enum error error;
};

static bool search_value(struct search *search, struct json *json,
			 enum json_token token);

static bool fail(struct search *search, const char *why, struct slice name)
{
	char quoted[KEY_QUOTE_MAX];

	search->error = problem_set(
		search->problem, ERROR_MALFORMED, NULL,
		"not a session token of R2: its %s %s%s%s%s", search->what, why,
		name.data ? " '" : "", name.data ? key_quote(quoted, name) : "",
		name.data ? "'" : "");
	return false;
}

static struct slice plain_name(const struct json *json,
			       char scratch[NAME_MAX_BYTES])
{
	struct slice name = json->text;

	if (json_text_unescape(json, scratch, NAME_MAX_BYTES, &name) !=
	    ERROR_NONE)
		return json->text;
	return name;
}

/* Is `name` among the first `count` members? `first` stands before them. */
static bool has_name(struct json first, size_t count, struct slice name)
{
	char scratch[NAME_MAX_BYTES];

	for (size_t i = 0; i < count; i++) {
		if (json_next(&first) != JSON_NAME)
			return false;
		if (slice_equal(plain_name(&first, scratch), name))
			return true;
		if (!json_skip(&first, JSON_NAME))
			return false;
	}
	return false;
}

static bool search_object(struct search *search, struct json *json)
{
	const struct json first = *json;
	char scratch[NAME_MAX_BYTES];
	enum json_token token;
	size_t count = 0;

	while ((token = json_next(json)) == JSON_NAME) {
		struct slice name = plain_name(json, scratch);

		if (has_name(first, count, name))
			return fail(search, "has this member twice:", name);
		if (++count > DUPLICATES_MEMBERS_MAX)
			return fail(search, "has too many members",
				    slice_of(NULL, 0));
		if (!search_value(search, json, json_next(json)))
			return false;
	}
	return token == JSON_OBJECT_END ||
	       fail(search, "isn't JSON", slice_of(NULL, 0));
}

static bool search_array(struct search *search, struct json *json)
{
	enum json_token token;

	while ((token = json_next(json)) != JSON_ARRAY_END) {
		if (!search_value(search, json, token))
			return false;
	}
	return true;
}

static bool search_value(struct search *search, struct json *json,
			 enum json_token token)
{
	switch (token) {
	case JSON_OBJECT:
		return search_object(search, json);
	case JSON_ARRAY:
		return search_array(search, json);
	case JSON_BAD:
	case JSON_END:
		return fail(search, "isn't JSON", slice_of(NULL, 0));
	default:
		return true;
	}
}

enum error duplicates_check(struct slice document, const char *what,
			    struct problem *problem)
{
	struct search search = { .what = what, .problem = problem };
	struct json json;

	json_begin(&json, document);
	if (search_value(&search, &json, json_next(&json)) &&
	    json_next(&json) != JSON_END)
		(void)fail(&search, "isn't JSON", slice_of(NULL, 0));
	return search.error;
}
