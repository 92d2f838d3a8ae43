/*
 * sandbox: which folders stay open, what happens where the kernel lacks or
 * refuses something, and which configurations a confined process can go on
 * with. The kernel is the test's; web/test_sandbox.py has the real one.
 */
#include "confined.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/mintage-sandbox-XXXXXX";
static char log_path[128], state_path[128], missing_log[128], missing[128];
static char link_path[128];
static struct config config;
static struct problem problem;

/* Nothing writes to what a configuration names, or frees it here. */
static char *own(const char *text)
{
	return (char *)(uintptr_t)text;
}

/* A new process, a whole kernel, and a configuration with both folders. */
static void begin(void)
{
	free(confined.log);
	free(confined.state);
	memset(&confined, 0, sizeof(confined));
	memset(&kernel, 0, sizeof(kernel));
	kernel.abi = 7;
	kernel.is_built = kernel.is_known = true;
	memset(&config, 0, sizeof(config));
	config.path = own("mintage.conf");
	config.sandbox = true;
	config.audit_log = log_path;
	config.state_dir = state_path;
	config.templates = own("/usr/templates");
}

/* Begin, and confine the process to the folders of this log and state-dir. */
static void confine(const char *log, const char *state,
		    enum sandbox_templates templates)
{
	begin();
	config.audit_log = own(log);
	config.state_dir = own(state);
	assert_int_equal(sandbox_enter(&config, templates, &problem),
			 ERROR_NONE);
}

static void assert_allowed(enum sandbox_templates templates, const char *first,
			   const char *second)
{
	char wanted[1024];

	assert_int_equal(sandbox_enter(&config, templates, &problem),
			 ERROR_NONE);
	snprintf(wanted, sizeof(wanted), "%s%s%s%s/var/tmp\n%s", first,
		 *first ? "\n" : "", second, *second ? "\n" : "",
		 templates == SANDBOX_TEMPLATES_NEEDED ?
			 "read /usr/templates\n" :
			 "");
	assert_string_equal(kernel.allowed, wanted);
	assert_int_equal(kernel.entered, 1);
	assert_int_equal(kernel.open, 0);
	assert_false(sandbox_is_late());
}

static void test_folders(void **state)
{
	(void)state;
	begin();
	assert_allowed(SANDBOX_TEMPLATES_READ, folder, state_path);
	begin();
	assert_allowed(SANDBOX_TEMPLATES_NEEDED, folder, state_path);
	/* What lies in /dev and /proc is used alone. */
	begin();
	config.audit_log = own("/dev/stderr");
	assert_allowed(SANDBOX_TEMPLATES_READ, "/dev/stderr", state_path);
	begin();
	config.audit_log = own("/proc/self/fd/2");
	assert_allowed(SANDBOX_TEMPLATES_READ, "/proc/self/fd/2", state_path);
	/* The system's log has no folder. */
	begin();
	config.audit_log = own("syslog");
	assert_allowed(SANDBOX_TEMPLATES_NEEDED, state_path, "");
}

/* A log that is a link needs what it leads to, and its own folder. */
static void test_a_link(void **state)
{
	char both[300];

	(void)state;
	begin();
	config.audit_log = link_path;
	snprintf(both, sizeof(both), "%s\n%s", link_path, folder);
	assert_allowed(SANDBOX_TEMPLATES_READ, both, state_path);
}

/* A folder that can't be found, or is closed to this user, is no refusal. */
static void test_folders_that_are_not_there(void **state)
{
	static const int failures[] = { ENOENT, ENOTDIR, EACCES, ELOOP,
					ENAMETOOLONG };

	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		begin();
		kernel.allow = failures[i];
		assert_allowed(SANDBOX_TEMPLATES_NEEDED, folder, state_path);
	}
}

static void assert_refused(int failure)
{
	char words[128];

	snprintf(words, sizeof(words),
		 "mintage.conf: the kernel refuses to confine this process: "
		 "%s; with sandbox = no",
		 strerror(failure));
	assert_int_equal(sandbox_enter(&config, SANDBOX_TEMPLATES_NEEDED,
				       &problem),
			 ERROR_CONFIG);
	assert_non_null(strstr(problem.message, words));
	assert_int_equal(kernel.open, 0);
}

