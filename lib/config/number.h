/*
 * number - values that are whole numbers. The member is an unsigned integer of
 * 4 or 8 bytes that can hold the row's `max`.
 */
#ifndef MINTAGE_LIB_CONFIG_NUMBER_H
#define MINTAGE_LIB_CONFIG_NUMBER_H

#include "place.h"

/* From the row's `min` to its `max`. */
extern const struct config_kind config_number;

/* Bytes, with the same bounds. K, M or G behind the digits multiplies them by
 * 1024 once, twice or three times. */
extern const struct config_kind config_number_size;

/* How often in a minute: "60/min" up to the row's `max`, or "none", which is
 * UINT32_MAX. */
extern const struct config_kind config_number_rate;

/* Seconds, with the row's `max` and a minimum of 1, as duration_read takes
 * them: 3600 or 1h. */
extern const struct config_kind config_number_duration;

/* For kinds that are numbers inside: the default, and setting the member. */
bool config_number_start(const struct config_row *row, void *target);
void config_number_set(const struct config_row *row, void *target,
		       uint64_t number);

#endif
