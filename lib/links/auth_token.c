/*
 * auth_token - links of Apache's mod_auth_token: MD5HEX/TIME/KEY, where TIME is
 * that of the link's issue, in 8 hexadecimal digits, and
 *   MD5HEX = hex MD5(secret "/" KEY TIME), or
 *   MD5HEX = hex MD5(secret "/" KEY TIME ADDRESS)
 * for a client's address alone (AuthTokenLimitByIp). A link of the second form
 * can't be read as one of the first: the last 8 characters of an address are
 * never 8 hexadecimal digits.
 *
 * mod_auth_token's documentation. A link from the future is good, as there.
 */
#include "lib/base/digest.h"
#include "lib/base/hex.h"
#include "link.h"
#include "part.h"

static enum link_verdict verify(const struct link_rules *rules,
				const struct link_shown *shown,
				struct link_right *right)
{
	struct slice key = shown->decoded, mac, digits;
	uint8_t code[DIGEST_MD5_SIZE], code_of_client[DIGEST_MD5_SIZE];
	struct digest_md5 hash, hash_of_client;
	bool is_right, is_right_for_client;
	int64_t time;

	if (!links_part_segment(&key, HEX_LENGTH(sizeof(code)), &mac) ||
	    !links_part_segment(&key, LINK_TIME_DIGITS, &digits) ||
	    !links_part_time(digits, &time))
		return LINK_BAD;
	digest_md5_begin(&hash);
	digest_md5_add(&hash, rules->secret->text, rules->secret->text_length);
	digest_md5_add(&hash, "/", 1);
	digest_md5_add(&hash, key.data, key.length);
	digest_md5_add(&hash, digits.data, digits.length);
	hash_of_client = hash;
	digest_md5_add(&hash_of_client, shown->address.data,
		       shown->address.length);
	digest_md5_end(&hash, code);
	digest_md5_end(&hash_of_client, code_of_client);
	is_right = links_part_is_hex(mac, code, sizeof(code));
	is_right_for_client =
		links_part_is_hex(mac, code_of_client, sizeof(code_of_client));
	if (!is_right && !is_right_for_client)
		return LINK_BAD;
	right->key = key;
	right->expires = time + rules->timeout;
	return right->expires < shown->now ? LINK_OVER : LINK_GOOD;
}

const struct link_kind links_auth_token_kind = {
	.name = "auth-token",
	.has_timeout = true,
	.is_md5 = true,
	.verify = verify,
};
