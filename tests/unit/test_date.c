/* date: times as text, and back. */
#include "unit.h"

#include "lib/base/date.h"

#define BAD (-1)

static void test_read(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01", 86399 },
		{ "2026-02-03T04:05:06Z", 1770091506 },
		{ "2026-02-03t04:05:06z", 1770091506 },
		{ "2026-02-03 04:05:06Z", 1770091506 },
		{ "2026-02-03T05:05:06+01:00", 1770091506 },
		{ "2026-02-02T22:35:06-05:30", 1770091506 },
		{ "2026-02-03T04:05:06.999Z", 1770091506 },
		{ "2024-02-29T00:00:00Z", 1709164800 },
		{ "2000-02-29", 951868799 },
		{ "2016-12-31T23:59:60Z", 1483228799 },
		{ "9999-12-31T23:59:59Z", INT64_C(253402300799) },
		{ "", BAD },
		{ "2026", BAD },
		{ "2026-2-3", BAD },
		{ "2026-02-30", BAD },
		{ "2026-13-01", BAD },
		{ "2026-00-01", BAD },
		{ "2026-01-00", BAD },
		{ "2025-02-29", BAD },
		{ "1900-02-29", BAD },
		{ "1969-12-31", BAD },
		{ "1970-01-01T00:00:00+01:00", BAD },
		{ "2026-02-03T", BAD },
		{ "2026-02-03T04:05", BAD },
		{ "2026-02-03T04:05:06", BAD },
		{ "2026-02-03T24:00:00Z", BAD },
		{ "2026-02-03T04:60:06Z", BAD },
		{ "2026-02-03T04:05:61Z", BAD },
		{ "2026-02-03T04:05:06.Z", BAD },
		{ "2026-02-03T04:05:06+1:00", BAD },
		{ "2026-02-03T04:05:06+24:00", BAD },
		{ "2026-02-03T04:05:06Zx", BAD },
		{ "2026-02-03x", BAD },
		{ "+026-02-03", BAD },
	};
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		seconds = BAD;
		if (!date_read(slice_text(rows[i].text), &seconds))
			seconds = BAD;
		if (seconds != rows[i].seconds)
			fail_msg("%s: %lld", rows[i].text, (long long)seconds);
	}
}

/* Each day of 8,000 years is read as it was written. */
static void test_round_trip(void **state)
{
	char text[DATE_TEXT_MAX];
	int64_t read;

	(void)state;
	for (int64_t day = 0; day < 8029 * 365; day++) {
		date_text(day * 86400 + day % 86400, text);
		assert_true(date_read(slice_text(text), &read));
		assert_int_equal(read, day * 86400 + day % 86400);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_round_trip),
	};

	return UNIT_RUN(tests);
}
