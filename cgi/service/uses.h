/*
 * uses - how often a file was handed out by a link to a [download], or by a
 * share, where that is limited. The counts are in state-dir.
 */
#ifndef MINTAGE_CGI_SERVICE_USES_H
#define MINTAGE_CGI_SERVICE_USES_H

#include "lib/base/digest.h"
#include "lib/base/slice.h"
#include "lib/state/counts.h"

/* What is handed out, and to whom. All borrowed. */
struct uses_of {
	/* The identity of the link is a hash of its name, key and expiry. */
	struct slice name; /* of the link's section, or the id of its share */
	struct slice key;  /* of the object, or the file's number in a share */
	int64_t expires;   /* Unix seconds; 0: never */
	uint32_t most; /* how often the file may be handed out; 0: no limit */
	/* The identity of the client is a code of its address and User-Agent,
	 * keyed by `secret`. Clients choose their User-Agent: without a secret
	 * they could find many that fall on one page of the counts' file, and
	 * fill that page. `secret` may be NULL where `most` is 0. */
	struct slice address, agent;
	const struct digest_hmac *secret;
	bool only_look; /* HEAD: see whether it is used up, and count nothing */
};

/*
 * Count that the file is handed out at `now` (Unix seconds), where that is
 * limited: what one client asks for within ten minutes counts once.
 * ERROR_LINK_OVER where the link was used as often as it may be;
 * ERROR_UNAVAILABLE where that can't be counted. *use is set to what was
 * counted, for uses_give_back.
 */
enum error uses_take(struct state_counts *counts, struct state_counts_use *use,
		     const struct uses_of *what, int64_t now,
		     struct problem *problem) MUST_CHECK;

/* Set *left to how often the file may still be handed out, and count nothing.
 * what->most must not be 0. ERROR_UNAVAILABLE where the counts can't be read. */
enum error uses_left(struct state_counts *counts, const struct uses_of *what,
		     int64_t now, uint64_t *left,
		     struct problem *problem) MUST_CHECK;

/* Take back what uses_take counted, because nothing was handed out after all. */
void uses_give_back(struct state_counts *counts,
		    const struct state_counts_use *use);

#endif
