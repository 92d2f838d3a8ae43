/*
 * date - times as text.
 */
#ifndef MINTAGE_LIB_BASE_DATE_H
#define MINTAGE_LIB_BASE_DATE_H

#include <stdint.h>

/*
 * Write a time as RFC 3339 in UTC, in whole seconds: 2026-02-03T04:05:06Z. dst:
 * DATE_TEXT_MAX bytes, terminated. Times before 1970 and after 9999 give the
 * end of 9999. gmtime isn't used, because the C library reads the system's time
 * zone from disk first, even for UTC.
 */
#define DATE_TEXT_MAX 21
void date_text(int64_t unix_seconds, char dst[DATE_TEXT_MAX]);

#endif
