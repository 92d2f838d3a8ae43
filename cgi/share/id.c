#include "id.h"

#include <sys/random.h>

#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"

#define RANDOM_BYTES 16

_Static_assert(BASE64URL_LENGTH(RANDOM_BYTES) == SHARE_SECRET_LENGTH,
	       "a secret is as long as its random bytes are");
_Static_assert(HEX_LENGTH(RANDOM_BYTES) == SHARE_ID_LENGTH,
	       "an id has as many bits as a secret");

bool share_id_make(char secret[SHARE_SECRET_LENGTH + 1])
{
	uint8_t random[RANDOM_BYTES];
	bool made = getrandom(random, sizeof(random), 0) == sizeof(random);

	if (made)
		secret[base64_url_encode(secret, random, sizeof(random))] =
			'\0';
	explicit_bzero(random, sizeof(random));
	return made;
}

bool share_id_of(struct slice secret, char id[SHARE_ID_LENGTH + 1])
{
	static const char purpose[] = "mintage share\n";
	uint8_t random[SHARE_SECRET_LENGTH], digest[DIGEST_SIZE];
	struct digest_sha256 hash;
	size_t length;

	if (secret.length != SHARE_SECRET_LENGTH ||
	    !base64_url_decode(random, &length, secret.data, secret.length))
		return false;
	digest_sha256_begin(&hash);
	digest_sha256_add(&hash, purpose, sizeof(purpose) - 1);
	digest_sha256_add(&hash, random, length);
	digest_sha256_end(&hash, digest);
	id[hex_encode(id, digest, RANDOM_BYTES)] = '\0';
	explicit_bzero(random, sizeof(random));
	explicit_bzero(&hash, sizeof(hash));
	return true;
}

bool share_id_is(struct slice text)
{
	return text.length == SHARE_ID_LENGTH &&
	       hex_is_lower(text.data, text.length);
}
