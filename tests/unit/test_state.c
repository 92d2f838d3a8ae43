/* state: where the processes of a machine keep what they share. */
#include "unit.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/config/state.h"

static void test_writable(void **state)
{
	char folder[] = "/tmp/mintage-state-XXXXXX";
	char file[sizeof(folder) + 2];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/f", folder);
	assert_false(config_state_is_writable(file));
	fclose(fopen(file, "w"));
	assert_int_equal(chmod(file, 0700), 0);
	assert_false(config_state_is_writable(file));
	assert_true(config_state_is_writable(folder));
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void test_folder(void **state)
{
	char named[] = "/nowhere";
	struct config config = { .state_dir = named };

	(void)state;
	/* What is named is used, or fails, but nothing else takes its place. */
	assert_string_equal(config_state_folder(&config), named);
	config.state_dir = NULL;
	if (config_state_is_writable(CONFIG_STATE_USUAL))
		assert_string_equal(config_state_folder(&config),
				    CONFIG_STATE_USUAL);
	else
		assert_null(config_state_folder(&config));
}

static bool beside(const char *log, const char *expected)
{
	char text[64], folder[16] = "";
	struct config config = { .audit_log = text };

	snprintf(text, sizeof(text), "%s", log);
	return config_state_beside_log(&config, folder, sizeof(folder)) &&
	       strcmp(folder, expected) == 0;
}

static void test_beside_log(void **state)
{
	(void)state;
	assert_true(beside("/var/log/a.jsonl", "/var/log"));
	assert_true(beside("/a.jsonl", "/"));
	assert_true(beside("/fifteen/bytes1/a", "/fifteen/bytes1"));
	assert_false(beside("/sixteen/bytes12/a", "/sixteen/bytes12"));
	assert_false(beside("syslog", "."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writable),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_beside_log),
	};

	return UNIT_RUN(tests);
}
