/*
 * json - a strict pull reader over a document in memory (RFC 8259).
 *
 * Our own, because a batch must not become a tree: it allocates nothing,
 * remembers only where it is, and can be copied to come back to a place. It
 * accepts what RFC 8259 does and nothing more; a string must be UTF-8.
 */
#ifndef MINTAGE_LIB_BASE_JSON_H
#define MINTAGE_LIB_BASE_JSON_H

#include "buffer.h"

#define JSON_DEPTH_MAX 64

enum json_token {
	JSON_END, /* the document is complete, nothing follows */
	JSON_BAD, /* syntax; see json_problem */
	JSON_NULL,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NUMBER, /* text: as written */
	JSON_STRING, /* text: between the quotes, as written */
	JSON_NAME,   /* a member's name, likewise */
	JSON_ARRAY,  /* [ */
	JSON_ARRAY_END,
	JSON_OBJECT, /* { */
	JSON_OBJECT_END,
};

/* A value: copying it saves the place. */
struct json {
	const char *start;
	const char *next;
	const char *end;
	uint64_t lines_before; /* of the text that this is a part of */
	struct slice text;     /* of the last string, name or number */
	bool escaped;          /* text holds a backslash: json_unescape it */
	const char *wrong;     /* after JSON_BAD: what, as a constant text */
	unsigned depth;
	uint8_t expect;   /* internal: what may come next */
	uint64_t objects; /* internal: bit per level, 1 = object */
};

/* Begin a document. Skips a byte order mark. Borrows `text`. */
void json_begin(struct json *json, struct slice text);

/* The next token. JSON_BAD and JSON_END repeat. */
enum json_token json_next(struct json *json);

/* Having just read `token`, read on to the end of the value it begins, or
 * which it names (checking its syntax). False after JSON_BAD. */
bool json_skip(struct json *json, enum json_token token) MUST_CHECK;

/* Read on until only `depth` arrays and objects are open, for whoever noted
 * json->depth and gave up somewhere inside. False after JSON_BAD. */
bool json_leave(struct json *json, unsigned depth) MUST_CHECK;

/*
 * The text of the last string or name in UTF-8. Borrows the document where
 * nothing is escaped, else `scratch` of `size` bytes (text.length is enough).
 * ERROR_MALFORMED for a lone surrogate, ERROR_TOO_LARGE for text that does not
 * fit. \u0000 gives a NUL byte.
 */
enum error json_unescape(const struct json *json, char *scratch, size_t size,
			 struct slice *text) MUST_CHECK;

/* After json_unescape failed: why, as a problem at `pointer`, ERROR_MALFORMED
 * for a lone surrogate and `error` for text that does not fit. */
enum error json_text_problem(const struct json *json, enum error error,
			     const char *pointer, struct problem *problem);

/* After JSON_BAD: "line 3, column 17: expected ',' or ']'" as a problem with
 * ERROR_MALFORMED. */
enum error json_problem(const struct json *json, struct problem *problem);

#endif
