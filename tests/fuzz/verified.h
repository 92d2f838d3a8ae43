/*
 * verified - what a link to a download opens: its code made again by the
 * published formula of its kind, and compared byte by byte.
 */
#ifndef MINTAGE_FUZZ_VERIFIED_H
#define MINTAGE_FUZZ_VERIFIED_H

#include "codes.h"
#include "rules.h"

#define VERIFIED_CODE_MAX 80
#define VERIFIED_KEY_MAX 9000

/* What a code says. */
struct verified_link {
	const char *key;
	const char *sent; /* key and query as they are sent, for secure-link */
	const char *digits;
	const char *address; /* the client's */
};

static inline void verified_md5(const char *text, bool is_hex, char *code)
{
	uint8_t digest[16];

	codes_md5(slice_text(text), digest);
	if (is_hex)
		codes_hex(digest, 16, code);
	else
		codes_url64(digest, 16, code);
}

static inline void verified_mac(bool is_sha1, const char *secret,
				const char *text, char *code)
{
	uint8_t digest[32];

	if (is_sha1)
		codes_hmac_sha1(slice_text(secret), slice_text(text), digest);
	else
		codes_hmac(slice_text(secret), slice_text(text), digest);
	codes_url64(digest, is_sha1 ? 20 : 32, code);
}

/* Make the code of a link to `section`. code: VERIFIED_CODE_MAX bytes. */
static inline void verified_code(const struct rules_download *section,
				 const struct verified_link *link, char *code)
{
	const char *kind = section->kind, *secret = section->secret;
	char text[2 * VERIFIED_KEY_MAX];
	size_t size = sizeof(text);

	if (strcmp(kind, "secdownload-md5") == 0 ||
	    strcmp(kind, "auth-token") == 0) {
		snprintf(text, size, "%s/%s%s", secret, link->key,
			 link->digits);
		verified_md5(text, true, code);
	} else if (strncmp(kind, "secdownload-hmac", 16) == 0) {
		snprintf(text, size, "/%s/%s", link->digits, link->key);
		verified_mac(strstr(kind, "sha1") != NULL, secret, text, code);
	} else if (strcmp(kind, "secure-link") == 0) {
		snprintf(text, size, "%s%s", link->sent, secret);
		verified_md5(text, true, code);
	} else if (strcmp(kind, "signed") == 0) {
		snprintf(text, size, "/%s\n%s", link->key, link->digits);
		verified_mac(false, secret, text, code);
	} else if (strcmp(kind, "bunny") == 0) {
		strcpy(code, "HS256-");
		snprintf(text, size, "/%s%s", link->key, link->digits);
		verified_mac(false, secret, text, code + 6);
	} else {
		snprintf(text, size, "%s/%s%s %s", link->digits, link->key,
			 link->address, secret);
		verified_md5(text, false, code);
	}
}

/* Does TIME, of which there are none in some kinds, say that a link is good
 * now? Clocks may be `leeway` seconds apart; less than 0 to be sure. */
static inline bool verified_in_time(const char *kind, int64_t when, int64_t now,
				    int64_t leeway)
{
	int64_t age = now - when, most = RULES_LINK_TIMEOUT + leeway;

	if (strcmp(kind, "secure-link") == 0)
		return true;
	if (strcmp(kind, "auth-token") == 0)
		return age <= most;
	if (strncmp(kind, "secd", 4) == 0)
		return age <= most && -age <= most;
	return age <= leeway;
}

/* The arguments in which a kind has its code and its time. */
static inline const char *verified_code_name(const char *kind)
{
	return strcmp(kind, "signed") == 0 ? "signature" :
	       strcmp(kind, "bunny") == 0  ? "token" :
					     "md5";
}

/* Copy what an argument of the query says, which is there once. */
static inline bool verified_argument(const char *query, const char *name,
				     char *dst, size_t size)
{
	size_t length = strlen(name), count = 0;

	for (const char *at = query; at; at = strchr(at, '&')) {
		at += *at == '&';
		if (strncmp(at, name, length) != 0 || at[length] != '=')
			continue;
		snprintf(dst, size, "%.*s", (int)strcspn(at + length + 1, "&"),
			 at + length + 1);
		count++;
	}
	return count == 1;
}

/* What a client sent behind a section's path, taken apart. */
struct verified_parts {
	char path[VERIFIED_KEY_MAX]; /* decoded */
	char code[128], digits[32];
	const char *key; /* in `path` */
	const char *query;
	const char *sent; /* behind the code in the path, if there is one */
};

/* CODE/KEY or CODE/TIME/KEY. */
static inline bool verified_split_path(struct verified_parts *parts,
				       const char *tail, bool has_time)
{
	size_t length = strcspn(parts->path, "/");

	if (length >= sizeof(parts->code) || parts->path[length] != '/')
		return false;
	/* What is sent behind the code is known where that is not encoded. */
	if (!has_time && strncmp(tail, parts->path, length + 1) != 0)
		return false;
	snprintf(parts->code, sizeof(parts->code), "%.*s", (int)length,
		 parts->path);
	parts->key = parts->path + length + 1;
	parts->sent = tail + length + 1;
	if (!has_time)
		return true;
	if (strspn(parts->key, "0123456789abcdefABCDEF") != 8 ||
	    parts->key[8] != '/')
		return false;
	snprintf(parts->digits, sizeof(parts->digits), "%.8s", parts->key);
	parts->key += 9;
	return true;
}

static inline bool verified_split(struct verified_parts *parts,
				  const char *tail, const char *kind)
{
	size_t length = strcspn(tail, "?");

	CHECK(length < sizeof(parts->path));
	codes_unpercent(slice_of(tail, length), false, parts->path);
	parts->query = tail[length] ? tail + length + 1 : NULL;
	parts->key = parts->path;
	parts->digits[0] = '\0';
	if (strcmp(kind, "secure-link") == 0)
		return verified_split_path(parts, tail, false);
	if (strncmp(kind, "secd", 4) == 0 || strcmp(kind, "auth-token") == 0)
		return verified_split_path(parts, tail, true);
	return verified_argument(parts->query, verified_code_name(kind),
				 parts->code, sizeof(parts->code)) &&
	       verified_argument(parts->query, "expires", parts->digits,
				 sizeof(parts->digits));
}

/* Is what stands behind the path of `section` a link to a key there, whose code
 * is right for this client? Sets *parts->key, and the time in it. */
static inline bool verified_is_right(const struct rules_download *section,
				     const char *tail, const char *address,
				     struct verified_parts *parts,
				     int64_t *when)
{
	struct verified_link link = { .address = address };
	char code[VERIFIED_CODE_MAX], *end;
	bool is_hex;

	if (!verified_split(parts, tail, section->kind))
		return false;
	link.key = parts->key;
	link.sent = parts->sent;
	link.digits = parts->digits;
	is_hex = parts->key != parts->path;
	*when = strtoll(parts->digits, &end, is_hex ? 16 : 10);
	verified_code(section, &link, code);
	return *end == '\0' && strcmp(code, parts->code) == 0;
}

#endif
