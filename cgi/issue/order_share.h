/*
 * order_share - what an order for a share may say, and how long the share lives.
 */
#ifndef MINTAGE_CGI_ISSUE_ORDER_SHARE_H
#define MINTAGE_CGI_ISSUE_ORDER_SHARE_H

#include "cgi/input/fields.h"
#include "lib/base/problems.h"
#include "lib/config/types.h"

/* Seconds for which an address of R2 is good that a share leads to, where the
 * order names no other time: players and aria2 go on using it. */
#define ORDER_SHARE_TTL 3600

/* Seconds that a share lives where the order does not say it. */
#define ORDER_SHARE_AGE (7 * 86400)

/* The most files of one share: its page shows them all, to whoever has its
 * address. */
#define ORDER_SHARE_FILES_MAX 10000

/* What is asked for, and by whom. Borrowed. */
struct order_share {
	const struct fields *fields;
	const struct config *config;
	bool is_share; /* else the order is for something else */
};

/* Add a problem for each field that only a share has, where the order is for
 * none; where it is for one, for each that a share can't have. */
void order_share_check(const struct order_share *share,
		       struct problems *problems);

/*
 * Put `lifetime` in place of the field that it stands for: expires of a share,
 * else ttlSeconds. `now` is Unix seconds. ERROR_BAD_VALUE at /lifetime where
 * that field is there, too, or the time is over or too far away.
 */
enum error order_share_lifetime(struct fields *fields, bool is_share,
				int64_t now,
				struct problem *problem) MUST_CHECK;

/*
 * Set *expires to the share's last second; `now` is Unix seconds, `most` how
 * many seconds the caller's links may live. ERROR_BAD_VALUE at /expires for a
 * time that is over, ERROR_ACCESS_DENIED for one that is further away than that.
 */
enum error order_share_expiry(const struct fields *fields, int64_t now,
			      uint32_t most, int64_t *expires,
			      struct problem *problem) MUST_CHECK;

#endif
