#include "digest.h"

#include <nettle/memops.h>
#include <nettle/version.h>
#include <string.h>

/* nettle 4 dropped the length argument of the digest functions. */
#if NETTLE_VERSION_MAJOR >= 4
#define FINISH_SHA256(state, out) sha256_digest((state), (out))
#define FINISH_HMAC(state, out) hmac_sha256_digest((state), (out))
#define FINISH_MD5(state, out) md5_digest((state), (out))
#define FINISH_HMAC_SHA1(state, out) hmac_sha1_digest((state), (out))
#else
#define FINISH_SHA256(state, out) sha256_digest((state), DIGEST_SIZE, (out))
#define FINISH_HMAC(state, out) hmac_sha256_digest((state), DIGEST_SIZE, (out))
#define FINISH_MD5(state, out) md5_digest((state), DIGEST_MD5_SIZE, (out))
#define FINISH_HMAC_SHA1(state, out) \
	hmac_sha1_digest((state), DIGEST_SHA1_SIZE, (out))
#endif

void digest_sha256_begin(struct digest_sha256 *hash)
{
	sha256_init(&hash->state);
}

void digest_sha256_add(struct digest_sha256 *hash, const void *data,
		       size_t length)
{
	sha256_update(&hash->state, length, data);
}

void digest_sha256_end(struct digest_sha256 *hash, uint8_t out[DIGEST_SIZE])
{
	FINISH_SHA256(&hash->state, out);
}

void digest_sha256(const void *data, size_t length, uint8_t out[DIGEST_SIZE])
{
	struct digest_sha256 hash;

	digest_sha256_begin(&hash);
	digest_sha256_add(&hash, data, length);
	digest_sha256_end(&hash, out);
	/* What was hashed, such as a token, stands in its block. */
	explicit_bzero(&hash, sizeof(hash));
}

void digest_hmac_begin(struct digest_hmac *hmac, const void *key, size_t length)
{
	hmac_sha256_set_key(&hmac->state, length, key);
}

void digest_hmac_add(struct digest_hmac *hmac, const void *data, size_t length)
{
	hmac_sha256_update(&hmac->state, length, data);
}

void digest_hmac_end(struct digest_hmac *hmac, uint8_t out[DIGEST_SIZE])
{
	FINISH_HMAC(&hmac->state, out);
}

void digest_hmac(const void *key, size_t key_length, const void *data,
		 size_t length, uint8_t out[DIGEST_SIZE])
{
	struct digest_hmac hmac;

	digest_hmac_begin(&hmac, key, key_length);
	digest_hmac_add(&hmac, data, length);
	digest_hmac_end(&hmac, out);
	explicit_bzero(&hmac, sizeof(hmac));
}

void digest_md5_begin(struct digest_md5 *hash)
{
	md5_init(&hash->state);
}

void digest_md5_add(struct digest_md5 *hash, const void *data, size_t length)
{
	md5_update(&hash->state, length, data);
}

void digest_md5_end(struct digest_md5 *hash, uint8_t out[DIGEST_MD5_SIZE])
{
	FINISH_MD5(&hash->state, out);
	explicit_bzero(hash, sizeof(*hash));
}

void digest_hmac_sha1_begin(struct digest_hmac_sha1 *hmac, const void *key,
			    size_t length)
{
	hmac_sha1_set_key(&hmac->state, length, key);
}

void digest_hmac_sha1_add(struct digest_hmac_sha1 *hmac, const void *data,
			  size_t length)
{
	hmac_sha1_update(&hmac->state, length, data);
}

void digest_hmac_sha1_end(struct digest_hmac_sha1 *hmac,
			  uint8_t out[DIGEST_SHA1_SIZE])
{
	FINISH_HMAC_SHA1(&hmac->state, out);
	explicit_bzero(hmac, sizeof(*hmac));
}

bool digest_equal(const void *a, const void *b, size_t length)
{
	return memeql_sec(a, b, length) != 0;
}
