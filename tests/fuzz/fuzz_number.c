/* Numbers, lengths of time and dates, beside the C library's. */
#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "check.h"
#include "lib/base/date.h"
#include "lib/base/decimal.h"
#include "lib/base/duration.h"
#include "lib/base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void number_decimal(uint64_t number)
{
	char text[DECIMAL_MAX], wanted[32];
	size_t length = decimal_write(text, number);
	uint64_t again;

	snprintf(wanted, sizeof(wanted), "%" PRIu64, number);
	CHECK(slice_is(slice_of(text, length), wanted));
	CHECK(slice_number(slice_of(text, length), UINT64_MAX, &again));
	CHECK(again == number);
}

static void number_date(int64_t seconds)
{
	char text[DATE_TEXT_MAX], wanted[64];
	time_t when = (time_t)seconds;
	struct tm parts;

	date_text(seconds, text);
	if (seconds < 0 || seconds > INT64_C(253402300799))
		when = (time_t)INT64_C(253402300799);
	CHECK(gmtime_r(&when, &parts) != NULL);
	strftime(wanted, sizeof(wanted), "%Y-%m-%dT%H:%M:%SZ", &parts);
	CHECK(strcmp(text, wanted) == 0);
}

/* A number as digits, without a sign or zeros before it. */
static bool number_digits(struct slice text, uint64_t *number)
{
	char copy[24], *end;

	if (text.length == 0 || text.length > 20 ||
	    (text.data[0] == '0' && text.length > 1))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	snprintf(copy, sizeof(copy), "%.*s", (int)text.length, text.data);
	errno = 0;
	*number = strtoull(copy, &end, 10);
	return errno == 0 && *end == '\0';
}

static void number_slice(struct slice text, uint64_t max)
{
	uint64_t number = 0, wanted = 0;
	bool good = number_digits(text, &wanted) && wanted <= max;

	CHECK(slice_number(text, max, &number) == good);
	CHECK(!good || number == wanted);
}

static void number_duration(struct slice text, uint64_t max)
{
	static const struct {
		const char *name;
		uint64_t seconds;
	} units[] = { { "", 1 },      { "s", 1 },    { "m", 60 },
		      { "min", 60 },  { "h", 3600 }, { "d", 86400 },
		      { "w", 604800 } };
	uint64_t seconds = 0, count, wanted = 0;
	struct problem problem;
	size_t digits = 0;

	while (digits < text.length && text.data[digits] >= '0' &&
	       text.data[digits] <= '9')
		digits++;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (slice_is(slice_of(text.data + digits, text.length - digits),
			     units[i].name) &&
		    number_digits(slice_of(text.data, digits), &count) &&
		    count <= max / units[i].seconds)
			wanted = count * units[i].seconds;
	}
	if (duration_read(text, "/x", max, &seconds, &problem) == ERROR_NONE) {
		CHECK(seconds == wanted && seconds > 0);
	} else {
		check_problem(&problem);
		CHECK(wanted == 0);
	}
}

/* Eight bytes are a number; the rest is a text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t number = 0;
	struct slice text;

	for (size_t i = 0; i < 8 && i < size; i++)
		number = number << 8 | data[i];
	number_decimal(number);
	number_date((int64_t)number);
	number_date((int64_t)(number >> 24));
	text = size > 8 ? slice_of((const char *)data + 8, size - 8) :
			  slice_of("", 0);
	number_slice(text, number);
	number_duration(text, number >> 1);
	number_duration(text, 604800);
	return 0;
}