static void test_refusals(void **state)
{
	const char *const paths[] = { folder, state_path, "/var/tmp",
				      "/usr/templates" };

	(void)state;
	begin();
	kernel.renounce = EINVAL;
	assert_refused(EINVAL);
	assert_string_equal(kernel.allowed, "");
	begin();
	kernel.begin = EMFILE;
	assert_refused(EMFILE);
	for (size_t i = 0; i < 4; i++) {
		begin();
		kernel.allow = ENOMEM;
		kernel.fails = paths[i];
		assert_refused(ENOMEM);
		assert_int_equal(kernel.entered, 0);
	}
	begin();
	config.audit_log = link_path;
	kernel.allow = ENOMEM;
	kernel.fails = link_path;
	assert_refused(ENOMEM);
	begin();
	kernel.enter = E2BIG;
	assert_refused(E2BIG);
	begin();
	kernel.filter = EACCES;
	assert_refused(EACCES);
}

/* What is not there is left out; what is not wanted is not tried. */
static void test_left_out(void **state)
{
	(void)state;
	begin();
	kernel.begin = kernel.filter = ENOSYS;
	kernel.abi = 0;
	assert_int_equal(sandbox_enter(&config, SANDBOX_TEMPLATES_READ,
				       &problem),
			 ERROR_NONE);
	assert_string_equal(kernel.allowed, "");
	for (int i = 0; i < 2; i++) {
		begin();
		config.sandbox = i == 0;
		kernel.is_watched = i == 0;
		kernel.renounce = kernel.begin = kernel.filter = EPERM;
		assert_int_equal(sandbox_enter(&config, SANDBOX_TEMPLATES_READ,
					       &problem),
				 ERROR_NONE);
	}
}

/* ---- a folder that is made later ------------------------------------------ */

static void late(const char *log, const char *state)
{
	confine(log, state, SANDBOX_TEMPLATES_READ);
	assert_true(sandbox_is_late());
	assert_int_equal(kernel.entered, 0);
	assert_int_equal(sandbox_complete(&config, &problem), ERROR_NONE);
	assert_true(sandbox_is_late());
	assert_int_equal(kernel.entered, 0);
	/* Until then each folder can be had. */
	assert_int_equal(sandbox_check(&config, &problem), ERROR_NONE);
}

static void test_late(void **state)
{
	(void)state;
	late(missing_log, state_path);
	late(missing_log, NULL);
	late(log_path, missing);
	config.state_dir = state_path; /* now it is there */
	kernel.enter = E2BIG;
	assert_int_equal(sandbox_complete(&config, &problem), ERROR_CONFIG);
	assert_true(sandbox_is_late());
	kernel.enter = 0;
	assert_int_equal(sandbox_complete(&config, &problem), ERROR_NONE);
	assert_false(sandbox_is_late());
	assert_int_equal(kernel.entered, 2);
	assert_int_equal(sandbox_complete(&config, &problem), ERROR_NONE);
	assert_int_equal(kernel.entered, 2);
	/* Without Landlock, and where templates are still needed, nothing is
	 * late. */
	begin();
	config.state_dir = missing;
	kernel.abi = 0;
	kernel.begin = ENOSYS;
	assert_int_equal(sandbox_enter(&config, SANDBOX_TEMPLATES_READ,
				       &problem),
			 ERROR_NONE);
	assert_false(sandbox_is_late());
	confine(log_path, missing, SANDBOX_TEMPLATES_NEEDED);
	assert_false(sandbox_is_late());
}

/* A folder is late where its path leads to none. Where the system can't say,
 * the process is confined now, or does not begin. */
