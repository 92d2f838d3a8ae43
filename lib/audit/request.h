/*
 * request - who asked: what all lines of one request have in common.
 */
#ifndef MINTAGE_LIB_AUDIT_REQUEST_H
#define MINTAGE_LIB_AUDIT_REQUEST_H

#include <stdbool.h>

#include "lib/base/error.h"

#define REQUEST_ID_LENGTH 32

/* All borrowed. Texts may be NULL. */
struct audit_request {
	char id[REQUEST_ID_LENGTH + 1];
	const char *caller; /* name of its section; "owner" at a prompt */
	const char *user;   /* REMOTE_USER */
	const char *remote; /* address */
	const char *route;  /* "single", "batch", "presigned-urls" ... */
};

/* Make 128 random bits in hexadecimal, terminated. False when the kernel has
 * none. */
bool audit_request_id(char id[REQUEST_ID_LENGTH + 1]) MUST_CHECK;

#endif
