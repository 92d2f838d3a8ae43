/*
 * target - what a client asked for below this service's mount, byte for byte.
 *
 * PATH_INFO is what a web server made of it: "//" may have become "/", and
 * nobody can tell "%2F" from "/" in it. The key of an object must be the
 * client's own, so it is taken from REQUEST_URI, and PATH_INFO only has to
 * agree. Where the server rewrote the address, PATH_INFO is all there is, and
 * addresses of which a server may have made another key's are refused.
 */
#ifndef MINTAGE_CGI_DOWNLOAD_TARGET_H
#define MINTAGE_CGI_DOWNLOAD_TARGET_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/* Bytes of the path, decoded. */
#define DOWNLOAD_TARGET_MAX 4096

/* As the web server says it. All borrowed; what is absent is empty. */
struct download_address {
	struct slice request_uri; /* REQUEST_URI: as the client sent it */
	struct slice script;      /* SCRIPT_NAME, decoded */
	struct slice path_info;   /* PATH_INFO, decoded */
	bool is_rewritten;        /* the server says so, as by REDIRECT_URL */
};

/* Borrows from the address and from itself: not to be copied. */
struct download_target {
	struct slice path;  /* decoded once; begins with "/", or is empty */
	struct slice sent;  /* the same as it was sent; none where the server
			     * rewrote it */
	struct slice query; /* as sent, without "?"; may be absent */
	size_t used;        /* bytes of `text` that may have been written */
	char text[DOWNLOAD_TARGET_MAX];
};

/*
 * Find out what the client asked for. ERROR_BAD_VALUE, with no pointer, for an
 * address that no key can have: with a "." or ".." segment, however it is
 * encoded, a NUL, text that is not UTF-8, a "%" without two digits, or more
 * than DOWNLOAD_TARGET_MAX bytes; and for one that the server changed on its
 * way so that the key is not certain.
 *
 * A server may have put its mount before an address, as a rewrite rule does
 * that makes /mint/files/a of /files/a; what the client sent counts then, too.
 * The caller calls download_target_end in every case.
 */
enum error download_target_read(struct download_target *target,
				const struct download_address *address,
				struct problem *problem) MUST_CHECK;

/* What follows the first `length` bytes of target->path, decoded and as sent;
 * the former twice where nobody knows the latter. */
void download_target_below(const struct download_target *target, size_t length,
			   struct slice *decoded, struct slice *sent);

/* Wipe the path: in links of some kinds it holds the code. */
void download_target_end(struct download_target *target);

#endif
