/*
 * request - who asked: what all lines of one request have in common.
 */
#ifndef MINTAGE_LIB_AUDIT_REQUEST_H
#define MINTAGE_LIB_AUDIT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Random bytes for the ids of several requests, so that not each of them asks
 * the kernel. Begins as {0}. After a fork, only one of the two processes may go
 * on with it, or both would make the same ids. */
struct audit_ids {
	uint8_t random[256]; /* as much as getrandom gives without interruption */
	size_t left; /* bytes at the end of `random` that were not used */
};

/* Make 128 random bits in hexadecimal, terminated. False when the kernel has
 * none. */
bool audit_request_id(struct audit_ids *ids,
		      char id[REQUEST_ID_LENGTH + 1]) MUST_CHECK;

#endif
