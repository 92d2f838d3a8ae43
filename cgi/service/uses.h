/*
 * uses - how often a file was handed out by one link, where that is limited.
 */
#ifndef MINTAGE_CGI_SERVICE_USES_H
#define MINTAGE_CGI_SERVICE_USES_H

#include "lib/base/digest.h"
#include "lib/base/slice.h"
#include "lib/state/counts.h"

/* What is handed out, and to whom. All borrowed. */
struct uses_of {
	/* The link's identity is these three. */
	struct slice name; /* of its section, or the id of its share */
	struct slice key;
	int64_t expires; /* Unix seconds; 0: never */
	uint32_t most;   /* how often it may be; 0: as often as one likes */
	/* The client's is these two, coded with a secret: clients choose their
	 * User-Agent, and could else find names that share a page of the
	 * counts' file, and fill it with these. */
	struct slice address, agent;
	const struct digest_hmac *secret;
	bool only_look; /* HEAD */
};

/*
 * Count it, where it is limited: what one client asks for within ten minutes
 * counts once. ERROR_LINK_OVER where the link was used as often as it may be;
 * ERROR_UNAVAILABLE where that can't be counted. *use is what was counted, for
 * uses_give_back.
 */
enum error uses_take(struct state_counts *counts, struct state_counts_use *use,
		     const struct uses_of *what, int64_t now,
		     struct problem *problem) MUST_CHECK;

/* Set *left to how often it may still be handed out, where it is limited.
 * ERROR_UNAVAILABLE where that is not known. */
enum error uses_left(struct state_counts *counts, const struct uses_of *what,
		     int64_t now, uint64_t *left,
		     struct problem *problem) MUST_CHECK;

/* Nothing was handed out after all. */
void uses_give_back(struct state_counts *counts,
		    const struct state_counts_use *use);

#endif
