/*
 * digest - the only door to nettle: SHA-256 and HMAC-SHA256 whose states can
 * be copied, the older digests of other programs' links, and a comparison that
 * takes the same time for every outcome.
 *
 * The states are plain values: `copy = *state` gives an independent one, which
 * is how a batch hashes its constant beginning once.
 * FIPS 180-4, RFC 2104, RFC 4231. Works with nettle 3 and 4.
 */
#ifndef MINTAGE_LIB_BASE_DIGEST_H
#define MINTAGE_LIB_BASE_DIGEST_H

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32

struct digest_sha256 {
	struct sha256_ctx state;
};

struct digest_hmac {
	struct hmac_sha256_ctx state;
};

void digest_sha256_begin(struct digest_sha256 *hash);
void digest_sha256_add(struct digest_sha256 *hash, const void *data,
		       size_t length);
/* Writes the hash. Begin again before the next use. */
void digest_sha256_end(struct digest_sha256 *hash, uint8_t out[DIGEST_SIZE]);

/* Begin, add and end in one call. */
void digest_sha256(const void *data, size_t length, uint8_t out[DIGEST_SIZE]);

/* Keeps no reference to the key, so the caller may wipe it afterwards. */
void digest_hmac_begin(struct digest_hmac *hmac, const void *key,
		       size_t length);
void digest_hmac_add(struct digest_hmac *hmac, const void *data, size_t length);
/* Writes the code of the message. The key stays for a next message. */
void digest_hmac_end(struct digest_hmac *hmac, uint8_t out[DIGEST_SIZE]);

/* Begin, add and end in one call. */
void digest_hmac(const void *key, size_t key_length, const void *data,
		 size_t length, uint8_t out[DIGEST_SIZE]);

/* ---- only to verify links that other programs make ------------------------ */

#define DIGEST_MD5_SIZE 16
#define DIGEST_SHA1_SIZE 20

struct digest_md5 {
	struct md5_ctx state;
};

struct digest_hmac_sha1 {
	struct hmac_sha1_ctx state;
};

/* As their namesakes above, but each end wipes the state, because it holds a
 * secret. */
void digest_md5_begin(struct digest_md5 *hash);
void digest_md5_add(struct digest_md5 *hash, const void *data, size_t length);
void digest_md5_end(struct digest_md5 *hash, uint8_t out[DIGEST_MD5_SIZE]);

void digest_hmac_sha1_begin(struct digest_hmac_sha1 *hmac, const void *key,
			    size_t length);
void digest_hmac_sha1_add(struct digest_hmac_sha1 *hmac, const void *data,
			  size_t length);
void digest_hmac_sha1_end(struct digest_hmac_sha1 *hmac,
			  uint8_t out[DIGEST_SHA1_SIZE]);

/* Compares bytes in a time that depends on `length` only. */
bool digest_equal(const void *a, const void *b, size_t length);

#endif
