/*
 * secure - links of nginx's secure_link_secret: MD5HEX/KEY, which never expire.
 *   MD5HEX = hex MD5(REST secret)
 * REST is what follows the "/" behind the code, as the client sent it: percent-
 * encoded, and with its query. nginx's ngx_http_secure_link_module, which takes
 * a code in capitals too.
 */
#include "lib/base/digest.h"
#include "lib/base/hex.h"
#include "link.h"
#include "part.h"

/* Does `sent` decode to `key`? Where nobody knows what was sent, it is the key
 * once more, and a "%" in it is not the one that the link's maker wrote. */
static bool is_sent(struct slice sent, struct slice key)
{
	size_t at = 0;

	for (size_t i = 0; i < sent.length; i++, at++) {
		int high, low;
		char c = sent.data[i];

		if (c == '%') {
			if (sent.length - i < 3)
				return false;
			high = hex_digit_value(sent.data[i + 1]);
			low = hex_digit_value(sent.data[i + 2]);
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (at == key.length || key.data[at] != c)
			return false;
	}
	return at == key.length;
}

static enum link_verdict verify(const struct link_rules *rules,
				const struct link_shown *shown,
				struct link_right *right)
{
	struct slice rest = shown->sent, key = shown->decoded, mac, same;
	uint8_t code[DIGEST_MD5_SIZE];
	struct digest_md5 hash;

	/* A code that is sent percent-encoded is refused: it would have another
	 * length. */
	if (!links_part_segment(&rest, HEX_LENGTH(sizeof(code)), &mac) ||
	    !links_part_segment(&key, HEX_LENGTH(sizeof(code)), &same) ||
	    !slice_equal(mac, same) || !is_sent(rest, key))
		return LINK_BAD;
	digest_md5_begin(&hash);
	digest_md5_add(&hash, rest.data, rest.length);
	if (shown->query.data) {
		digest_md5_add(&hash, "?", 1);
		digest_md5_add(&hash, shown->query.data, shown->query.length);
	}
	digest_md5_add(&hash, rules->secret->text, rules->secret->text_length);
	digest_md5_end(&hash, code);
	if (!links_part_is_hex(mac, code, sizeof(code)))
		return LINK_BAD;
	right->key = key;
	right->expires = 0;
	return LINK_GOOD;
}

const struct link_kind links_secure_kind = {
	.name = "secure-link",
	.is_endless = true,
	.is_md5 = true,
	.verify = verify,
};
