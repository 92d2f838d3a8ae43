/*
 * manifest_json - entries as JSON: an array of them, or one a line (NDJSON).
 *
 * An entry is a key, or an object with `key` and what it sets apart from its
 * batch. What is wrong with an entry is a bad entry; what isn't JSON breaks
 * the manifest.
 */
#ifndef MINTAGE_LIB_MANIFEST_JSON_H
#define MINTAGE_LIB_MANIFEST_JSON_H

#include "manifest.h"

manifest_open_fn manifest_json_open;
manifest_next_fn manifest_json_next;
manifest_open_fn manifest_ndjson_open;
manifest_next_fn manifest_ndjson_next;

/* Does the first line begin an object with a member `key`? No other document
 * does. */
bool manifest_ndjson_likely(struct slice text);

/*
 * Values of JSON members, the same in an entry and in a request. `token` has
 * just been read from `json`; `pointer` goes into a problem as it is. After a
 * failure `json` may stand inside the value: json_leave it. Besides the errors
 * named: ERROR_BAD_VALUE for another type or a value out of range.
 */

/* A string, as json_unescape gives it; ERROR_MALFORMED for a lone surrogate. */
enum error manifest_json_text(const struct json *json, enum json_token token,
			      const char *pointer, char *scratch, size_t size,
			      struct slice *text,
			      struct problem *problem) MUST_CHECK;

/* An array of one or more of action_names, none twice, added to *actions.
 * ERROR_EMPTY, ERROR_DUPLICATE_FIELD, ERROR_MALFORMED (syntax). */
enum error manifest_json_actions(struct json *json, enum json_token token,
				 const char *pointer, abilities *actions,
				 struct problem *problem) MUST_CHECK;

/* Seconds: an integer from 1 to TTL_MAX, written without fraction, exponent
 * or quotes. */
enum error manifest_json_ttl(const struct json *json, enum json_token token,
			     const char *pointer, uint32_t *ttl,
			     struct problem *problem) MUST_CHECK;

#define MANIFEST_NAME_MAX 64

/* The name just read. One that is escaped goes to `scratch`; as written where
 * it does not fit or can't be read, since it is none of ours then. */
struct slice manifest_json_name(const struct json *json,
				char scratch[MANIFEST_NAME_MAX]);

/* ERROR_UNKNOWN_FIELD with "did you mean", for the name just read from `json`;
 * `names` are those there are. */
enum error manifest_json_unknown(const struct json *json, const char *pointer,
				 const char *const names[], size_t count,
				 struct problem *problem);

#endif
