/* language: which language an Accept-Language header chooses. */
#include "unit.h"

#include "cgi/input/language.h"

static void test_choose(void **state)
{
	static const char *const languages[] = { "en", "de", "pt-BR" };
	static const struct {
		const char *header;
		size_t chosen;
	} rows[] = {
		{ NULL, 0 },
		{ "", 0 },
		{ "de", 1 },
		{ "DE", 1 },
		{ "de-AT", 1 },
		{ "de-Latn-DE-1996", 1 },
		{ "dex", 0 },
		{ "fr", 0 },
		{ "fr, de", 1 },
		{ "fr,de;q=0.1", 1 },
		{ "en,de", 0 },
		{ "de,en", 1 },
		{ "en;q=0.5,de;q=0.9", 1 },
		{ "en;q=0.9,de;q=0.5", 0 },
		{ "de;q=0.55,en;q=0.56", 0 },
		{ "de;q=0", 0 },
		{ "de;q=0.0,fr", 0 },
		{ "de;q=1.000", 1 },
		{ "de;q=x,en;q=0.1", 0 },
		{ "de; q=0.8 , en;q=0.7", 1 },
		{ "*", 0 },
		{ "*,de;q=0.5", 1 },
		{ "pt", 0 },
		{ "pt-br", 2 },
		{ "pt-BR-x,en;q=0.9", 2 },
		{ ",,de,,", 1 },
		{ ";q=1", 0 },
		{ "-", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t found = language_choose(slice_text(rows[i].header),
					       languages, 3);

		if (found != rows[i].chosen)
			fail_msg("'%s': %zu", rows[i].header, found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choose),
	};

	return UNIT_RUN(tests);
}
