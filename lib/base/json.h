/*
 * json - a strict pull reader over a document in memory (RFC 8259).
 *
 * A library would turn a batch into a tree. This reader allocates nothing and
 * remembers only where it is; a copy of it can come back to that place. It
 * accepts what RFC 8259 does and nothing more. Strings must be UTF-8.
 */
#ifndef MINTAGE_LIB_BASE_JSON_H
#define MINTAGE_LIB_BASE_JSON_H

#include "buffer.h"

#define JSON_DEPTH_MAX 64

enum json_token {
	JSON_END, /* the document is complete, nothing follows */
	JSON_BAD, /* a syntax error; see json_problem */
	JSON_NULL,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NUMBER, /* text: as written */
	JSON_STRING, /* text: what stands between the quotes */
	JSON_NAME,   /* of a member; text: as of a string */
	JSON_ARRAY,  /* [ */
	JSON_ARRAY_END,
	JSON_OBJECT, /* { */
	JSON_OBJECT_END,
};

/* Plain values: a copy stays at its place. */
struct json {
	const char *start;
	const char *next;
	const char *end;
	uint64_t lines_before; /* `start` in the text that holds it */
	struct slice text;     /* of the last string, name or number */
	bool escaped;      /* text has a backslash: use json_text_unescape */
	const char *wrong; /* after JSON_BAD: what is wrong, constant */
	unsigned depth;
	uint8_t expect;   /* internal: what may come next */
	uint64_t objects; /* internal: bit per level, 1 = object */
};

/* Begin a document, behind a byte order mark if it has one. Borrows `text`. */
void json_begin(struct json *json, struct slice text);

/* Read the next token. After JSON_BAD or JSON_END it is the same again. */
enum json_token json_next(struct json *json);

/* After `token` was read, read to the end of the value that it begins or names.
 * False after JSON_BAD. */
bool json_skip(struct json *json, enum json_token token) MUST_CHECK;

/* Read on until only `depth` arrays and objects are open. It is for a caller
 * that noted json->depth and gave up somewhere inside. False after JSON_BAD. */
bool json_leave(struct json *json, unsigned depth) MUST_CHECK;

/* Say what is wrong after JSON_BAD, as "line 3, column 17: expected ',' or
 * ']'". Returns ERROR_MALFORMED. */
enum error json_problem(const struct json *json, struct problem *problem);

#endif
