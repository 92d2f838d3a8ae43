/*
 * issued - is a token or link that an answer holds one that this caller may
 * have? Each is taken apart and its signature made again from what
 * Cloudflare's and Amazon's documents say; rules.h knows who may what.
 */
#ifndef MINTAGE_FUZZ_ISSUED_H
#define MINTAGE_FUZZ_ISSUED_H

#include <inttypes.h>
#include <json-c/json.h>
#include <time.h>

#include "check.h"
#include "codes.h"
#include "markup.h"
#include "rules.h"

#define ISSUED_MAX 2048

/* What a token or link grants. */
struct issued {
	const struct rules_parent *parent;
	bool is_link;
	char bucket[64];
	uint32_t may;
	bool has_actions; /* named one by one */
	int64_t ttl;
	json_object *objects;  /* of a token, or NULL */
	json_object *prefixes; /* likewise */
	char key[8192];        /* of a link */
	size_t key_length;
	char method[8]; /* of a link */
	bool is_own;    /* a link to a host of this service */
	bool is_scoped; /* signed by a credential of its own */
};

/* ---- tokens --------------------------------------------------------------- */

static inline const char *issued_text(json_object *object, const char *name)
{
	json_object *member;

	CHECK(json_object_object_get_ex(object, name, &member));
	CHECK(json_object_is_type(member, json_type_string));
	return json_object_get_string(member);
}

static inline int64_t issued_number(json_object *object, const char *name)
{
	json_object *member;

	CHECK(json_object_object_get_ex(object, name, &member));
	CHECK(json_object_is_type(member, json_type_int));
	return json_object_get_int64(member);
}

static inline uint32_t issued_abilities(json_object *claims)
{
	json_object *actions;
	uint32_t may = 0;
	const char *scope;

	if (!json_object_object_get_ex(claims, "actions", &actions)) {
		scope = issued_text(claims, "scope");
		return rules_may(scope, strlen(scope));
	}
	/* Exactly one of the two. */
	CHECK(!json_object_object_get_ex(claims, "scope", NULL));
	for (size_t i = 0; i < json_object_array_length(actions); i++) {
		uint32_t one = rules_action(json_object_get_string(
			json_object_array_get_idx(actions, i)));

		CHECK(one != 0 && (may & one) == 0);
		may |= one;
	}
	return may;
}

/* The signature of "header.payload" in `jwt`. */
static inline void issued_check_signature(const struct rules_parent *parent,
					  const char *jwt,
					  const char *signature)
{
	uint8_t digest[32];
	char text[64];

	codes_hmac(slice_text(parent->secret),
		   slice_of(jwt, (size_t)(signature - jwt) - 1), digest);
	codes_url64(digest, 32, text);
	CHECK(strcmp(text, signature) == 0);
}

/* Which account's it is, for how long, and of which parent. */
static inline void issued_read_claims(json_object *claims,
				      struct issued *issued)
{
	int64_t now = codes_now();
	int64_t iat = issued_number(claims, "iat");
	const struct rules_account *account;
	json_object *paths;

	json_object_object_foreach(claims, name, value)
	{
		(void)value;
		CHECK(rules_lists("bucket scope actions sub iss aud iat exp "
				  "paths",
				  name));
	}
	issued->parent = rules_parent_of_key(issued_text(claims, "iss"));
	CHECK(issued->parent != NULL);
	account = rules_account(issued->parent->account);
	CHECK(account != NULL);
	CHECK(strcmp(issued_text(claims, "sub"), account->id) == 0);
	CHECK(strcmp(issued_text(claims, "aud"), account->host) == 0);
	CHECK(iat <= now && iat > now - 60);
	issued->ttl = issued_number(claims, "exp") - iat;
	issued->may = issued_abilities(claims);
	issued->has_actions =
		json_object_object_get_ex(claims, "actions", NULL);
	snprintf(issued->bucket, sizeof(issued->bucket), "%s",
		 issued_text(claims, "bucket"));
	if (json_object_object_get_ex(claims, "paths", &paths)) {
		json_object_object_get_ex(paths, "objectPaths",
					  &issued->objects);
		json_object_object_get_ex(paths, "prefixPaths",
					  &issued->prefixes);
	}
}

/* Read the token `text`, and write its secret access key. The caller puts
 * *claims, from which *issued borrows. False for what is no token, such as a
 * key that only looks like one. */
