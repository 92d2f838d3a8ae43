/*
 * order_share - what an order for a share may say, and how long the share lives.
 */
#ifndef MINTAGE_CGI_ISSUE_ORDER_SHARE_H
#define MINTAGE_CGI_ISSUE_ORDER_SHARE_H

#include "cgi/input/fields.h"
#include "lib/base/problems.h"
#include "lib/config/types.h"

/* How many seconds an address of R2 is good to which a share leads, where the
 * order has no ttlSeconds. Players and aria2 go on using the address. */
#define ORDER_SHARE_TTL 3600

/* How many seconds a share lives, where the order does not say when it ends. */
#define ORDER_SHARE_AGE (7 * 86400)

/* The most files of one share: its page shows them all, to whoever has its
 * address. */
#define ORDER_SHARE_FILES_MAX 10000

/* The fields of an order, and the configuration. Borrowed. */
struct order_share {
	const struct fields *fields;
	const struct config *config;
	bool is_share; /* false: the order is for credentials or links */
};

/* Check the fields of an order. For a share, add a problem for each field that
 * a share can't have; else add one for each field that only a share has. */
void order_share_check(const struct order_share *share,
		       struct problems *problems);

/*
 * Put the field `lifetime`, where it was given, in place of the field that it
 * stands for: `expires` of a share, else `ttlSeconds`. `now` is Unix seconds.
 * ERROR_BAD_VALUE at /lifetime where that field was given, too, or where the
 * time is over or more than CONFIG_LINK_AGE_MAX seconds away.
 */
enum error order_share_lifetime(struct fields *fields, bool is_share,
				int64_t now,
				struct problem *problem) MUST_CHECK;

/*
 * Set *expires to the share's last second, in Unix seconds. `now` is Unix
 * seconds, `most` how many seconds a share of the caller may live.
 * ERROR_BAD_VALUE at /expires for a time that is over, ERROR_ACCESS_DENIED for
 * one that is further away than `most`.
 */
enum error order_share_expiry(const struct fields *fields, int64_t now,
			      uint32_t most, int64_t *expires,
			      struct problem *problem) MUST_CHECK;

#endif
