/*
 * right - what the maker of a share may hand out now. The policy is asked each
 * time that the share is used, so a share never opens more than its maker could
 * open at that moment.
 */
#ifndef MINTAGE_CGI_SHARE_RIGHT_H
#define MINTAGE_CGI_SHARE_RIGHT_H

#include "file.h"
#include "lib/policy/grant.h"

/* Ends with share_right_end. */
struct share_right {
	struct subject maker;
	struct grant grant; /* owned */
	uint32_t ttl;       /* how many seconds an address of R2 is good */
	int64_t expires;    /* the share's last second, in Unix seconds */
};

/*
 * Settle what the share may open at `now` (Unix seconds). ERROR_LINK_OVER where
 * the share is over, where `config` has its caller or its parent no more, or
 * where that caller may read nothing in the share's bucket any more;
 * ERROR_UNAVAILABLE without memory. The caller calls share_right_end in every
 * case.
 */
enum error share_right_begin(struct share_right *right,
			     const struct config *config,
			     const struct share_file *share, int64_t now,
			     struct problem *problem) MUST_CHECK;
void share_right_end(struct share_right *right);

/* Check that the maker may still read this key. Else ERROR_LINK_OVER. */
enum error share_right_key_check(const struct share_right *right,
				 struct slice key,
				 struct problem *problem) MUST_CHECK;

#endif
