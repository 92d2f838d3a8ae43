/*
 * json_text - the text of a JSON string, decoded.
 */
#ifndef MINTAGE_LIB_BASE_JSON_TEXT_H
#define MINTAGE_LIB_BASE_JSON_TEXT_H

#include "json.h"
#include "problem.h"

/*
 * The text of the last string or name in UTF-8. Borrows the document where
 * nothing is escaped, else `scratch` of `size` bytes (text.length is enough).
 * ERROR_MALFORMED for a lone surrogate, ERROR_TOO_LARGE for text that does not
 * fit. \u0000 gives a NUL byte.
 */
enum error json_text_unescape(const struct json *json, char *scratch,
			      size_t size, struct slice *text) MUST_CHECK;

/* Say why json_text_unescape failed with `error`, as a problem at `pointer`.
 * Returns ERROR_MALFORMED for a lone surrogate, `error` for text that does not
 * fit. */
enum error json_text_problem(const struct json *json, enum error error,
			     const char *pointer, struct problem *problem);

#endif
