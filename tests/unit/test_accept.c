/* What an Accept header says of a type, and which of two it prefers. */
#include "unit.h"

#include "cgi/input/accept.h"

#define HTML "text/html; charset=utf-8"
#define CSV "text/csv; charset=utf-8; header=present"
#define JSON "application/json"

static void test_quality(void **state)
{
	static const struct {
		const char *accept;
		const char *type;
		unsigned quality;
	} cases[] = {
		/* Weights. */
		{ "text/html", HTML, 1000 },
		{ "TEXT/HTML;Q=0.5", HTML, 500 },
		{ "text/html;q=1.000", HTML, 1000 },
		{ "text/html;q=0.001", HTML, 1 },
		{ "text/html;q=.5", HTML, 500 },
		{ "text/html; q = 0.25 ", HTML, 250 },
		{ "text/html;q=0.", HTML, 0 },
		{ "text/html;q=1.", HTML, 1000 },
		{ "text/html;q=0.12345", HTML, 123 },
		{ "text/html;q=0.0001", HTML, 1 },
		{ "text/html;q=0.0000", HTML, 0 },
		{ "text/html;q=00.5", HTML, 500 },
		{ "text/html;q=1.5", HTML, 1000 },
		{ "text/html;q=7", HTML, 1000 },
		{ "text/html;q=\"0.5\"", HTML, 500 },
		{ "text/html;q=0.2;q=0.9", HTML, 200 },
		/* A weight that can't be read is the lowest, and refuses
		 * nothing. */
		{ "text/html;q", HTML, 1 },
		{ "text/html;q=", HTML, 1 },
		{ "text/html;q=.", HTML, 1 },
		{ "text/html;q=high", HTML, 1 },
		{ "text/html;q=-1", HTML, 1 },
		{ "text/html;q=0.5.5", HTML, 1 },
		{ "text/html;q=1e3", HTML, 1 },
		/* The most exact range decides, wherever it stands. */
		{ "text/*;q=0.25, */*;q=0.1", HTML, 250 },
		{ "*/*;q=0.1, text/*;q=0.25", HTML, 250 },
		{ "text/html;q=0, */*", HTML, 0 },
		{ "*/*, text/html;q=0", HTML, 0 },
		{ "text/*;q=0, text/html", HTML, 1000 },
		{ "text/*;q=0, */*", JSON, 1000 },
		{ "*", HTML, 1000 },
		{ "*;q=0.2", JSON, 200 },
		{ "*;q=0.2, application/json;q=0.1", JSON, 100 },
		{ "text/html;q=0.3, text/html;q=0.9", HTML, 300 },
		/* Types that are others. */
		{ "application/json", HTML, 0 },
		{ "texts/*", HTML, 0 },
		{ "text", HTML, 0 },
		{ "text/", HTML, 0 },
		{ "*/html", HTML, 0 },
		{ "text/htm", HTML, 0 },
		{ "json", JSON, 0 },
		{ "application/json+x", JSON, 0 },
		/* Parameters belong to the range. */
		{ "application/json;profile=\"x\";q=0, application/json", JSON,
		  1000 },
		{ "application/json, application/json;profile=\"x\";q=0", JSON,
		  1000 },
		{ "application/json;profile=x", JSON, 0 },
		{ "application/json;q=0.5;profile=x", JSON, 0 },
		{ "*/*;q=0.1, text/html;level=1;q=0.75", HTML, 100 },
		{ "text/html;level=1, text/html;q=0.7", HTML, 700 },
		{ "text/csv;header=present", CSV, 1000 },
		{ "text/csv;header=absent", CSV, 0 },
		{ "text/csv;header=absent;q=0, text/csv;q=0.5", CSV, 500 },
		{ "text/csv;header=present;q=0, text/csv", CSV, 0 },
		{ "text/csv, text/csv;header=\"present\";q=0.5", CSV, 500 },
		{ "text/csv;HEADER=Present; charset=\"utf-8\"", CSV, 1000 },
		{ "text/csv;header=present;q=0.2, "
		  "text/csv;charset=utf-8;header=present;q=0.4",
		  CSV, 400 },
		{ "*/*;header=present;q=0.5, */*;q=0.1", CSV, 500 },
		/* All answers are in UTF-8, also where their type is silent. */
		{ "application/json;charset=utf-8", JSON, 1000 },
		{ "application/json; charset=\"UTF-8\"", JSON, 1000 },
		{ "application/json; charset=iso-8859-1", JSON, 0 },
		{ "text/html; charset=UTF-8", HTML, 1000 },
		{ "text/html; charset=us-ascii", HTML, 0 },
		/* Quotes hold separators, and backslashes. */
		{ "x/y;a=\"b, text/html\"", HTML, 0 },
		{ "x/y;a=\"b;q=0\";q=0, text/html", HTML, 1000 },
		{ "text/html;a=\"b\\\", text/html\"", HTML, 0 },
		{ "text/html;a=\"b\\\"\", text/html;q=0.5", HTML, 500 },
		{ "text/csv;header=\"pre\\sent\"", CSV, 1000 },
		{ "text/html;a=\"never closed, text/html", HTML, 0 },
		{ "text/html;a=\"never closed\\", HTML, 0 },
		/* Empty elements and parameters are nothing. */
		{ ", ,text/html;;q=0.5; ,", HTML, 500 },
		{ "", HTML, 1000 },
		{ " \t", HTML, 1000 },
		{ ",,", HTML, 1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct accept_rank rank = accept_rank(
			slice_text(cases[i].accept), slice_text(cases[i].type));

		if (rank.quality != cases[i].quality)
			print_error("%s\n", cases[i].accept);
		assert_int_equal(rank.quality, cases[i].quality);
	}
}

static void test_none(void **state)
{
	struct accept_rank rank =
		accept_rank(slice_of(NULL, 0), slice_text(HTML));

	(void)state;
	assert_int_equal(rank.quality, 1000);
}

/* Which of the two comes first: '1', '2', or '=' for neither. */
static char first(const char *accept, const char *one, const char *two)
{
	struct slice text = slice_text(accept);
	struct accept_rank a = accept_rank(text, slice_text(one));
	struct accept_rank b = accept_rank(text, slice_text(two));

	assert_false(accept_prefers(a, b) && accept_prefers(b, a));
	return accept_prefers(a, b) ? '1' : accept_prefers(b, a) ? '2' : '=';
}

static void test_order(void **state)
{
	static const struct {
		const char *accept;
		char json_or_html;
	} cases[] = {
		{ "application/json, text/html", '1' },
		{ "text/html, application/json", '2' },
		{ "text/html;q=0.5, application/json;q=0.6", '1' },
		{ "text/html, application/json;q=0.9", '2' },
		{ "*/*, text/html", '2' },
		{ "application/json, text/plain, */*", '1' },
		{ "text/*, application/*", '2' },
		{ "application/*, text/html", '2' },
		{ "*/*", '=' },
		{ "*", '=' },
		{ "", '=' },
		{ "image/png", '=' },
		{ "text/html;q=0, application/json;q=0", '=' },
		{ "application/json;q=0, text/html;q=0.001", '2' },
		{ "text/html;q=high, application/json;q=0.1", '1' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char found = first(cases[i].accept, JSON, HTML);

		if (found != cases[i].json_or_html)
			print_error("%s\n", cases[i].accept);
		assert_int_equal(found, cases[i].json_or_html);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quality),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_order),
	};

	return UNIT_RUN(tests);
}
