/*
 * main: a command whose output is lost says why, also where the last of it
 * could be written again.
 */
#include "unit.h"

#include <fcntl.h>

/* The program's own, which nothing calls. */
int program(int argc, char **argv);

#define main program
#include "cgi/cli/main.c"
#undef main

#include "spoken.h"

/* Print more than stdio holds back where nothing can be written, and leave the
 * rest of it to be flushed to the file `last`. Tell what was complained of, or
 * "" for a success. */
static const char *complaint(const char *last)
{
	static char buffer[64];
	int own, full, file;
	enum cli_status status;
	const char *said;

	spoken_begin();
	own = dup(STDOUT_FILENO);
	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	file = open(last, O_WRONLY | O_CLOEXEC);
	assert_true(own >= 0 && full >= 0 && file >= 0);
	assert_int_equal(setvbuf(stdout, buffer, _IOFBF, sizeof(buffer)), 0);
	dup2(full, STDOUT_FILENO);
	for (size_t i = 0; i < 2 * sizeof(buffer); i++)
		putchar('x');
	dup2(file, STDOUT_FILENO);
	errno = 0;
	status = printed();
	clearerr(stdout);
	dup2(own, STDOUT_FILENO);
	close(own);
	close(full);
	close(file);
	said = spoken_end();
	assert_int_equal(status, *said ? CLI_FAILED : CLI_DONE);
	return said;
}

static void test_lost_at_last(void **state)
{
	(void)state;
	assert_string_equal(complaint("/dev/full"),
			    "mintage: standard output: No space left on "
			    "device\n");
}

static void test_lost_before(void **state)
{
	(void)state;
	assert_string_equal(complaint("/dev/null"),
			    "mintage: standard output: a part of what was "
			    "printed could not be written\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_before),
		cmocka_unit_test(test_lost_at_last),
	};

	return UNIT_RUN(tests);
}
