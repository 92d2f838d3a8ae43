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

/* ---- reading --------------------------------------------------------------- */

/* Take `count` digits from the beginning of *text. */
static bool take_number(struct slice *text, size_t count, unsigned *number)
{
	*number = 0;
	if (text->length < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (text->data[i] < '0' || text->data[i] > '9')
			return false;
		*number = *number * 10 + (unsigned)(text->data[i] - '0');
	}
	*text = slice_of(text->data + count, text->length - count);
	return true;
}

/* Take one character, in either case where it is a letter. */
static bool take_mark(struct slice *text, char mark)
{
	if (text->length == 0 ||
	    (text->data[0] != mark && text->data[0] != (mark | 0x20)))
		return false;
	*text = slice_of(text->data + 1, text->length - 1);
	return true;
}

static unsigned month_days(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30,
					      31, 31, 30, 31, 30, 31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && is_leap ? 29 : days[month - 1];
}

/* The inverse of put_date. */
static int64_t days_of(unsigned year, unsigned month, unsigned day)
{
	unsigned shifted = year - (month <= 2), era = shifted / 400;
	unsigned of_era = shifted % 400;
	unsigned from_march = month > 2 ? month - 3 : month + 9;
	unsigned of_year = (153 * from_march + 2) / 5 + day - 1;

	return (int64_t)era * 146097 + of_era * 365 + of_era / 4 -
	       of_era / 100 + of_year - 719468;
}

static bool take_date(struct slice *text, int64_t *days)
{
	unsigned year, month, day;

	if (!take_number(text, 4, &year) || !take_mark(text, '-') ||
	    !take_number(text, 2, &month) || !take_mark(text, '-') ||
	    !take_number(text, 2, &day) || year < 1970 || month < 1 ||
	    month > 12 || day < 1 || day > month_days(year, month))
		return false;
	*days = days_of(year, month, day);
	return true;
}

/* A leap second counts as the one before it. */
static bool take_clock(struct slice *text, unsigned *seconds)
{
	unsigned hour, minute, second, unused;

	if (!take_number(text, 2, &hour) || !take_mark(text, ':') ||
	    !take_number(text, 2, &minute) || !take_mark(text, ':') ||
	    !take_number(text, 2, &second) || hour > 23 || minute > 59 ||
	    second > 60)
		return false;
	*seconds = hour * 3600 + minute * 60 + (second > 59 ? 59 : second);
	if (!take_mark(text, '.'))
		return true;
	if (!take_number(text, 1, &unused))
		return false;
	while (take_number(text, 1, &unused))
		;
	return true;
}

/* Seconds by which the time is ahead of UTC. */
static bool take_zone(struct slice *text, int64_t *ahead)
{
	bool is_east = take_mark(text, '+');
	unsigned hours, minutes;

	*ahead = 0;
	if (!is_east && take_mark(text, 'Z'))
		return true;
	if ((!is_east && !take_mark(text, '-')) ||
	    !take_number(text, 2, &hours) || !take_mark(text, ':') ||
	    !take_number(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ahead = (int64_t)(hours * 3600 + minutes * 60) * (is_east ? 1 : -1);
	return true;
}

bool date_read(struct slice text, int64_t *unix_seconds)
{
	unsigned seconds = DAY_SECONDS - 1;
	int64_t days, ahead = 0;

	if (!take_date(&text, &days))
		return false;
	if (text.length > 0 &&
	    ((!take_mark(&text, 'T') && !take_mark(&text, ' ')) ||
	     !take_clock(&text, &seconds) || !take_zone(&text, &ahead) ||
	     text.length > 0))
		return false;
	*unix_seconds = days * DAY_SECONDS + seconds - ahead;
	return *unix_seconds >= 0 && *unix_seconds <= TIME_LAST;
}
