#include "claims.h"

#include <json-c/json.h>
#include <limits.h>

#include "duplicates.h"
#include "lib/sign/key.h"

/* The end of the year 9999, the last that RFC 3339 can write. */
#define TIME_MAX INT64_C(253402300799)

/* ---- what it says --------------------------------------------------------- */

static bool get_text(struct json_object *object, const char *name,
		     struct slice *text)
{
	struct json_object *value = json_object_object_get(object, name);

	if (!json_object_is_type(value, json_type_string))
		return false;
	*text = slice_of(json_object_get_string(value),
			 (size_t)json_object_get_string_len(value));
	return true;
}

static bool get_time(struct json_object *object, const char *name,
		     int64_t *seconds)
{
	struct json_object *value = json_object_object_get(object, name);

	if (!json_object_is_type(value, json_type_int))
		return false;
	*seconds = json_object_get_int64(value);
	return *seconds >= 0 && *seconds <= TIME_MAX;
}

/* Set *list to an array of strings, or to NULL where there is none of that
 * name. False when it is anything else. */
static bool get_list(struct json_object *object, const char *name,
		     struct json_object **list)
{
	if (!json_object_object_get_ex(object, name, list))
		return true;
	if (!json_object_is_type(*list, json_type_array))
		return false;
	for (size_t i = 0; i < json_object_array_length(*list); i++) {
		if (!json_object_is_type(json_object_array_get_idx(*list, i),
					 json_type_string))
			return false;
	}
	return true;
}

/* Say that a claim isn't there, or what it should be. */
static enum error malformed(const struct claims *claims, const char *claim,
			    const char *should, struct problem *problem)
{
	if (!json_object_object_get_ex(claims->root, claim, NULL))
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "not a session token of R2: its claim '%s' "
				   "is missing",
				   claim);
	return problem_set(problem, ERROR_MALFORMED, NULL,
			   "not a session token of R2: its claim '%s' isn't %s",
			   claim, should);
}

/* A member of another name may have been meant as a limit, which R2 would not
 * see. */
static enum error check_paths(struct json_object *paths,
			      struct problem *problem)
{
	struct json_object_iterator at = json_object_iter_begin(paths);
	struct json_object_iterator end = json_object_iter_end(paths);
	char quoted[KEY_QUOTE_MAX];

	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		const char *name = json_object_iter_peek_name(&at);

		if (strcmp(name, "objectPaths") != 0 &&
		    strcmp(name, "prefixPaths") != 0)
			return problem_set(problem, ERROR_MALFORMED, NULL,
					   "not a session token of R2: its "
					   "claim 'paths' has a member '%s', "
					   "and R2 knows objectPaths and "
					   "prefixPaths alone, so what it "
					   "grants can't be told",
					   key_quote(quoted, slice_text(name)));
	}
	return ERROR_NONE;
}

static enum error read_paths(struct claims *claims, struct problem *problem)
{
	struct json_object *paths;

	if (!json_object_object_get_ex(claims->root, "paths", &paths))
		return ERROR_NONE;
	if (!json_object_is_type(paths, json_type_object) ||
	    !get_list(paths, "objectPaths", &claims->objects) ||
	    !get_list(paths, "prefixPaths", &claims->prefixes))
		return malformed(claims, "paths",
				 "an object with arrays of texts", problem);
	return check_paths(paths, problem);
}

static enum error read_scope(struct claims *claims, struct problem *problem)
{
	struct json_object *root = claims->root;

	if (json_object_object_get_ex(root, "scope", NULL) &&
	    !get_text(root, "scope", &claims->permission))
		return malformed(claims, "scope", "a text", problem);
	if (!get_list(root, "actions", &claims->actions))
		return malformed(claims, "actions", "an array of texts",
				 problem);
	if (!claims->permission.data && !claims->actions)
		return malformed(claims, "scope", "a text", problem);
	return read_paths(claims, problem);
}

static enum error read_texts(struct claims *claims, struct problem *problem)
{
	const struct {
		const char *name;
		struct slice *text;
	} texts[] = {
		{ "bucket", &claims->bucket },
		{ "sub", &claims->account_id },
		{ "iss", &claims->access_key_id },
		{ "aud", &claims->host },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!get_text(claims->root, texts[i].name, texts[i].text))
			return malformed(claims, texts[i].name, "a text",
					 problem);
	}
	return ERROR_NONE;
}

static enum error read_times(struct claims *claims, struct problem *problem)
{
	static const char should[] = "a time in whole seconds since 1970";
	struct json_object *root = claims->root;

	if (!get_time(root, "iat", &claims->issued))
		return malformed(claims, "iat", should, problem);
	if (!get_time(root, "exp", &claims->expires))
		return malformed(claims, "exp", should, problem);
	claims->has_not_before = json_object_object_get_ex(root, "nbf", NULL);
	if (claims->has_not_before &&
	    !get_time(root, "nbf", &claims->not_before))
		return malformed(claims, "nbf", should, problem);
	return ERROR_NONE;
}

/* The payload has passed duplicates_check, which is strict. json-c's own strict
 * mode is of no use: that of 0.18 takes each byte above 0x7f for a control
 * character. */
static enum error parse(struct slice payload, struct claims *claims,
			struct problem *problem)
{
	struct json_tokener *tokener = json_tokener_new_ex(8);

	if (!tokener)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
	if (payload.length < INT_MAX)
		claims->root = json_tokener_parse_ex(tokener, payload.data,
						     (int)payload.length);
	json_tokener_free(tokener);
	if (!json_object_is_type(claims->root, json_type_object))
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "not a session token of R2: its payload "
				   "isn't a JSON object");
	return ERROR_NONE;
}

enum error claims_parse(struct slice payload, struct claims *claims,
			struct problem *problem)
{
	enum error error = duplicates_check(payload, "payload", problem);

	if (!error)
		error = parse(payload, claims, problem);
	if (!error)
		error = read_texts(claims, problem);
	if (!error)
		error = read_times(claims, problem);
	if (!error)
		error = read_scope(claims, problem);
	return error;
}

/* ---- names ---------------------------------------------------------------- */

const char *const claims_known[CLAIMS_KNOWN_COUNT] = {
	"bucket", "scope", "actions", "paths", "sub",
	"iss",    "aud",   "iat",     "exp",   "nbf",
};

bool claims_is_known(const char *name)
{
	for (size_t i = 0; i < CLAIMS_KNOWN_COUNT; i++) {
		if (strcmp(claims_known[i], name) == 0)
			return true;
	}
	return false;
}

void claims_free(struct claims *claims)
{
	json_object_put(claims->root);
}
