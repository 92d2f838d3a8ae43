/* responder: which arguments come from whoever installed the program, and which
 * a client may have chosen. */
#include "unit.h"

#include <unistd.h>

static unsigned long fake_getauxval(unsigned long type);

#include <sys/auxv.h>

int responder_main(int argc, char *argv[]);

#define getauxval fake_getauxval
#define main responder_main
#include "cgi/web/responder.c"
#undef main

static char executed[] = "/tmp/mintage-responder-XXXXXX";
static bool kernel_says = true;

static unsigned long fake_getauxval(unsigned long type)
{
	assert_int_equal(type, AT_EXECFN);
	return kernel_says ? (unsigned long)executed : 0;
}

/* Make the file that was executed. */
static void make(const char *text)
{
	FILE *file = fopen(executed, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* How many of the arguments are trusted where the query is this word? */
static int trusted(const char *third)
{
	char name[] = "mintage", option[] = "--config=/etc/a.conf";
	char last[sizeof(executed)];
	char *argv[] = { name, option, last, NULL };

	snprintf(last, sizeof(last), "%s", third);
	assert_int_equal(setenv("QUERY_STRING", "word", 1), 0);
	return trusted_arguments(3, argv);
}

static void test_script(void **state)
{
	(void)state;
	make("#!/usr/libexec/mintage.fcgi --config=/etc/a.conf\n");
	assert_int_equal(trusted(executed), 2);
	/* A client can name a script, but not make the kernel name it. */
	assert_int_equal(trusted("/tmp/other"), 1);
	kernel_says = false;
	assert_int_equal(trusted(executed), 1);
	kernel_says = true;
	/* The program itself was executed, or what is there can't be read. */
	make("\177ELF");
	assert_int_equal(trusted(executed), 1);
	make("#");
	assert_int_equal(trusted(executed), 1);
	make("");
	assert_int_equal(trusted(executed), 1);
	assert_int_equal(unlink(executed), 0);
	assert_int_equal(trusted(executed), 1);
}

static void test_query(void **state)
{
	static const struct {
		const char *query;
		int trusted;
	} rows[] = {
		{ NULL, 2 },  { "", 2 },         { "a=b", 2 },
		{ "a+b", 1 }, { "--config", 1 }, { "a%3Db", 1 },
	};
	char name[] = "mintage.fcgi", option[] = "--config=/etc/a.conf";
	char *argv[] = { name, option, NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].query)
			assert_int_equal(
				setenv("QUERY_STRING", rows[i].query, 1), 0);
		else
			assert_int_equal(unsetenv("QUERY_STRING"), 0);
		assert_int_equal(trusted_arguments(2, argv), rows[i].trusted);
	}
}

static void read_words(struct options *options, const char *words)
{
	static char text[256];
	char *argv[8], *rest = text;
	int argc = 0;

	snprintf(text, sizeof(text), "%s", words);
	for (char *word; (word = strtok_r(rest, "|", &rest)) != NULL;)
		argv[argc++] = word;
	argv[argc] = NULL;
	*options = (struct options){ .config = NULL };
	options_read(options, argc, argv);
}

static void test_options(void **state)
{
	struct options options;

	(void)state;
	read_words(&options, "m|--config=/a|--help");
	assert_string_equal(options.config, "/a");
	assert_true(options.help);
	read_words(&options, "m|--config|/a|--version");
	assert_string_equal(options.config, "/a");
	assert_true(options.version);
	/* As a script's line gives it, which may end in CR LF. */
	read_words(&options, "m|--config /a\r|/cgi-bin/script|--help");
	assert_string_equal(options.config, "/a");
	assert_false(options.help);
	assert_null(options.wrong);
	read_words(&options, "m|--config");
	assert_string_equal(options.wrong, "--config");
	read_words(&options, "m|--configure=/a|--help");
	assert_string_equal(options.wrong, "--configure=/a");
	assert_false(options.help);
	assert_null(options.config);
}

static void test_path(void **state)
{
	struct options options = { .config = "/a" };

	(void)state;
	assert_int_equal(setenv("MINTAGE_CONFIG", "/b", 1), 0);
	assert_string_equal(config_path(&options), "/a");
	options.config = NULL;
	assert_string_equal(config_path(&options), "/b");
	assert_int_equal(setenv("MINTAGE_CONFIG", "", 1), 0);
	assert_string_equal(config_path(&options), MINTAGE_CONFIG_FILE);
	assert_int_equal(unsetenv("MINTAGE_CONFIG"), 0);
	assert_string_equal(config_path(&options), MINTAGE_CONFIG_FILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_script),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_path),
	};
	int file = mkstemp(executed), failed;

	if (file < 0)
		return 1;
	close(file);
	failed = UNIT_RUN(tests);
	(void)unlink(executed);
	return failed;
}
