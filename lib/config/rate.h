/*
 * rate - values that say how often: "100/min" is a hundred times in any minute.
 * The member is a struct rate.
 */
#ifndef MINTAGE_LIB_CONFIG_RATE_H
#define MINTAGE_LIB_CONFIG_RATE_H

#include "place.h"

/* From 1 to the row's `max`, in a second (s), a minute (min or m), an hour (h)
 * or a day (day or d); or "none", which is the default. */
extern const struct config_kind config_rate;

/* ERROR_CONFIG where what the key limits has no state-dir to be counted in. */
enum error config_rate_need_folder(const struct config_place *at,
				   const char *key) MUST_CHECK;

/* Longest text of config_rate_text, with the NUL. */
#define CONFIG_RATE_TEXT_MAX 24

/* Write the rate as a configuration has it: "100/min" or "none". Returns
 * `dst`. */
const char *config_rate_text(char dst[CONFIG_RATE_TEXT_MAX],
			     const struct rate *rate);

/* The length of time as words have it: "minute"; "" for another. */
const char *config_rate_unit(uint32_t seconds);

#endif
