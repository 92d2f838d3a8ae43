/*
 * mint - R2 temporary credentials by local signing: the hot path.
 *
 * Cloudflare docs, r2/api/s3/temporary-credentials. A token is a JWT (RFC
 * 7515, HS256) whose claims come in this order: bucket, scope or actions, sub,
 * iss, aud, iat, exp, paths. All claims but the last are the same for a whole
 * batch. mint_begin encodes and hashes them once; mint_one adds an end to a
 * copy of those states. Nothing here allocates, or uses stdio or another
 * library.
 */
#ifndef MINTAGE_LIB_SIGN_MINT_H
#define MINTAGE_LIB_SIGN_MINT_H

#include "key.h"
#include "lib/base/base64.h"
#include "lib/base/keyed.h"
#include "scope.h"

/* What is the same for every credential of a batch. mint_begin borrows it, and
 * nothing later does. */
struct mint_claims {
	struct slice bucket;
	struct scope scope;         /* after scope_settle */
	struct slice account_id;    /* sub */
	struct slice access_key_id; /* iss */
	struct slice host;          /* aud */
	int64_t issued;             /* iat, Unix seconds; exp is + ttl */
};

/* What each credential of a batch adds to the constant beginning. */
enum mint_kind {
	MINT_OBJECT, /* mint_one: the key of one object */
	MINT_PREFIX, /* mint_one: one prefix */
	MINT_FREE,   /* mint_paths: any paths, or the whole bucket */
};

/*
 * The constant beginning is longest with a bucket of 63 characters, every
 * action, ids of 64 and a host of 255. The tail is longest with a key of
 * KEY_MAX bytes that are all written as \u00xx; 63 bytes stand around the key.
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

/* It holds secrets, which mint_end wipes. */
struct mint {
	struct digest_hmac hmac;      /* of the constant beginning of the JWT */
	struct digest_sha256 hash;    /* of the same */
	struct digest_hmac hmac_copy; /* of the credential being made */
	struct digest_sha256 hash_copy;
	enum mint_kind kind;
	/* The last bytes of the constant beginning, which don't fill a group of
	 * base64, are kept at the head of `tail` and `jwt`. */
	size_t tail_carried;
	size_t jwt_carried;
	size_t token_constant; /* characters of `token` that never change */
	size_t token_length;
	size_t tail_most;            /* most bytes of `tail` written so far */
	uint8_t digest[DIGEST_SIZE]; /* the last secret, in binary */
	char secret[MINT_SECRET_LENGTH];
	char token[MINT_TOKEN_MAX];
	char tail[MINT_TAIL_MAX + 3]; /* scratch, as is the next */
	char jwt[MINT_JWT_TAIL_MAX + 3];
};

/*
 * Prepare a batch. The caller ends it with mint_end, and does so before it
 * begins another with the same struct. ERROR_INTERNAL when the constant
 * beginning is longer than MINT_BEGINNING_MAX, which no configuration causes.
 */
enum error mint_begin(struct mint *mint, enum mint_kind kind,
		      const struct mint_claims *claims,
		      const struct keyed *secret) MUST_CHECK;

/*
 * Make one credential for `path`, which has passed key_check. It is left in
 * mint->token (token_length characters) and mint->secret until the next call.
 * Its accessKeyId is that of the parent. Not for MINT_FREE.
 */
void mint_one(struct mint *mint, struct slice path);

/* The size of the scratch that mint_paths needs for lists of together `length`
 * bytes. */
size_t mint_paths_size(size_t length);

/*
 * Make one credential for many paths, or for the whole bucket when both lists
 * are empty. A list is what stands between the brackets of a JSON array:
 * "\"a\",\"b\"" or "". Returns the token, which lies in `scratch`; the caller
 * wipes that. Sets mint->secret. For MINT_FREE only.
 */
struct slice mint_paths(struct mint *mint, struct slice prefixes,
			struct slice objects, char *scratch);

/* Wipe all that was written of *mint. */
void mint_end(struct mint *mint);

#endif
