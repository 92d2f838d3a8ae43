/* The times of a token, at their limits. */
#include "unit.h"

#include "cgi/cli/verdict.h"

#define NOW INT64_C(1000000)

static void test_times(void **state)
{
	static const struct {
		int64_t issued;
		int64_t expires;
		int64_t not_before; /* 0: none */
		size_t faults;
		size_t warnings;
	} cases[] = {
		{ NOW, NOW + 900, 0, 0, 0 },
		{ NOW - 900, NOW + 1, 0, 0, 0 },
		{ NOW - 900, NOW, 0, 1, 0 },
		{ NOW, NOW + 604800, 0, 0, 0 },
		{ NOW, NOW + 604801, 0, 0, 1 },
		{ NOW + 1, NOW + 900, 0, 0, 1 },
		{ NOW + VERDICT_SKEW, NOW + 900, 0, 0, 1 },
		{ NOW + VERDICT_SKEW + 1, NOW + 900, 0, 1, 0 },
		{ NOW, NOW + 900, NOW, 0, 0 },
		{ NOW, NOW + 900, NOW + 1, 1, 0 },
		{ NOW, NOW + 900, NOW + 899, 1, 0 },
		{ NOW, NOW + 900, NOW + 900, 2, 0 },
		{ NOW + 900, NOW + 900, 0, 2, 0 },
		{ NOW - 5, NOW - 5, 0, 2, 0 },
		{ NOW - 5, NOW - 6, NOW - 7, 2, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct claims claims = {
			.issued = cases[i].issued,
			.expires = cases[i].expires,
			.not_before = cases[i].not_before,
			.has_not_before = cases[i].not_before != 0,
		};
		struct findings findings = { .count = 0 };
		size_t faults = 0;

		verdict_times(&claims, NOW, &findings);
		for (size_t j = 0; j < findings.count; j++)
			faults += findings.list[j].is_fault;
		if (faults != cases[i].faults)
			print_error("case %zu\n", i);
		assert_int_equal(faults, cases[i].faults);
		assert_int_equal(findings.count - faults, cases[i].warnings);
		assert_int_equal(findings.has_fault, faults > 0);
	}
}

static void test_full(void **state)
{
	struct findings findings = { .count = 0 };

	(void)state;
	for (int i = 0; i < FINDINGS_MAX + 3; i++)
		findings_warning(&findings, "%d", i);
	assert_false(findings.has_fault);
	findings_fault(&findings, "the last");
	assert_true(findings.has_fault);
	assert_int_equal(findings.count, FINDINGS_MAX);
	assert_int_equal(findings.left_out, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_full),
	};

	return UNIT_RUN(tests);
}
