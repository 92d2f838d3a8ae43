/*
 * recorded - is all that an answer holds in the audit log, as it is? What the
 * log says of an issue is compared with each credential and link, and its digest
 * of all scopes, which audit/scopes.h describes, is made again from those.
 */
#ifndef MINTAGE_FUZZ_RECORDED_H
#define MINTAGE_FUZZ_RECORDED_H

#include "granted.h"

/* In how many orders two lists of paths are tried: those of this length. */
#define RECORDED_MERGED_MAX 10

/* What was found in the answer, as far as it was read. */
static struct {
	struct sha256_ctx hash;
	bool is_unsure; /* the digest can't be made, or was compared */
	bool is_vague;  /* of a link nobody knows the method */
	uint64_t differing;
	uint32_t reach;
	int64_t longest;
} recorded;

static inline void recorded_begin(void)
{
	memset(&recorded, 0, sizeof(recorded));
	sha256_init(&recorded.hash);
}

/* ---- the digest ----------------------------------------------------------- */

/* "object-read-only", or "PutObject,UploadPart". dst: 512 bytes. */
static inline void recorded_scope(const struct issued *issued, char *dst)
{
	size_t used = 0;

	dst[0] = '\0';
	for (size_t i = 0; i < RULES_COUNT(rules_permissions); i++) {
		if (!issued->has_actions &&
		    rules_permissions[i].may == issued->may)
			strcpy(dst, rules_permissions[i].name);
	}
	for (size_t i = 0; i < RULES_ACTION_COUNT && issued->has_actions; i++) {
		if (issued->may >> i & 1)
			used += (size_t)sprintf(dst + used, "%s%s",
						used ? "," : "",
						rules_actions[i]);
	}
	CHECK(dst[0] != '\0');
}

/* As a string of JSON, without the quotes. Returns the length. */
static inline size_t recorded_escape(struct slice text, char *dst)
{
	static const char from[] = "\b\t\n\f\r\"\\", to[] = "btnfr\"\\";
	size_t used = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		const char *found = c ? strchr(from, c) : NULL;

		if (found)
			used += (size_t)sprintf(dst + used, "\\%c",
						to[found - from]);
		else if ((unsigned char)c < 0x20)
			used += (size_t)sprintf(dst + used, "\\u%04x", c);
		else
			dst[used++] = c;
	}
	return used;
}

static inline void recorded_line(struct sha256_ctx *hash,
				 const struct issued *issued, const char *kind,
				 struct slice path)
{
	char scope[512], line[1024 + 6 * 1024];
	size_t used;

	CHECK(path.length <= 1024);
	recorded_scope(issued, scope);
	used = (size_t)snprintf(line, sizeof(line),
				"%s\t%s\t%" PRId64 "\t%s\t\"", issued->bucket,
				scope, issued->ttl, kind);
	used += recorded_escape(path, line + used);
	memcpy(line + used, "\"\n", 2);
	sha256_update(hash, used + 2, (const uint8_t *)line);
}

/* Is this what the log has? */
static inline bool recorded_is(const struct sha256_ctx *hash)
{
	struct sha256_ctx copy = *hash;
	uint8_t digest[32];
	char text[65];

	sha256_digest(&copy, 32, digest);
	codes_hex(digest, 32, text);
	return strcmp(text, granted.scopes) == 0;
}

static inline size_t recorded_length(json_object *paths)
{
	return paths ? json_object_array_length(paths) : 0;
}

static inline void recorded_path(struct sha256_ctx *hash,
				 const struct issued *issued, const char *kind,
				 json_object *paths, size_t number)
{
	json_object *one = json_object_array_get_idx(paths, number);

	recorded_line(hash, issued, kind,
		      slice_of(json_object_get_string(one),
			       (size_t)json_object_get_string_len(one)));
}

/* A credential does not say in which order its objects and prefixes were asked
 * for. Is one of the orders that of the log? */
static inline bool recorded_merged(const struct sha256_ctx *before,
				   const struct issued *issued, size_t objects,
				   size_t prefixes)
{
	struct sha256_ctx hash = *before;

	if (objects == recorded_length(issued->objects) &&
	    prefixes == recorded_length(issued->prefixes))
		return recorded_is(before);
	if (objects < recorded_length(issued->objects)) {
		recorded_path(&hash, issued, "object", issued->objects,
			      objects);
		if (recorded_merged(&hash, issued, objects + 1, prefixes))
			return true;
	}
	if (prefixes == recorded_length(issued->prefixes))
		return false;
	hash = *before;
	recorded_path(&hash, issued, "prefix", issued->prefixes, prefixes);
	return recorded_merged(&hash, issued, objects, prefixes + 1);
}

static inline void recorded_token_paths(const struct issued *issued)
{
	size_t objects = recorded_length(issued->objects);
	size_t prefixes = recorded_length(issued->prefixes);

	if (objects > 0 && prefixes > 0) {
		/* Only the one credential of an answer has several paths. */
		CHECK(granted.count == 1);
		CHECK(objects + prefixes > RECORDED_MERGED_MAX ||
		      recorded_merged(&recorded.hash, issued, 0, 0));
		recorded.is_unsure = true;
		return;
	}
	for (size_t i = 0; i < objects; i++)
		recorded_path(&recorded.hash, issued, "object", issued->objects,
			      i);
	for (size_t i = 0; i < prefixes; i++)
		recorded_path(&recorded.hash, issued, "prefix",
			      issued->prefixes, i);
	if (objects + prefixes == 0)
		recorded_line(&recorded.hash, issued, "bucket",
			      slice_of("", 0));
}

/* ---- what was issued ------------------------------------------------------ */

static inline void recorded_where(const struct issued *issued)
{
	const struct rules_account *account =
		rules_account(issued->parent->account);

	CHECK(account != NULL && strcmp(granted.account, account->id) == 0);
	CHECK(strcmp(granted.bucket, issued->bucket) == 0);
	CHECK(strcmp(granted.parent, issued->parent->access_key_id) == 0);
}

/* Where it is, and how it differs from what the log says of all. */
static inline void recorded_common(const struct issued *issued)
{
	char scope[512];

	recorded_where(issued);
	recorded_scope(issued, scope);
	if (strcmp(scope, granted.scope) == 0 && issued->ttl == granted.ttl)
		return;
	recorded.differing++;
	recorded.reach |= issued->may;
	if (issued->ttl > recorded.longest)
		recorded.longest = issued->ttl;
}

static inline void recorded_token(const struct issued *issued)
{
	recorded_common(issued);
	recorded_token_paths(issued);
}

static inline void recorded_link(const struct issued *issued)
{
	recorded_common(issued);
	recorded_line(&recorded.hash, issued, "object",
		      slice_of(issued->key, issued->key_length));
}

/* A link that needs headers which its format does not show. */
static inline void recorded_vague_link(void)
{
	recorded.is_unsure = true;
	recorded.is_vague = true;
}

/* Everything was found. */
static inline void recorded_check(void)
{
	CHECK(recorded.is_unsure || recorded_is(&recorded.hash));
	if (recorded.is_vague)
		return;
	CHECK(recorded.differing == granted.differing);
	CHECK(recorded.reach == granted.differing_reach);
	CHECK(recorded.longest == granted.differing_ttl);
}

/* What a redirect leads to is what its line says. */
static inline void recorded_redirect(const struct issued *issued)
{
	recorded_where(issued);
	CHECK(strcmp(granted.method, issued->method) == 0);
	CHECK(issued->ttl == granted.ttl);
	CHECK(slice_equal(slice_text(granted.key),
			  slice_of(issued->key, issued->key_length)));
}

#endif
