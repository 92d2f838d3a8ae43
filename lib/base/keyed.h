/*
 * keyed - what is kept of a secret: states of HMAC that its text was fed to.
 * A state signs as the text does, and the text can't be found from it.
 */
#ifndef MINTAGE_LIB_BASE_KEYED_H
#define MINTAGE_LIB_BASE_KEYED_H

#include "digest.h"
#include "slice.h"

#define KEYED_TEXT_MAX 128

/* It belongs into locked pages; see locked.h. To sign, copy a state, add to the
 * copy, and wipe it. */
struct keyed {
	struct digest_hmac hmac;
	struct digest_hmac aws4; /* keyed by "AWS4" and the text */
	struct digest_hmac_sha1 hmac_sha1;
	/* What a warning says of the text after it was wiped. */
	size_t length;       /* of the text, in bytes */
	bool is_blank_edged; /* it begins or ends with a blank or a tab */
	bool is_hex;         /* all of it is hexadecimal, in lower case */
	/* The text itself, for what no state can do; empty after
	 * keyed_drop_text. */
	size_t text_length;
	char text[KEYED_TEXT_MAX];
};

/* Make *keyed of a text of 1 to KEYED_TEXT_MAX bytes, and keep a copy of it. */
void keyed_begin(struct keyed *keyed, struct slice text);

/* Wipe the text. The states stay. */
void keyed_drop_text(struct keyed *keyed);

/* The text of the secret, or an empty slice after keyed_drop_text. */
static inline struct slice keyed_text(const struct keyed *keyed)
{
	return slice_of(keyed->text, keyed->text_length);
}

/* Are they of one text? It takes the same time for any two. */
bool keyed_is_same(const struct keyed *a, const struct keyed *b);

/* Wipe all of it. */
void keyed_wipe(struct keyed *keyed);

/* Begin the first of AWS Signature Version 4's codes: that with the key "AWS4"
 * and the secret, of which it takes 256 bytes at most. */
void keyed_aws4_begin(struct digest_hmac *hmac, struct slice secret);

#endif
