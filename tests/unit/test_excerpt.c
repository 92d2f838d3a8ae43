/* Which lines of a configuration belong to a section, and go with it. */
#include "unit.h"

#include "cgi/cli/excerpt.h"

/* In each text "<" stands before the section's first byte and ">" behind its
 * last one, and `rest` is what is left without it. */
static const struct {
	const char *text;
	int line; /* of the header */
	const char *rest;
} cases[] = {
	{ "<[caller a]\nk = 1\n>", 1, "" },
	{ "<[caller a]\nk = 1>", 1, "" },
	{ "<[caller a]>", 1, "" },
	{ "[x]\n<[caller a]\nk = 1\n>[caller b]\nk = 2\n", 2,
	  "[x]\n[caller b]\nk = 2\n" },
	{ "[x]\n\n<[caller a]\nk = 1\n>\n[caller b]\nk = 2\n", 3,
	  "[x]\n\n[caller b]\nk = 2\n" },
	{ "[x]\nk = 1\n\n\n<[caller a]\nk = 1\n>\n\n", 5, "[x]\nk = 1\n" },
	/* The comment above it is its own where an empty line parts it. */
	{ "[x]\n\n; of a\n# too\n<[caller a]\nk = 1\n>", 5, NULL },
	{ "; of the file\n<[caller a]\nk = 1\n>", 2, "; of the file\n" },
	{ "[x]\nk = 1\n; of x\n<[caller a]\nk = 1\n>", 4,
	  "[x]\nk = 1\n; of x\n" },
	{ "[x]\n\n; of all\n\n<[caller a]\nk = 1\n>", 5, "[x]\n\n; of all\n" },
	/* So is one below it; but what touches the next header is the next's.
	 */
	{ "<[caller a]\n; none\n; k =\n>", 1, "" },
	{ "<[caller a]\nk = 1\n; j =\n>\n[caller b]\n", 1, "[caller b]\n" },
	{ "<[caller a]\nk = 1\n>; of b\n[caller b]\n", 1,
	  "; of b\n[caller b]\n" },
	{ "<[caller a]\nk = 1\n; j =\n>\n; of b\n[caller b]\n", 1,
	  "; of b\n[caller b]\n" },
	{ "<[caller a]\nk = 1\n>\n; alone\n\n; of b\n[caller b]\n", 1,
	  "; alone\n\n; of b\n[caller b]\n" },
	/* All between its header and its last key is its own. */
	{ "<[caller a]\n\n; c\n\nk = 1\n  more\n\t; c\n  more\n>\n[b]\n", 1,
	  "[b]\n" },
	{ "  \n<[caller a]\r\nk = 1\r\n>\r\n[b]\r\n", 2, "  \n[b]\r\n" },
	{ "[x]\nk = [caller a]\n<[caller a]\n>[b]\n", 3,
	  "[x]\nk = [caller a]\n[b]\n" },
};

/* Copy `marked` without its marks, and note where they stood. */
static size_t unmark(const char *marked, char *text, struct excerpt *excerpt)
{
	size_t length = 0;

	for (; *marked; marked++) {
		if (*marked == '<')
			excerpt->begin = length;
		else if (*marked == '>')
			excerpt->end = length;
		else
			text[length++] = *marked;
	}
	return length;
}

static void test_excerpt(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct excerpt should, is;
		char text[256], rest[256];
		struct slice all =
			slice_of(text, unmark(cases[i].text, text, &should));

		if (!cases[i].rest) /* the comment above is its own, too */
			should.begin = strlen("[x]\n\n");
		is = excerpt_section(all, cases[i].line);
		if (is.begin != should.begin || is.end != should.end)
			print_error("case %zu: %zu to %zu\n", i, is.begin,
				    is.end);
		assert_int_equal(is.begin, should.begin);
		assert_int_equal(is.end, should.end);
		is = excerpt_with_gap(all, is);
		memcpy(rest, text, is.begin);
		memcpy(rest + is.begin, text + is.end, all.length - is.end);
		rest[all.length - (is.end - is.begin)] = '\0';
		assert_string_equal(rest,
				    cases[i].rest ? cases[i].rest : "[x]\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_excerpt),
	};

	return UNIT_RUN(tests);
}
