/*
 * warner - how every warning of a configuration reads.
 */
#ifndef MINTAGE_LIB_CONFIG_WARNER_H
#define MINTAGE_LIB_CONFIG_WARNER_H

#include "lib/base/problem.h"
#include "types.h"

/* All borrowed. */
struct config_warner {
	const struct config *config;
	void (*say)(void *context, const char *text);
	void *context;
	size_t count; /* of the warnings */
};

/* Say "FILE:LINE: ..."; `line` is 0 for what has no line of its own. */
void config_warner_say(struct config_warner *warner, int line,
		       const char *format, ...) PRINTF_LIKE(3, 4);

/* Warn of a prefix that probably means something else than it says. It is one
 * of the section [KIND NAME] in that line. */
void config_warner_prefix(struct config_warner *warner, int line,
			  const char *kind, const char *name,
			  struct slice prefix);

#endif
