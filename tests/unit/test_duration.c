/* Lengths of time as people write them. */
#include "unit.h"

#include "lib/base/duration.h"

#define WEEK 604800
#define CENTURY (UINT64_C(36500) * 86400)

static struct problem problem;

static void test_good(void **state)
{
	static const struct {
		const char *text;
		uint64_t seconds;
	} rows[] = {
		{ "1", 1 },
		{ "900", 900 },
		{ "604800", WEEK },
		{ "1s", 1 },
		{ "604800s", WEEK },
		{ "15m", 900 },
		{ "15min", 900 },
		{ "1m", 60 },
		{ "10080m", WEEK },
		{ "1h", 3600 },
		{ "168h", WEEK },
		{ "1d", 86400 },
		{ "7d", WEEK },
		{ "1w", WEEK },
		{ "18446744073709551615", UINT64_MAX },
		{ "30500568904943w", UINT64_C(30500568904943) * WEEK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t max = rows[i].seconds > WEEK ? UINT64_MAX : WEEK;
		uint64_t seconds = 0;

		if (duration_read(slice_text(rows[i].text), "", max, &seconds,
				  &problem))
			fail_msg("'%s': %s", rows[i].text, problem.message);
		assert_int_equal(seconds, rows[i].seconds);
	}
}

static void assert_refused(const char *text, size_t length, uint64_t max,
			   const char *says)
{
	uint64_t seconds = 7;

	if (duration_read(slice_of(text, length), "/ttlSeconds", max, &seconds,
			  &problem) != ERROR_BAD_VALUE)
		fail_msg("'%s' is taken", text);
	assert_string_equal(problem.pointer, "/ttlSeconds");
	if (!strstr(problem.message, says))
		fail_msg("'%s' is not in '%s'", says, problem.message);
	/* What was there before stays. */
	assert_int_equal(seconds, 7);
}

static void test_bad(void **state)
{
	static const char *const none[] = {
		"",     " ",    "h",    "m15",  "soon", "-1",     "-1h",
		"+1h",  "1.5h", "1,5h", "1 h",  " 1h",  "1h ",    "1h\n",
		"1_0",  "0x10", "1e3",  "015m", "00",   "1 hour", "1h 30m",
		"1:30", "½h",   "1·h",  "PT1H", "1h3",  "\xffh",
	};
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "0", "'0' is too short: write 1 to 604800 seconds" },
		{ "0s", "too short" },
		{ "0d", "too short" },
		{ "604801", "'604801' is too long: write 1 to 604800 seconds, "
			    "such as 900, 15m, 1h or 7d" },
		{ "604801s", "too long" },
		{ "10081m", "too long" },
		{ "10081min", "too long" },
		{ "169h", "too long" },
		{ "8d", "too long" },
		{ "2w", "too long" },
		/* Beyond 64 bits, before and after the multiplication. */
		{ "18446744073709551616", "too long" },
		{ "99999999999999999999999", "too long" },
		{ "30500568904944w", "too long" },
		{ "18446744073709551615w", "too long" },
		{ "1y", "'1y' has the unit 'y', and the units are s, m, h, d "
			"and w: write 900, 15m, 1h or 7d" },
		{ "1M", "the unit 'M'" },
		{ "1H", "the unit 'H'" },
		{ "7D", "the unit 'D'" },
		{ "5mo", "the unit 'mo'" },
		{ "2hours", "the unit 'hours'" },
		{ "1ms", "the unit 'ms'" },
		{ "1abcdefghijklmnopq", "the unit 'abcdefghijklmnop', and" },
		{ "1hours-and-a-half-is-too-long-for-this", "not a length" },
		{ "1h30m", "'1h30m' has more than one unit: write it in one, "
			   "such as 90m" },
		{ "1d12h30m", "more than one unit" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_refused(none[i], strlen(none[i]), WEEK,
			       "is not a length of time: write a whole number "
			       "of seconds, or one with a unit, such as 900, "
			       "15m, 1h or 7d");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_refused(rows[i].text, strlen(rows[i].text), WEEK,
			       rows[i].says);
	assert_refused("1h\0", 3, WEEK, "not a length of time");
	assert_refused(NULL, 0, WEEK, "'' is not a length of time");
	/* The largest value is the caller's, and so is what is said of it. */
	assert_refused("11m", 3, 600, "write 1 to 600 seconds");
	assert_refused("36501d", 6, CENTURY, "too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return UNIT_RUN(tests);
}
