/*
 * cli: how many complaints there are, and the gap before a section that is
 * added to a file.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

/* A system without /proc, and one whose file can't be read at its end. */
static bool has_no_proc, cannot_read;

static int open_again(const char *path, int flags)
{
	if (has_no_proc)
		errno = ENOENT;
	return has_no_proc ? -1 : open(path, flags);
}

static ssize_t read_end(int file, void *bytes, size_t size, off_t at)
{
	if (cannot_read)
		errno = EIO;
	return cannot_read ? -1 : pread(file, bytes, size, at);
}

#define open open_again
#define pread read_end
#include "cgi/cli/cli.c"
#undef open
#undef pread

#include "cgi/cli/findings.h"
#include "spoken.h"

/* One message more than are kept, and each says something else. */
static void test_many_problems(void **state)
{
	struct problems problems = { 0 };
	char text[PROBLEMS_MAX + 4];
	const char *said;
	size_t lines = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < PROBLEMS_MAX + 3; i++)
		problems_add(&problems, ERROR_MALFORMED, "/objects", "%.*s",
			     i + 1, text);
	spoken_begin();
	assert_int_equal(cli_problems(&problems), CLI_FAILED);
	said = spoken_end();
	for (const char *at = said; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, PROBLEMS_MAX + 1);
	assert_non_null(strstr(said, "\nmintage: and 3 more\n"));
	problems_free(&problems);
}

static void test_many_findings(void **state)
{
	static struct findings findings;
	const char *said;

	(void)state;
	findings_fault(&findings, "a fault");
	for (int i = 1; i < FINDINGS_MAX; i++)
		findings_warning(&findings, "number %d", i);
	findings_warning(&findings, "one more");
	spoken_begin();
	assert_int_equal(findings_complain(&findings), CLI_FAILED);
	said = spoken_end();
	assert_memory_equal(said, "mintage: warning: number 1\n", 27);
	assert_null(strstr(said, "one more"));
	assert_non_null(strstr(said, "\nmintage: warning: number 99\n"
				     "mintage: a fault\n"
				     "mintage: and 1 more\n"));
}

/* The text that is written behind `before` where both go to one file. */
static const char *gap_behind(const char *before)
{
	static char text[64];
	static struct cli_output output;
	const char *all;

	spoken_begin();
	(void)fputs(before, stdout);
	(void)fflush(stdout);
	cli_output_begin(&output);
	cli_print_gap(&output);
	sink_text(&output.sink, "[section]");
	(void)cli_output_end(&output);
	all = spoken_end();
	snprintf(text, sizeof(text), "%s", all + strlen(before));
	return text;
}

static void test_gap(void **state)
{
	(void)state;
	assert_string_equal(gap_behind(""), "[section]");
	assert_string_equal(gap_behind("a = b\n"), "\n[section]");
	assert_string_equal(gap_behind("a = b"), "\n\n[section]");
	/* Where the end can't be seen, the section begins a line all the
	 * same. */
	has_no_proc = true;
	assert_string_equal(gap_behind("a = b\n"), "\n\n[section]");
	has_no_proc = false;
	cannot_read = true;
	assert_string_equal(gap_behind("a = b\n"), "\n\n[section]");
	cannot_read = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_problems),
		cmocka_unit_test(test_many_findings),
		cmocka_unit_test(test_gap),
	};

	return UNIT_RUN(tests);
}
