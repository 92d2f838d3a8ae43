#include "date.h"

#include <stddef.h>
#include <string.h>

#define DAY_SECONDS 86400
/* 9999-12-31T23:59:59Z, the last second of a year with four digits. */
#define TIME_LAST INT64_C(253402300799)

static void put_digits(char *dst, unsigned number, size_t digits)
{
	while (digits > 0) {
		dst[--digits] = (char)('0' + number % 10);
		number /= 10;
	}
}

/* Turn days since 1970-01-01 into a date of the Gregorian calendar. It counts
 * in eras of 400 years that begin on the first of March, so that a leap day is
 * the last of its year. */
static void put_date(char *dst, unsigned days)
{
	unsigned shifted = days + 719468;
	unsigned era = shifted / 146097;
	unsigned day = shifted % 146097;
	unsigned year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	unsigned month;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153; /* 0 is March */
	day -= (153 * month + 2) / 5;
	put_digits(dst, year + era * 400 + (month >= 10), 4);
	put_digits(dst + 5, month < 10 ? month + 3 : month - 9, 2);
	put_digits(dst + 8, day + 1, 2);
}

void date_text(int64_t unix_seconds, char dst[DATE_TEXT_MAX])
{
	unsigned rest;

	if (unix_seconds < 0 || unix_seconds > TIME_LAST)
		unix_seconds = TIME_LAST;
	rest = (unsigned)(unix_seconds % DAY_SECONDS);
	memcpy(dst, "0000-00-00T00:00:00Z", DATE_TEXT_MAX);
	put_date(dst, (unsigned)(unix_seconds / DAY_SECONDS));
	put_digits(dst + 11, rest / 3600, 2);
	put_digits(dst + 14, rest / 60 % 60, 2);
	put_digits(dst + 17, rest % 60, 2);
}
