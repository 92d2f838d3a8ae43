/*
 * mint - R2 temporary credentials by local signing: the hot path.
 *
 * Cloudflare docs, r2/api/s3/temporary-credentials. A token is a JWT (RFC
 * 7515, HS256) whose claims come in this order: bucket, scope or actions, sub,
 * iss, aud, iat, exp, paths. Everything before the key is the same for a whole
 * batch; mint_begin encodes and hashes it once and mint_one adds its own end
 * to copies of those states. No heap, no stdio, no other library.
 */
#ifndef MINTAGE_LIB_SIGN_MINT_H
#define MINTAGE_LIB_SIGN_MINT_H

#include "key.h"
#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "scope.h"
#include "secret.h"

/* What is the same for every credential of a batch. All borrowed, and read by
 * mint_begin only. */
struct mint_claims {
	struct slice bucket;
	struct scope scope;         /* settled */
	struct slice account_id;    /* sub */
	struct slice access_key_id; /* iss */
	struct slice host;          /* aud */
	int64_t issued;             /* iat, Unix seconds; exp is + ttl */
};

/* What follows a batch's constant beginning. */
enum mint_kind {
	MINT_OBJECT, /* mint_one: the key of one object */
	MINT_PREFIX, /* mint_one: one prefix */
	MINT_FREE,   /* mint_paths: any paths, or the whole bucket */
};

/*
 * Longest constant part: bucket 63, every action, ids 64, host 255. The texts
 * of a key of KEY_MAX bytes, each \u00xx, and the brackets around it.
 */
#define MINT_BEGINNING_MAX 1023
#define MINT_TAIL_MAX (6 * KEY_MAX + 63)
#define MINT_JWT_HEADER_LENGTH 37 /* with its dot */
#define MINT_SIGNATURE_LENGTH 44  /* with its dot */
#define MINT_JWT_TAIL_MAX \
	(BASE64URL_LENGTH(MINT_TAIL_MAX) + MINT_SIGNATURE_LENGTH)
#define MINT_JWT_BEGINNING_MAX \
	(4 + MINT_JWT_HEADER_LENGTH + BASE64URL_LENGTH(MINT_BEGINNING_MAX))
#define MINT_TOKEN_MAX BASE64_LENGTH(MINT_JWT_BEGINNING_MAX + MINT_JWT_TAIL_MAX)
#define MINT_SECRET_LENGTH 64

/* Holds secrets: end with mint_end. */
struct mint {
	struct digest_hmac hmac;      /* over what of the JWT is constant */
	struct digest_sha256 hash;    /* likewise */
	struct digest_hmac hmac_copy; /* of the credential being made */
	struct digest_sha256 hash_copy;
	enum mint_kind kind;
	/* Bytes of the constant part that don't fill a base64 group wait at
	 * the head of `tail` and `jwt`. */
	size_t tail_carried;
	size_t jwt_carried;
	size_t token_constant; /* characters of `token` */
	size_t token_length;
	size_t tail_most;            /* what was written of the arrays below */
	uint8_t digest[DIGEST_SIZE]; /* last the secret, in binary */
	char secret[MINT_SECRET_LENGTH];
	char token[MINT_TOKEN_MAX];
	char tail[MINT_TAIL_MAX + 3]; /* work space */
	char jwt[MINT_JWT_TAIL_MAX + 3];
};

/*
 * Prepare a batch. ERROR_INTERNAL when the constant part is longer than
 * MINT_BEGINNING_MAX (no configuration gets there).
 */
enum error mint_begin(struct mint *mint, enum mint_kind kind,
		      const struct mint_claims *claims,
		      const struct secret *secret) MUST_CHECK;

/*
 * One credential for `path` (1 to KEY_MAX bytes of UTF-8, as key_check says).
 * Leaves mint->token (token_length characters) and mint->secret; both stand
 * until the next call. accessKeyId is the parent's.
 */
void mint_one(struct mint *mint, struct slice path);

/* The size of mint_paths' `room` for paths of together `length` bytes. */
size_t mint_paths_size(size_t length);

/*
 * One credential for many paths, or with neither for the whole bucket. What
 * stands between the brackets of a JSON array is passed in: "\"a\",\"b\"" or
 * "". Returns the token, inside `room` (which the caller wipes); sets
 * mint->secret. For MINT_FREE only.
 */
struct slice mint_paths(struct mint *mint, struct slice prefixes,
			struct slice objects, char *room);

/* Wipe all that was written of it; before it is begun anew, too. */
void mint_end(struct mint *mint);

#endif
