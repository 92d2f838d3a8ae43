#include "keyed.h"

#include <string.h>

#include "hex.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void keyed_aws4_begin(struct digest_hmac *hmac, struct slice secret)
{
	char key[4 + 256] = "AWS4";
	size_t length = secret.length < 256 ? secret.length : 256;

	memcpy(key + 4, secret.data, length);
	digest_hmac_begin(hmac, key, 4 + length);
	explicit_bzero(key, sizeof(key));
}

void keyed_begin(struct keyed *keyed, struct slice text)
{
	digest_hmac_begin(&keyed->hmac, text.data, text.length);
	keyed_aws4_begin(&keyed->aws4, text);
	digest_hmac_sha1_begin(&keyed->hmac_sha1, text.data, text.length);
	keyed->length = text.length;
	keyed->is_blank_edged = is_blank(text.data[0]) ||
				is_blank(text.data[text.length - 1]);
	keyed->is_hex = hex_is_lower(text.data, text.length);
	keyed->text_length = text.length;
	memcpy(keyed->text, text.data, text.length);
}

void keyed_drop_text(struct keyed *keyed)
{
	explicit_bzero(keyed->text, sizeof(keyed->text));
	keyed->text_length = 0;
}

/* Write the code of an empty text: keys that differ give different ones. */
static void identify(const struct keyed *keyed, uint8_t code[DIGEST_SIZE])
{
	struct digest_hmac hmac = keyed->hmac;

	digest_hmac_end(&hmac, code);
	explicit_bzero(&hmac, sizeof(hmac));
}

bool keyed_is_same(const struct keyed *a, const struct keyed *b)
{
	uint8_t code_a[DIGEST_SIZE], code_b[DIGEST_SIZE];
	bool is_same;

	identify(a, code_a);
	identify(b, code_b);
	is_same = digest_equal(code_a, code_b, DIGEST_SIZE);
	explicit_bzero(code_a, sizeof(code_a));
	explicit_bzero(code_b, sizeof(code_b));
	return is_same;
}

void keyed_wipe(struct keyed *keyed)
{
	explicit_bzero(keyed, sizeof(*keyed));
}
