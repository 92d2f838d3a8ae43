/*
 * date - times as text.
 */
#ifndef MINTAGE_LIB_BASE_DATE_H
#define MINTAGE_LIB_BASE_DATE_H

#include <stdint.h>

#include "error.h"
#include "slice.h"

/*
 * Write a time as RFC 3339 in UTC, in whole seconds: 2026-02-03T04:05:06Z. dst:
 * DATE_TEXT_MAX bytes, terminated. Times before 1970 and after 9999 give the
 * end of 9999. gmtime isn't used, because the C library reads the system's time
 * zone from disk first, even for UTC.
 */
#define DATE_TEXT_MAX 21
void date_text(int64_t unix_seconds, char dst[DATE_TEXT_MAX]);

/*
 * Set *unix_seconds to the time that `text` names as RFC 3339 (5.6): a date,
 * "T", a time of day and "Z" or a distance from UTC such as +01:00. Fractions
 * of a second are dropped. A date alone, such as 2026-02-03, is the last second
 * of that day in UTC. False for anything else, for a date that no calendar has,
 * and for a time before 1970 or after 9999.
 */
bool date_read(struct slice text, int64_t *unix_seconds) MUST_CHECK;

#endif
