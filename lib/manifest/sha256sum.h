/*
 * manifest_sha256sum - what sha256sum prints, and BagIt's manifest-sha256.txt.
 *
 * A line is 64 hex digits, two blanks or a blank and a star, and a path (GNU
 * coreutils, "cksum output modes"); or 64 hex digits, one or more blanks and
 * tabs, and a path (RFC 8493, 2.1.3). Where it can be read both ways the first
 * holds: behind two blanks everything is the path's. A backslash before the
 * digits says that \\, \n and \r in the path stand for a backslash, LF and CR.
 *
 * The path is the key as it is: a "./" at its beginning stays. The digest
 * becomes the entry's sha256. Line ends are those of manifest_lines; a line
 * that is none of this is a bad entry.
 */
#ifndef MINTAGE_LIB_MANIFEST_SHA256SUM_H
#define MINTAGE_LIB_MANIFEST_SHA256SUM_H

#include "manifest.h"

manifest_open_fn manifest_sha256sum_open;
manifest_next_fn manifest_sha256sum_next;

/* Does the first line that isn't empty begin with a digest? */
bool manifest_sha256sum_likely(struct slice text);

#endif
