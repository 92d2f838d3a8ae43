/*
 * scopes - the digest in a record, which says for each entry what it may do.
 *
 * It is the SHA-256 of one line for each entry, in order:
 *   BUCKET TAB SCOPE TAB TTL TAB ("object" or "prefix" or "bucket")
 *   TAB PATH-AS-JSON-STRING LF
 * where SCOPE is what scope_text writes. A single credential has one line for
 * each of its paths.
 */
#ifndef MINTAGE_LIB_AUDIT_SCOPES_H
#define MINTAGE_LIB_AUDIT_SCOPES_H

#include "lib/base/digest.h"
#include "lib/sign/scope.h"

struct audit_scopes {
	struct digest_sha256 hash;
	char head[512]; /* the beginning of a line with `scope` */
	size_t head_length;
	struct scope scope;
	struct slice bucket;
};

/* Borrows `bucket` until the end. */
void audit_scopes_begin(struct audit_scopes *scopes, struct slice bucket);

/* Add a line. `kind` is one of the three words above. `path` has KEY_MAX bytes
 * at most, and is empty for "bucket". */
void audit_scopes_add(struct audit_scopes *scopes, const struct scope *scope,
		      const char *kind, struct slice path);

void audit_scopes_end(struct audit_scopes *scopes, uint8_t out[DIGEST_SIZE]);

#endif
