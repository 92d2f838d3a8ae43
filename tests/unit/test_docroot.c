/* What must not lie where a web server's pages are, by whichever way it got
 * there. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/service/docroot.h"

static char folder[] = "/tmp/mintage-docroot-XXXXXX";
static char config_path[64], secret_path[64], token_path[64], log_path[64];
static char syslog_path[] = "syslog";
static struct problem problem;

static char *in_folder(char path[64], const char *name)
{
	snprintf(path, 64, "%s/%s", folder, name);
	return path;
}

static void touch(const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(file >= 0);
	close(file);
}

/* www/ with pages/ in it is published, home/ is not. */
static int build(void **state)
{
	static const char *const folders[] = { "www", "www/pages", "wwwhome",
					       "home" };
	char path[64];

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (mkdir(in_folder(path, folders[i]), 0700) != 0)
			return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	char command[80];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command); /* NOLINT(cert-env33-c) */
}

/* A configuration whose four files have these names. */
static enum error check(const char *config_name, const char *secret_name,
			const char *token_name, const char *log_name,
			const char *root)
{
	struct parent parent = {
		.key = { .secret_file = in_folder(secret_path, secret_name),
			 .api_token_file = in_folder(token_path, token_name) },
	};
	struct config config = {
		.path = in_folder(config_path, config_name),
		.audit_log = strcmp(log_name, "syslog") == 0 ?
				     syslog_path :
				     in_folder(log_path, log_name),
		.parents = &parent,
	};
	char path[64];

	touch(config_path);
	touch(secret_path);
	touch(token_path);
	problem = (struct problem){ .error = ERROR_NONE };
	return docroot_check(&config, root ? in_folder(path, root) : NULL,
			     &problem);
}

static enum error check_config(const char *name, const char *root)
{
	return check(name, "home/s", "home/t", "home/log", root);
}

static void test_outside(void **state)
{
	(void)state;
	assert_int_equal(check_config("home/c", "www"), ERROR_NONE);
	/* Its name only begins alike. */
	assert_int_equal(check_config("wwwhome/c", "www"), ERROR_NONE);
	assert_int_equal(check_config("www/c", "www/pages"), ERROR_NONE);
	assert_int_equal(problem.error, ERROR_NONE);
}

static void test_inside(void **state)
{
	(void)state;
	assert_int_equal(check_config("www/c", "www"), ERROR_CONFIG);
	assert_non_null(strstr(problem.message, "www/c: the configuration is "
						"inside the document root"));
	assert_int_equal(check_config("www/pages/c", "www"), ERROR_CONFIG);
	assert_int_equal(check_config("www/c", "www/"), ERROR_CONFIG);
	assert_int_equal(check_config("www/c", "home/../www/pages/.."),
			 ERROR_CONFIG);
	assert_int_equal(check_config("home/../www/c", "www"), ERROR_CONFIG);
}

static void test_each_file(void **state)
{
	(void)state;
	assert_int_equal(check("home/c", "www/s", "home/t", "syslog", "www"),
			 ERROR_CONFIG);
	assert_non_null(strstr(problem.message, "www/s: this secret"));
	assert_int_equal(check("home/c", "home/s", "www/t", "syslog", "www"),
			 ERROR_CONFIG);
	assert_non_null(strstr(problem.message, "www/t: this secret"));
	/* The log may not be there yet. */
	assert_int_equal(check("home/c", "home/s", "home/t", "www/log", "www"),
			 ERROR_CONFIG);
	assert_non_null(strstr(problem.message, "www/log: the audit log"));
	assert_int_equal(check("home/c", "home/s", "home/t", "syslog", "www"),
			 ERROR_NONE);
}

/* What links are verified and made with. */
static void test_link_secrets(void **state)
{
	struct download downloads[2] = { { .next = &downloads[1] } };
	struct domain domain = { .next = NULL };
	struct config config = {
		.path = in_folder(config_path, "home/c"),
		.audit_log = syslog_path,
		.downloads = downloads,
		.domains = &domain,
	};
	char root[64];

	(void)state;
	touch(config_path);
	in_folder(secret_path, "home/l");
	in_folder(token_path, "www/l");
	touch(secret_path);
	touch(token_path);
	in_folder(root, "www");
	domain.secret_file = downloads[1].link_secret_file = secret_path;
	assert_int_equal(docroot_check(&config, root, &problem), ERROR_NONE);
	downloads[1].link_secret_file = token_path;
	assert_int_equal(docroot_check(&config, root, &problem), ERROR_CONFIG);
	assert_non_null(strstr(problem.message, "www/l: this secret"));
	downloads[1].link_secret_file = secret_path;
	domain.secret_file = token_path;
	assert_int_equal(docroot_check(&config, root, &problem), ERROR_CONFIG);
	assert_non_null(strstr(problem.message, "www/l: this secret"));
}

/* A server follows links, so both of a link's ends count. */
static void test_links(void **state)
{
	char path[64];

	(void)state;
	touch(in_folder(path, "home/real"));
	assert_int_equal(symlink("../home/real", in_folder(path, "www/out")),
			 0);
	assert_int_equal(check_config("www/out", "www"), ERROR_CONFIG);
	touch(in_folder(path, "www/real"));
	assert_int_equal(symlink("../www/real", in_folder(path, "home/in")), 0);
	assert_int_equal(check_config("home/in", "www"), ERROR_CONFIG);
	assert_int_equal(symlink("www", in_folder(path, "linked")), 0);
	assert_int_equal(check_config("www/c", "linked"), ERROR_CONFIG);
}

static void test_no_root(void **state)
{
	struct config config = { .path = config_path, .audit_log = log_path };

	(void)state;
	assert_int_equal(check_config("www/c", NULL), ERROR_NONE);
	assert_int_equal(check_config("www/c", "nowhere"), ERROR_NONE);
	assert_int_equal(docroot_check(&config, "", &problem), ERROR_NONE);
	assert_int_equal(docroot_check(&config, "/", &problem), ERROR_NONE);
}

static const char *one_variable(void *context, const char *name)
{
	const char *const *pair = context;

	return strcmp(name, pair[0]) == 0 ? pair[1] : NULL;
}

static void test_variables(void **state)
{
	struct config config = { .path = config_path,
				 .audit_log = syslog_path };
	char root[64];
	const char *pair[2] = { "DOCUMENT_ROOT", in_folder(root, "www") };

	(void)state;
	touch(in_folder(config_path, "www/c"));
	assert_int_equal(docroot_check_all(&config, one_variable, pair,
					   &problem),
			 ERROR_CONFIG);
	pair[0] = "CONTEXT_DOCUMENT_ROOT";
	assert_int_equal(docroot_check_all(&config, one_variable, pair,
					   &problem),
			 ERROR_CONFIG);
	/* Which a client could send. */
	pair[0] = "HTTP_DOCUMENT_ROOT";
	assert_int_equal(docroot_check_all(&config, one_variable, pair,
					   &problem),
			 ERROR_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_each_file),
		cmocka_unit_test(test_link_secrets),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_no_root),
		cmocka_unit_test(test_variables),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name(__FILE__, tests, build, tear_down);
}
