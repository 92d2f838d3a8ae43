/*
 * json_value - what the members of a JSON object may hold, the same in an entry
 * and in a request.
 *
 * `token` has just been read from `json`. `pointer` becomes the problem's
 * pointer as it is. After a failure `json` may stand inside the value: go on
 * with json_leave. Functions that check a value also return ERROR_BAD_VALUE
 * when it has another type or is out of range.
 */
#ifndef MINTAGE_LIB_MANIFEST_JSON_VALUE_H
#define MINTAGE_LIB_MANIFEST_JSON_VALUE_H

#include "entry.h"
#include "lib/base/json.h"
#include "names.h"

/* The type of the value that `token` begins, for messages: "a string", "null". */
const char *json_value_type(enum json_token token);

/* The text of a string, as json_text_unescape gives it. ERROR_MALFORMED for a
 * lone surrogate. */
enum error json_value_text(const struct json *json, enum json_token token,
			   const char *pointer, char *scratch, size_t size,
			   struct slice *text,
			   struct problem *problem) MUST_CHECK;

/* The text of a number as written. Empty for any other type, so that the check
 * of the number fails. */
struct slice json_value_number(const struct json *json, enum json_token token);

/* The text of an object, from its { to its }, whatever its members are.
 * ERROR_MALFORMED (syntax). */
enum error json_value_object(struct json *json, enum json_token token,
			     const char *pointer, struct slice *text,
			     struct problem *problem) MUST_CHECK;

/* An array of one or more of action_names, none of them twice, which are added
 * to *actions. ERROR_EMPTY, ERROR_DUPLICATE_FIELD, ERROR_MALFORMED (syntax). */
enum error json_value_actions(struct json *json, enum json_token token,
			      const char *pointer, abilities *actions,
			      struct problem *problem) MUST_CHECK;

/* A length of time, from 1 second to TTL_LINK_MAX: a number of seconds without
 * fraction or exponent, or a string such as "1h", which duration_read accepts.
 * A string has a unit: "900" is refused, as Cloudflare's API refuses it. */
enum error json_value_ttl(const struct json *json, enum json_token token,
			  const char *pointer, uint32_t *ttl,
			  struct problem *problem) MUST_CHECK;

/* Bytes. No member that is known here or looked for has a longer name. */
#define JSON_VALUE_NAME_MAX MANIFEST_NAME_MAX

/* The member's name that was just read. It borrows `scratch` if it is escaped.
 * A name that does not fit or can't be unescaped is given as it is written,
 * since no known name is written like that. */
struct slice json_value_name(const struct json *json,
			     char scratch[JSON_VALUE_NAME_MAX]);

/* ERROR_UNKNOWN_FIELD with "did you mean", for the name that was just read from
 * `json`; `names` are the `count` known ones. */
enum error json_value_unknown(const struct json *json, const char *pointer,
			      const char *const names[], size_t count,
			      struct problem *problem);

#endif
