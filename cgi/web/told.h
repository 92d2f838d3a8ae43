/*
 * told - how often the administrator is told of what keeps failing.
 *
 * Something that fails with every request is told once, until it works again.
 * What fails for some requests only, such as the damaged file of one caller
 * among others, would be told with each of those; it is told sixty times a
 * minute at most.
 */
#ifndef MINTAGE_CGI_WEB_TOLD_H
#define MINTAGE_CGI_WEB_TOLD_H

#include <stdbool.h>
#include <stdint.h>

/* How many lines about one kind of failure there may be in how many
 * milliseconds. */
#define TOLD_MOST 60
#define TOLD_PERIOD_MS 60000

/* One kind of failure. Begins as zeros. */
struct told {
	bool is_known;  /* it was told, and has not worked since */
	unsigned lines; /* of the period ... */
	int64_t begin;  /* ... that began at this time of clock_ticks */
};

/* Take note of whether it `failed`, at the time `now` of clock_ticks, which is
 * only read where it did. True where the administrator is to be told of it now.
 */
bool told_is_due(struct told *told, bool failed, int64_t now);

#endif
