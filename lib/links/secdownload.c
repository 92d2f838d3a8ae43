/*
 * secdownload - links of lighttpd's mod_secdownload: MAC/TIME/KEY, where TIME
 * is that of the link's issue, in 8 hexadecimal digits. It is good in both
 * directions within the timeout, because two clocks may differ.
 *
 *   secdownload-md5          MAC = hex MD5(secret "/" KEY TIME)
 *   secdownload-hmac-sha1    MAC = base64url HMAC-SHA1(secret, TEXT)
 *   secdownload-hmac-sha256  MAC = base64url HMAC-SHA256(secret, TEXT)
 *   where TEXT is "/" TIME "/" KEY
 *
 * Source: lighttpd's documentation of mod_secdownload, which left lighttpd with
 * 1.4.68, and its mod_secdownload.c.
 */
#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"
#include "link.h"
#include "part.h"

/* What is before the key, and the key. */
struct secdownload_parts {
	struct slice mac, digits, key;
	int64_t time;
};

static bool take_apart(struct slice path, size_t mac_length,
		       struct secdownload_parts *parts)
{
	parts->key = path;
	return links_part_segment(&parts->key, mac_length, &parts->mac) &&
	       links_part_segment(&parts->key, LINK_TIME_DIGITS,
				  &parts->digits) &&
	       links_part_time(parts->digits, &parts->time);
}

/* The verdict on a link whose MAC is right. */
static enum link_verdict judge_time(const struct link_rules *rules,
				    const struct link_shown *shown,
				    const struct secdownload_parts *parts,
				    struct link_right *right)
{
	int64_t away = shown->now - parts->time;

	right->key = parts->key;
	right->expires = parts->time + rules->timeout;
	if (away > rules->timeout || -away > rules->timeout)
		return LINK_OVER;
	return LINK_GOOD;
}

static enum link_verdict verify_md5(const struct link_rules *rules,
				    const struct link_shown *shown,
				    struct link_right *right)
{
	struct secdownload_parts parts;
	struct digest_md5 hash;
	uint8_t code[DIGEST_MD5_SIZE];

	if (!take_apart(shown->decoded, HEX_LENGTH(sizeof(code)), &parts))
		return LINK_BAD;
	digest_md5_begin(&hash);
	digest_md5_add(&hash, rules->secret->text, rules->secret->text_length);
	digest_md5_add(&hash, "/", 1);
	digest_md5_add(&hash, parts.key.data, parts.key.length);
	digest_md5_add(&hash, parts.digits.data, parts.digits.length);
	digest_md5_end(&hash, code);
	if (!links_part_is_hex(parts.mac, code, sizeof(code)))
		return LINK_BAD;
	return judge_time(rules, shown, &parts, right);
}

static enum link_verdict verify_sha1(const struct link_rules *rules,
				     const struct link_shown *shown,
				     struct link_right *right)
{
	struct secdownload_parts parts;
	struct digest_hmac_sha1 hmac;
	uint8_t code[DIGEST_SHA1_SIZE];

	if (!take_apart(shown->decoded, BASE64URL_LENGTH(sizeof(code)), &parts))
		return LINK_BAD;
	hmac = rules->secret->hmac_sha1;
	digest_hmac_sha1_add(&hmac, "/", 1);
	digest_hmac_sha1_add(&hmac, parts.digits.data, parts.digits.length);
	digest_hmac_sha1_add(&hmac, "/", 1);
	digest_hmac_sha1_add(&hmac, parts.key.data, parts.key.length);
	digest_hmac_sha1_end(&hmac, code);
	if (!links_part_is_base64(parts.mac, code, sizeof(code)))
		return LINK_BAD;
	return judge_time(rules, shown, &parts, right);
}

static enum link_verdict verify_sha256(const struct link_rules *rules,
				       const struct link_shown *shown,
				       struct link_right *right)
{
	struct secdownload_parts parts;
	struct digest_hmac hmac;
	uint8_t code[DIGEST_SIZE];

	if (!take_apart(shown->decoded, BASE64URL_LENGTH(sizeof(code)), &parts))
		return LINK_BAD;
	hmac = rules->secret->hmac;
	digest_hmac_add(&hmac, "/", 1);
	digest_hmac_add(&hmac, parts.digits.data, parts.digits.length);
	digest_hmac_add(&hmac, "/", 1);
	digest_hmac_add(&hmac, parts.key.data, parts.key.length);
	digest_hmac_end(&hmac, code);
	explicit_bzero(&hmac, sizeof(hmac));
	if (!links_part_is_base64(parts.mac, code, sizeof(code)))
		return LINK_BAD;
	return judge_time(rules, shown, &parts, right);
}

const struct link_kind links_secdownload_md5_kind = {
	.name = "secdownload-md5",
	.has_timeout = true,
	.is_md5 = true,
	.verify = verify_md5,
};

const struct link_kind links_secdownload_sha1_kind = {
	.name = "secdownload-hmac-sha1",
	.has_timeout = true,
	.verify = verify_sha1,
};

const struct link_kind links_secdownload_sha256_kind = {
	.name = "secdownload-hmac-sha256",
	.has_timeout = true,
	.verify = verify_sha256,
};
