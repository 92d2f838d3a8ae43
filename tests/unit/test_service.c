/*
 * service: a reload that a confined process can't follow, or for which there is
 * no memory, leaves the old service in force.
 */
#include "unit.h"

#include "cgi/service/sandbox.h"
#include "lib/base/locked.h"

static enum error fake_check(const struct config *config,
			     struct problem *problem);
static void *fake_take(struct locked *locked, size_t size);

#define sandbox_check fake_check
#define locked_take fake_take
#include "cgi/service/service.c"
#undef sandbox_check
#undef locked_take

#include "unit_service.h"

static bool is_confined, no_memory;
static struct problem problem;

/* As sandbox.c does where another folder was named. */
static enum error fake_check(const struct config *config, struct problem *why)
{
	if (!is_confined)
		return ERROR_NONE;
	return problem_set(why, ERROR_CONFIG, NULL, "%s: restart it",
			   config->path);
}

static void *fake_take(struct locked *locked, size_t size)
{
	return no_memory ? NULL : locked_take(locked, size);
}

static int begin(void **state)
{
	(void)state;
	is_confined = no_memory = false;
	unit_service_begin(UNIT_HEAD("")
				   UNIT_PARENT("p", "object-read-only", "one"));
	return 0;
}

static int end(void **state)
{
	(void)state;
	unit_service_end();
	return 0;
}

static int open_files(void)
{
	int count = 0;

	for (int i = 0; i < 256; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

/* The reload fails so, and what was in force is. */
static void assert_stays(const char *message)
{
	const struct config *config = unit_service.config;
	char wanted[PROBLEM_MESSAGE_MAX];
	int before = open_files();

	snprintf(wanted, sizeof(wanted), "%s: %s", unit_file("mintage.conf"),
		 message);
	assert_int_equal(service_reload(&unit_service, &problem), ERROR_CONFIG);
	assert_string_equal(problem.message, wanted);
	assert_string_equal(unit_service.outdated, wanted);
	assert_ptr_equal(unit_service.config, config);
	assert_string_equal(config->parents->key.name, "p");
	assert_true(unit_service.audit.file >= 0);
	assert_int_equal(open_files(), before);
}

static void test_reload(void **state)
{
	static const char other[] = UNIT_HEAD("")
		UNIT_PARENT("q", "object-read-only", "one");

	(void)state;
	unit_file_write("mintage.conf", other);
	is_confined = true;
	assert_stays("restart it");
	is_confined = false;
	no_memory = true;
	assert_stays("out of memory");
	no_memory = false;
	assert_int_equal(service_reload(&unit_service, &problem), ERROR_NONE);
	assert_string_equal(unit_service.config->parents->key.name, "q");
	assert_string_equal(unit_service.outdated, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reload, begin, end),
	};

	return UNIT_RUN(tests);
}
