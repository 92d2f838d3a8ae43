#include "scopes.h"

#include <stdio.h>

#include "lib/base/escape.h"
#include "lib/sign/key.h"

void audit_scopes_begin(struct audit_scopes *scopes, struct slice bucket)
{
	*scopes = (struct audit_scopes){ .bucket = bucket };
	digest_sha256_begin(&scopes->hash);
}

/* Make "BUCKET TAB SCOPE TAB TTL TAB", which stays until the scope changes. */
static void make_head(struct audit_scopes *scopes, const struct scope *scope)
{
	char text[SCOPE_TEXT_MAX];
	int length;

	scope_text(scope, text);
	length = snprintf(scopes->head, sizeof(scopes->head), "%.*s\t%s\t%u\t",
			  (int)scopes->bucket.length, scopes->bucket.data, text,
			  scope->ttl);
	scopes->head_length = length > 0 ? (size_t)length : 0;
	scopes->scope = *scope;
}

void audit_scopes_add(struct audit_scopes *scopes, const struct scope *scope,
		      const char *kind, struct slice path)
{
	char line[sizeof(scopes->head) + 16 + ESCAPE_GROWTH * KEY_MAX];
	struct slice word = slice_text(kind);
	size_t n;

	if (scopes->head_length == 0 || !scope_same(scope, &scopes->scope))
		make_head(scopes, scope);
	n = scopes->head_length;
	memcpy(line, scopes->head, n);
	memcpy(line + n, word.data, word.length);
	n += word.length;
	line[n++] = '\t';
	line[n++] = '"';
	n += escape_json(line + n, path.data, path.length);
	line[n++] = '"';
	line[n++] = '\n';
	digest_sha256_add(&scopes->hash, line, n);
}

void audit_scopes_end(struct audit_scopes *scopes, uint8_t out[DIGEST_SIZE])
{
	digest_sha256_end(&scopes->hash, out);
}
