/*
 * digest - the only door to nettle: SHA-256 and HMAC-SHA256 whose states can
 * be copied, and a comparison that takes the same time for every outcome.
 *
 * The states are plain values: `copy = *state` gives an independent one, which
 * is how a batch hashes its constant beginning once.
 * FIPS 180-4, RFC 2104, RFC 4231. Works with nettle 3 and 4.
 */
#ifndef MINTAGE_LIB_BASE_DIGEST_H
#define MINTAGE_LIB_BASE_DIGEST_H

#include <nettle/hmac.h>
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
/* Ends the hash; begin again before another use. */
void digest_sha256_end(struct digest_sha256 *hash, uint8_t out[DIGEST_SIZE]);

/* All in one. */
void digest_sha256(const void *data, size_t length, uint8_t out[DIGEST_SIZE]);

/* The key may be wiped by the caller afterwards. */
void digest_hmac_begin(struct digest_hmac *hmac, const void *key,
		       size_t length);
void digest_hmac_add(struct digest_hmac *hmac, const void *data, size_t length);
/* Ends the message; the key stays, so that the next message may be added. */
void digest_hmac_end(struct digest_hmac *hmac, uint8_t out[DIGEST_SIZE]);

/* All in one. */
void digest_hmac(const void *key, size_t key_length, const void *data,
		 size_t length, uint8_t out[DIGEST_SIZE]);

/* Equal bytes, in time that depends on `length` alone. */
bool digest_equal(const void *a, const void *b, size_t length);

#endif
