/*
 * method - what a presigned link is for.
 */
#ifndef MINTAGE_LIB_SIGN_METHOD_H
#define MINTAGE_LIB_SIGN_METHOD_H

#include "action.h"

/* What a presigned link is for. */
enum method {
	METHOD_NONE,
	METHOD_GET,
	METHOD_HEAD,
	METHOD_PUT,
	METHOD_DELETE,
	METHOD_COUNT
};

/* "GET" ...; the first is "". */
extern const char *const method_names[METHOD_COUNT];

/* The one action that a link of this method performs. */
abilities method_abilities(enum method method);

/* Upper case only, as the names are. On failure *problem says which there
 * are. */
enum error method_parse(struct slice text, const char *pointer,
			enum method *method,
			struct problem *problem) MUST_CHECK;

#endif
