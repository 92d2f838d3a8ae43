/*
 * link - links that carry a right: whoever holds one may fetch one key, until a
 * time that is in it.
 *
 * Other programs make links of these kinds, and their administrators have pages
 * full of them. Each kind is a file that ends with its `struct link_kind`, and
 * a row of LINK_KINDS.
 *
 * A link is judged in an order that tells nothing: its code is computed and
 * compared in constant time whatever the time in it says. Only who shows a
 * right code learns that the time is over.
 */
#ifndef MINTAGE_LIB_LINKS_LINK_H
#define MINTAGE_LIB_LINKS_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/keyed.h"

struct link_expression;

/* How one service verifies links. All borrowed. */
struct link_rules {
	/* Has its text where one of the kinds is is_md5, else none. */
	const struct keyed *secret;
	uint32_t timeout; /* seconds; for kinds whose links carry the time of
			   * their issue */
	/* For secure-link-md5 alone: */
	const struct link_expression *expression;
	struct slice code_name;    /* the argument with the code, "md5" */
	struct slice expires_name; /* "expires"; empty: links never expire */
	struct slice uri_prefix; /* $uri is this and the key; "/" most often */
};

/* What a client showed. The first two are one text, once as the client sent it
 * and once decoded: what follows the service's path, with neither "/" before
 * nor "?" behind it. */
struct link_shown {
	struct slice sent;
	struct slice decoded;
	struct slice query;   /* as sent, without its "?" */
	struct slice address; /* of the client */
	int64_t now;          /* Unix seconds */
};

/* What a good link gives a right to. */
struct link_right {
	struct slice key; /* borrowed from link_shown.decoded */
	int64_t expires;  /* the last second in which it is good; 0: any */
};

enum link_verdict {
	LINK_BAD,  /* it is no link of this kind, or its code is wrong */
	LINK_OVER, /* its code is right, its time is not now */
	LINK_GOOD
};

/* One kind of link. */
struct link_kind {
	const char *name;    /* as in the configuration */
	bool has_timeout;    /* it needs link_rules.timeout */
	bool has_expression; /* it needs link_rules.expression and the names */
	bool is_endless;     /* its links never expire */
	bool is_md5;         /* its code is an MD5 of a text with the secret */
	enum link_verdict (*verify)(const struct link_rules *rules,
				    const struct link_shown *shown,
				    struct link_right *right);
};

/* Every kind. A new one is a file that ends with its `struct link_kind`, and a
 * row here; kind.c makes the table of them. */
#define LINK_KINDS(ROW)                    \
	ROW(links_signed_kind)             \
	ROW(links_secdownload_md5_kind)    \
	ROW(links_secdownload_sha1_kind)   \
	ROW(links_secdownload_sha256_kind) \
	ROW(links_secure_kind)             \
	ROW(links_secure_md5_kind)         \
	ROW(links_auth_token_kind)         \
	ROW(links_bunny_kind)

#define LINK_DECLARE(kind) extern const struct link_kind kind;
LINK_KINDS(LINK_DECLARE)
#undef LINK_DECLARE

#endif