static void test_what_is_late(void **state)
{
	static const struct {
		int failure;
		bool is_late;
	} rows[] = {
		{ ENOENT, true },  { ENOTDIR, true },      { EACCES, true },
		{ ELOOP, true },   { ENAMETOOLONG, true }, { EIO, false },
		{ ENOMEM, false }, { EOVERFLOW, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		kernel.stat = rows[i].failure;
		assert_int_equal(sandbox_enter(&config, SANDBOX_TEMPLATES_READ,
					       &problem),
				 ERROR_NONE);
		assert_int_equal(sandbox_is_late(), rows[i].is_late);
		assert_int_equal(kernel.entered, !rows[i].is_late);
	}
}

/* ---- another configuration ------------------------------------------------ */

static void confine_to(const char *log, const char *state)
{
	confine(log, state, SANDBOX_TEMPLATES_NEEDED);
}

static void assert_goes_on(const char *log, const char *state, const char *says)
{
	enum error error;

	config.audit_log = own(log);
	config.state_dir = own(state);
	error = sandbox_check(&config, &problem);
	if (!says) {
		assert_int_equal(error, ERROR_NONE);
		return;
	}
	assert_int_equal(error, ERROR_CONFIG);
	assert_non_null(strstr(problem.message, says));
	assert_non_null(strstr(problem.message, "restart"));
}

static void test_another_log(void **state)
{
	static const char moved[] = "the folder of audit-log has changed";

	(void)state;
	confine_to("/a/log/one", NULL);
	assert_goes_on("/a/log/one", NULL, NULL);
	assert_goes_on("/a/log/two", NULL, NULL);
	assert_goes_on("syslog", NULL, NULL);
	assert_goes_on("/a/log/", NULL, NULL);
	assert_goes_on("/a/log/sub/one", NULL, moved);
	assert_goes_on("/a/one", NULL, moved);
	assert_goes_on("/a/logs/one", NULL, moved);
	assert_goes_on("/b/log/one", NULL, moved);
	confine_to("/a/log/sub/one", NULL);
	assert_goes_on("/a/log/one", NULL, moved);
	/* Only the one file in /dev or /proc is within reach. */
	confine_to("/dev/one", NULL);
	assert_goes_on("/dev/one", NULL, NULL);
	assert_goes_on("/dev/two", NULL, moved);
	confine_to("/proc/1/a", NULL);
	assert_goes_on("/proc/1/b", NULL, moved);
	confine_to("syslog", NULL);
	assert_goes_on("syslog", NULL, NULL);
	assert_goes_on("/a/log/one", NULL, moved);
}

static void test_another_state(void **state)
{
	static const char moved[] = "state-dir has changed";

	(void)state;
	confine_to("/a/one", "/s");
	assert_goes_on("/a/one", "/s", NULL);
	assert_goes_on("/a/one", NULL, NULL);
	assert_goes_on("/a/one", "/t", moved);
	confine_to("/a/one", NULL);
	assert_goes_on("/a/one", "/s", moved);
}

static void test_another_sandbox(void **state)
{
	(void)state;
	begin();
	assert_goes_on("/b/one", "/t", NULL); /* nothing is confined yet */
	confine_to("/a/one", "/s");
	config.sandbox = false;
	assert_goes_on("/a/one", "/s", "sandbox has changed");
	begin();
	config.sandbox = false;
	assert_int_equal(sandbox_enter(&config, SANDBOX_TEMPLATES_READ,
				       &problem),
			 ERROR_NONE);
	assert_goes_on("/b/one", "/t", NULL);
	config.sandbox = true;
	assert_goes_on("/b/one", "/t", "sandbox has changed");
	confine_to("/a/one", "/s");
	kernel.is_watched = true;
	assert_goes_on("/b/one", "/t", NULL);
}

/* ---- what is lacking ------------------------------------------------------ */

static void test_lacks(void **state)
{
	static const struct {
		int abi;
		bool is_built, is_known, is_watched;
		const char *says[3];
	} rows[] = {
		{ 7, true, true, false, { "" } },
		{ 7, true, true, true, { "built with sanitizers" } },
		{ 0,
		  true,
		  true,
		  false,
		  { "this kernel has no Landlock", "open all files that" } },
		{ 7,
		  true,
		  false,
		  false,
		  { "this kernel has no filters", "could use the network" } },
		{ 7,
		  false,
		  true,
		  false,
		  { "built without filters", "could use the network" } },
		{ 0,
		  true,
		  false,
		  false,
		  { "no Landlock", ", and this kernel has no filters",
		    "do all that its user may" } },
		{ 0,
		  false,
		  false,
		  false,
		  { ", and Mintage was built without", "do all that" } },
	};
	char text[PROBLEM_MESSAGE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		kernel.abi = rows[i].abi;
		kernel.is_built = rows[i].is_built;
		kernel.is_known = rows[i].is_known;
		kernel.is_watched = rows[i].is_watched;
		sandbox_lacks(text);
		if (i == 0)
			assert_string_equal(text, "");
		for (size_t j = 0; j < 3 && rows[i].says[j]; j++) {
			if (!strstr(text, rows[i].says[j]))
				fail_msg("'%s' is not in '%s'", rows[i].says[j],
					 text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_a_link),
		cmocka_unit_test(test_folders_that_are_not_there),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_what_is_late),
		cmocka_unit_test(test_another_log),
		cmocka_unit_test(test_another_state),
		cmocka_unit_test(test_another_sandbox),
		cmocka_unit_test(test_lacks),
	};
	int failed;

	/* The folder of temporary files is /var/tmp then. */
	unsetenv("TMPDIR");
	if (!mkdtemp(folder))
		return 1;
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	snprintf(state_path, sizeof(state_path), "%s/state", folder);
	snprintf(missing, sizeof(missing), "%s/missing", folder);
	snprintf(missing_log, sizeof(missing_log), "%s/missing/log", folder);
	snprintf(link_path, sizeof(link_path), "%s/link", folder);
	if (mkdir(state_path, 0700) != 0 || symlink(log_path, link_path) != 0)
		return 1;
	failed = UNIT_RUN(tests);
	(void)unlink(link_path);
	(void)rmdir(state_path);
	(void)rmdir(folder);
	return failed;
}
