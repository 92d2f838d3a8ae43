/*
 * reach - which keys below a [download] that is open to callers one of them may
 * read. What a request may is decided in lib/policy; this tells an
 * administrator beforehand.
 */
#ifndef MINTAGE_LIB_CONFIG_REACH_H
#define MINTAGE_LIB_CONFIG_REACH_H

#include "types.h"

enum config_reach_extent {
	CONFIG_REACH_NOTHING,
	CONFIG_REACH_PART, /* what begins with one of the prefixes */
	CONFIG_REACH_ALL   /* every key of the section */
};

/* Borrows from the configuration. */
struct config_reach {
	enum config_reach_extent extent;
	const char *lacks; /* of NOTHING: the key of the caller's section that
			    * is to blame: "parents", "buckets",
			    * "permissions", "prefixes" or "remote-user" */
	struct slice prefixes[CONFIG_PREFIXES_MAX]; /* of PART, as written */
	size_t count;
};

void config_reach_find(struct config_reach *reach, const struct caller *caller,
		       const struct download *download);

/* Write, terminated, why a caller with that reach reaches nothing, as a clause
 * that goes on with "it reaches nothing, because". Returns dst. */
#define CONFIG_REACH_WHY_MAX 192
const char *config_reach_why(char dst[CONFIG_REACH_WHY_MAX],
			     const struct config_reach *reach,
			     const struct download *download);

#endif
