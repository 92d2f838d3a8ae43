/*
 * waf - links on a domain of a bucket, which Cloudflare's WAF checks:
 *   https://HOST/KEY?verify=UNIX-MAC
 *   MAC = base64url HMAC-SHA256(secret, "/" KEY UNIX), KEY percent-encoded
 * The rule that checks them holds the secret and how long a link lives from
 * UNIX, the time of its issue. Cloudflare docs, "Configure token
 * authentication" (waf/custom-rules) and "HMAC validation" (ruleset-engine,
 * functions), with the flag "s" for the alphabet of URLs.
 */
#ifndef MINTAGE_LIB_LINKS_WAF_H
#define MINTAGE_LIB_LINKS_WAF_H

#include "lib/base/keyed.h"

#define WAF_KEY_MAX 1024
#define WAF_HOST_MAX 255
#define WAF_URL_MAX (WAF_HOST_MAX + 3 * WAF_KEY_MAX + 100)

/* The texts around the rule's parts have less than 200 bytes. */
#define WAF_RULE_MAX(secret_length) (WAF_HOST_MAX + (secret_length)*2 + 200)

/* Keeps the secret until waf_end wipes it. */
struct waf {
	struct slice host; /* borrowed */
	struct digest_hmac start;
};

/* `host` has WAF_HOST_MAX bytes at most. */
void waf_begin(struct waf *waf, struct slice host, const struct keyed *secret);

/* Write the link for `key` (1 to WAF_KEY_MAX bytes), issued at `now`, Unix
 * seconds. dst: WAF_URL_MAX bytes. Returns its length. */
size_t waf_link(const struct waf *waf, struct slice key, int64_t now,
		char *dst);

void waf_end(struct waf *waf);

/* Write the expression of the rule, terminated: it is true for a request to
 * `host` that has no good link, so the rule's action is "Block". `secret`
 * stands between its quotes, with a backslash before each quote and backslash.
 * Cloudflare's function only counts the bytes between the path and the time, so
 * the rule itself looks at them: a link to "/a" would open "/a.pdf?ab=..."
 * else. dst: WAF_RULE_MAX(secret.length) bytes. Returns its length. */
size_t waf_rule(struct slice host, struct slice secret, uint32_t seconds,
		char *dst);

#endif
