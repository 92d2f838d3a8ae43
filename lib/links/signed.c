#include "signed.h"

#include <string.h>

#include "lib/base/base64.h"
#include "lib/base/decimal.h"
#include "lib/base/escape.h"
#include "link.h"
#include "part.h"

/* The code over the key and the digits of the time. */
static void compute(const struct digest_hmac *start, struct slice key,
		    struct slice digits, uint8_t code[DIGEST_SIZE])
{
	struct digest_hmac hmac = *start;

	digest_hmac_add(&hmac, key.data, key.length);
	digest_hmac_add(&hmac, "\n", 1);
	digest_hmac_add(&hmac, digits.data, digits.length);
	digest_hmac_end(&hmac, code);
	explicit_bzero(&hmac, sizeof(hmac));
}

void links_signed_begin(struct link_signer *signer, const struct keyed *secret)
{
	signer->start = secret->hmac;
	digest_hmac_add(&signer->start, "/", 1);
}

static char *append(char *dst, const char *text)
{
	size_t length = strlen(text);

	memcpy(dst, text, length);
	return dst + length;
}

size_t links_signed_make(const struct link_signer *signer, struct slice key,
			 int64_t expires, char *dst)
{
	uint8_t code[DIGEST_SIZE];
	char *end = dst;
	struct slice digits;

	end += escape_url_path(end, key.data, key.length);
	end = append(end, "?expires=");
	digits = slice_of(end, decimal_write(end, (uint64_t)expires));
	end = append(end + digits.length, "&signature=");
	compute(&signer->start, key, digits, code);
	end += base64_url_encode(end, code, sizeof(code));
	explicit_bzero(code, sizeof(code));
	return (size_t)(end - dst);
}

void links_signed_end(struct link_signer *signer)
{
	explicit_bzero(signer, sizeof(*signer));
}

static size_t count_arguments(struct slice query)
{
	struct slice one;
	size_t count = 0;

	while (slice_split(&query, '&', &one))
		count++;
	return count;
}

static enum link_verdict verify(const struct link_rules *rules,
				const struct link_shown *shown,
				struct link_right *right)
{
	static const struct slice expires_name = SLICE("expires");
	static const struct slice signature_name = SLICE("signature");
	struct slice digits, signature;
	uint8_t code[DIGEST_SIZE];
	struct link_signer signer;
	bool is_right;

	if (!links_part_argument(shown->query, expires_name, &digits) ||
	    !links_part_argument(shown->query, signature_name, &signature) ||
	    !links_part_expires(digits, &right->expires) ||
	    count_arguments(shown->query) != 2)
		return LINK_BAD;
	links_signed_begin(&signer, rules->secret);
	compute(&signer.start, shown->decoded, digits, code);
	links_signed_end(&signer);
	is_right = links_part_is_base64(signature, code, sizeof(code));
	explicit_bzero(code, sizeof(code));
	if (!is_right)
		return LINK_BAD;
	right->key = shown->decoded;
	return right->expires < shown->now ? LINK_OVER : LINK_GOOD;
}

const struct link_kind links_signed_kind = {
	.name = "signed",
	.verify = verify,
};
