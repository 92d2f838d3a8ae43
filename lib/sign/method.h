/*
 * method - the HTTP methods that presigned links can have.
 */
#ifndef MINTAGE_LIB_SIGN_METHOD_H
#define MINTAGE_LIB_SIGN_METHOD_H

#include "action.h"

enum method {
	METHOD_NONE,
	METHOD_GET,
	METHOD_HEAD,
	METHOD_PUT,
	METHOD_DELETE,
	METHOD_COUNT
};

/* The names by enum method: "" for METHOD_NONE, then "GET" and so on. */
extern const char *const method_names[METHOD_COUNT];

/* The one action that a link of this method performs; none for METHOD_NONE. */
abilities method_abilities(enum method method);

/* Find a method by its name in upper case. ERROR_BAD_VALUE at `pointer` when
 * there is none; the message says which there
 * are. */
enum error method_parse(struct slice text, const char *pointer,
			enum method *method,
			struct problem *problem) MUST_CHECK;

#endif
