/*
 * right - what whoever made a share may still hand out by it. It is asked anew
 * each time that the share is used, so that a share never opens more than its
 * maker could open by now.
 */
#ifndef MINTAGE_CGI_SHARE_RIGHT_H
#define MINTAGE_CGI_SHARE_RIGHT_H

#include "file.h"
#include "lib/policy/grant.h"

/* Ends with share_right_end. */
struct share_right {
	struct subject maker;
	struct grant grant; /* owned */
	uint32_t ttl;       /* seconds, of an address of R2 */
	int64_t expires;    /* the share's last second */
};

/*
 * Settle what the share may open at `now` (Unix seconds). ERROR_LINK_OVER where
 * the share is over, where its caller or parent is none of `config` any more,
 * or where that caller may have nothing of the share's bucket by now;
 * ERROR_UNAVAILABLE without memory. The caller ends it in every case.
 */
enum error share_right_begin(struct share_right *right,
			     const struct config *config,
			     const struct share_file *share, int64_t now,
			     struct problem *problem) MUST_CHECK;
void share_right_end(struct share_right *right);

/* ERROR_LINK_OVER where the maker may not have this key any more. */
enum error share_right_key_check(const struct share_right *right,
				 struct slice key,
				 struct problem *problem) MUST_CHECK;

#endif
