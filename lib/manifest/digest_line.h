/*
 * digest_line - a line of a list of digests, in the shapes that programs print.
 *
 *   DIGEST  PATH          two blanks, or a blank and a star: GNU coreutils
 *   DIGEST PATH           one or more blanks and tabs: RFC 8493 (BagIt), 2.1.3
 *   ALGORITHM (PATH) = DIGEST     BSD, and coreutils with --tag
 *   ALGORITHM(PATH)= DIGEST       OpenSSL
 *
 * A line that can be read in the first way and in the second is read in the
 * first: all that follows two blanks is the path. Blanks before a line are
 * passed over. A backslash before the line says that \\, \n and \r in the path
 * stand for a backslash, LF and CR.
 */
#ifndef MINTAGE_LIB_MANIFEST_DIGEST_LINE_H
#define MINTAGE_LIB_MANIFEST_DIGEST_LINE_H

#include "lib/base/slice.h"

/* All slices borrow the line. */
struct digest_line {
	struct slice algorithm; /* none where the line does not name it */
	/* At least 8 hexadecimal digits. Where the line names an algorithm, it
	 * may be anything without blanks instead, such as base64. */
	struct slice digest;
	struct slice path; /* may be empty; escapes are still to be read */
	bool escaped;
};

/* Split a line. False when it has none of the shapes. */
bool digest_line_split(struct slice line, struct digest_line *parts);

/* Does the line hold a SHA-256 digest? It may name the algorithm, as SHA256,
 * SHA2-256 or SHA-256, and the digest is 64 hexadecimal digits. */
bool digest_line_is_sha256(const struct digest_line *parts);

/* The first of the line is # or ;, which begins a comment in such lists. */
bool digest_line_is_comment(struct slice line);

#endif