static inline bool issued_read_token(struct slice text, struct issued *issued,
				     json_object **claims, char secret[65])
{
	static char jwt[65536], payload[65536];
	const char *dot, *signature;
	struct json_tokener *tokener;
	uint8_t digest[32];
	size_t length;

	*issued = (struct issued){ .is_link = false };
	if (text.length >= sizeof(jwt) - 4 ||
	    !codes_base64(text, false, jwt, &length) ||
	    strncmp(jwt, "jwt/", 4) != 0)
		return false;
	dot = strchr(jwt, '.');
	signature = strrchr(jwt, '.');
	if (!dot || dot == signature)
		return false;
	CHECK(strlen(jwt) == length);
	codes_sha256(slice_of(jwt + 4, length - 4), digest);
	codes_hex(digest, 32, secret);
	CHECK(strncmp(jwt + 4, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.", 37) ==
	      0);
	CHECK(codes_base64(slice_of(dot + 1, (size_t)(signature - dot) - 1),
			   true, payload, &length));
	CHECK(unicode_valid(slice_of(payload, length)) == length);
	tokener = markup_tokener(8);
	*claims = json_tokener_parse_ex(tokener, payload, (int)length);
	CHECK(json_tokener_get_error(tokener) == json_tokener_success);
	json_tokener_free(tokener);
	issued_read_claims(*claims, issued);
	issued_check_signature(issued->parent, jwt + 4, signature + 1);
	return true;
}

/* ---- presigned links ------------------------------------------------------ */

/* Copy the value of a parameter of the query, decoded. False without one. */
static inline bool issued_parameter(const char *query, const char *name,
				    char *dst, size_t size)
{
	size_t length = strlen(name);

	for (const char *at = query; at; at = strchr(at, '&')) {
		at += *at == '&';
		if (strncmp(at, name, length) != 0 || at[length] != '=')
			continue;
		at += length + 1;
		length = strcspn(at, "&");
		CHECK(length < size);
		codes_unpercent(slice_of(at, length), false, dst);
		return true;
	}
	return false;
}

/* The signing key of `secret` for the day of `date`, 20260203T040506Z. */
static inline void issued_signing_key(const char *secret, const char *date,
				      uint8_t key[32])
{
	char start[80];

	snprintf(start, sizeof(start), "AWS4%s", secret);
	codes_hmac(slice_text(start), slice_of(date, 8), key);
	codes_hmac(slice_of((char *)key, 32), slice_text("auto"), key);
	codes_hmac(slice_of((char *)key, 32), slice_text("s3"), key);
	codes_hmac(slice_of((char *)key, 32), slice_text("aws4_request"), key);
}

struct issued_url {
	char host[128], path[4096];
	const char *query;
	/* Of a link that needs other headers than host, as the canonical
	 * request has them: "name:value\n" each, sorted. */
	const char *headers;
	const char *payload;
};

/* Is this the link's signature for `method`? */
static inline bool issued_is_signed(const struct issued_url *url,
				    const char *method, const char *secret)
{
	static char canonical[131072], text[512];
	char date[32], names[1024], wanted[80], hash[65], got[65];
	const char *end = strstr(url->query, "&X-Amz-Signature=");
	uint8_t key[32], digest[32];
	size_t used, start = strlen(url->query);

	CHECK(issued_parameter(url->query, "X-Amz-Date", date, 32));
	CHECK(issued_parameter(url->query, "X-Amz-SignedHeaders", names, 1024));
	CHECK(issued_parameter(url->query, "X-Amz-Signature", wanted, 80));
	CHECK(end != NULL);
	start = strcspn(end + 1, "&") + 1;
	used = (size_t)snprintf(canonical, sizeof(canonical),
				"%s\n%s\n%.*s%s\n%s\n%s\n%s", method, url->path,
				(int)(end - url->query), url->query,
				end + start, url->headers, names, url->payload);
	CHECK(used < sizeof(canonical));
	codes_sha256(slice_of(canonical, used), digest);
	codes_hex(digest, 32, hash);
	used = (size_t)snprintf(text, sizeof(text),
				"AWS4-HMAC-SHA256\n%s\n%.8s/auto/s3/"
				"aws4_request\n%s",
				date, date, hash);
	issued_signing_key(secret, date, key);
	codes_hmac(slice_of((char *)key, 32), slice_of(text, used), digest);
	codes_hex(digest, 32, got);
	return strcmp(got, wanted) == 0;
}

#endif
