/*
 * date - moments as text.
 */
#ifndef MINTAGE_LIB_BASE_DATE_H
#define MINTAGE_LIB_BASE_DATE_H

#include <stdint.h>

/*
 * RFC 3339 in UTC, whole seconds: 2026-02-03T04:05:06Z. dst: 21 bytes,
 * terminated. By itself, because the C library reads the system's time zone
 * first, even for UTC. Before 1970 and after 9999 it is the end of 9999.
 */
#define DATE_TEXT_MAX 21
void date_text(int64_t unix_seconds, char dst[DATE_TEXT_MAX]);

#endif
