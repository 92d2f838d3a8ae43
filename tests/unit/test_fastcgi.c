/* fastcgi: what the administrator is told of the process, and that a request is
 * refused where it can't be answered safely. */
#include "unit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <syslog.h>

#include "cgi/service/docroot.h"
#include "cgi/service/sandbox.h"
#include "cgi/web/fastcgi_log.h"
#include "cgi/web/fastcgi_request.h"
#include "cgi/web/fastcgi_socket.h"
#include "lib/audit/strangers.h"
#include "lib/base/locked.h"

/* ---- what surrounds it ----------------------------------------------------- */

/* What is true while the test runs. */
static struct {
	bool is_late, can_complete, can_enter, is_private, is_locked;
	bool can_accept;
	int accepted; /* -1: nobody is there */
	const char *lacks;
	int waited; /* errno of ppoll, or 0 where something can be read */
	long strangers_wait;
} fake;

/* What was done meanwhile. */
static struct {
	char log[1024]; /* each line with a letter for its level */
	int handled, refused, sums, ends, checks;
	long timeout_ms;
} seen;

static void PRINTF_LIKE(2, 3) fake_log(int level, const char *format, ...)
{
	size_t used = strlen(seen.log);
	va_list arguments;

	used += (size_t)snprintf(seen.log + used, sizeof(seen.log) - used,
				 "%c ",
				 level == LOG_ERR     ? 'E' :
				 level == LOG_WARNING ? 'W' :
							'I');
	va_start(arguments, format);
	vsnprintf(seen.log + used, sizeof(seen.log) - used, format, arguments);
	va_end(arguments);
	strcat(seen.log, "\n");
}

static bool fake_is_late(void)
{
	return fake.is_late;
}

static enum error fake_complete(const struct config *config,
				struct problem *problem)
{
	(void)config;
	return fake.can_complete ? ERROR_NONE :
				   problem_set(problem, ERROR_CONFIG, NULL,
					       "still not there");
}

static enum error fake_enter(const struct config *config,
			     enum sandbox_templates templates,
			     struct problem *problem)
{
	(void)config;
	assert_int_equal(templates, SANDBOX_TEMPLATES_READ);
	return fake.can_enter ? ERROR_NONE :
				problem_set(problem, ERROR_CONFIG, NULL,
					    "can't be confined");
}

static void fake_lacks(char text[PROBLEM_MESSAGE_MAX])
{
	snprintf(text, PROBLEM_MESSAGE_MAX, "%s", fake.lacks);
}

static enum error fake_docroot(const struct config *config, const char *root,
			       struct problem *problem)
{
	(void)config;
	seen.checks++;
	return fake.is_private ? ERROR_NONE :
				 problem_set(problem, ERROR_CONFIG, NULL,
					     "%s publishes it", root);
}

static bool fake_is_locked(const struct locked *locked)
{
	(void)locked;
	return fake.is_locked;
}

static void fake_refuse(const struct request *request, int status,
			const char *text)
{
	(void)request;
	assert_int_equal(status, 503);
	assert_non_null(strstr(text, "not configured correctly"));
	seen.refused++;
}

static void fake_request_end(struct fastcgi_request *request)
{
	(void)request;
	seen.ends++;
}

static bool fake_accept(const char *servers, int *connection)
{
	(void)servers;
	*connection = fake.accepted;
	return fake.can_accept;
}

static int fake_ppoll(struct pollfd *files, nfds_t count,
		      const struct timespec *timeout, const sigset_t *mask)
{
	(void)mask;
	assert_int_equal(count, 1);
	assert_int_equal(files->fd, FASTCGI_LISTENER);
	seen.timeout_ms =
		timeout ? timeout->tv_sec * 1000 + timeout->tv_nsec / 1000000 :
			  -1;
	if (fake.waited == ETIMEDOUT)
		return 0;
	errno = fake.waited;
	return fake.waited ? -1 : 1;
}

static long fake_strangers_wait(const struct audit_strangers *strangers)
{
	(void)strangers;
	return fake.strangers_wait;
}

static void fake_strangers_tell(struct audit_strangers *strangers,
				struct audit *audit)
{
	(void)strangers;
	(void)audit;
	seen.sums++;
}

#define fastcgi_log fake_log
#define sandbox_is_late fake_is_late
#define sandbox_complete fake_complete
#define sandbox_enter fake_enter
#define sandbox_lacks fake_lacks
#define docroot_check fake_docroot
#define locked_is_locked fake_is_locked
#define request_refuse fake_refuse
#define fastcgi_request_end fake_request_end
#define fastcgi_socket_accept fake_accept
#define ppoll fake_ppoll
#define audit_strangers_wait fake_strangers_wait
#define audit_strangers_tell fake_strangers_tell
#include "cgi/web/fastcgi.c"

/* ---- the process ----------------------------------------------------------- */

static char config_path[] = "a.conf";
static struct config config;
static struct fastcgi process;
static char first_root[] = "DOCUMENT_ROOT=/srv/www";
static char other_root[] = "DOCUMENT_ROOT=/srv/other";
static char *parameters[] = { first_root, NULL };

static void handle(struct service *service, const struct request *request)
{
	assert_ptr_equal(service, &process.service);
	(void)request;
	seen.handled++;
}

/* All is well, and nobody is there. */
static int start(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	memset(&process, 0, sizeof(process));
	fake.is_late = false;
	fake.can_complete = fake.can_enter = fake.is_private = true;
	fake.is_locked = fake.can_accept = true;
	fake.accepted = -1;
	fake.lacks = "";
	fake.waited = 0;
	fake.strangers_wait = -1;
	config = (struct config){ .path = config_path,
				  .strict_modes = true,
				  .sandbox = true,
				  .request_timeout = 7 };
	process.service.config = &config;
	process.handle = handle;
	fastcgi_request_init(&process.request);
	process.request.parameters = parameters;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	docroots_forget(&process);
	return 0;
}

/* ---- requests -------------------------------------------------------------- */

static void assert_request(bool is_handled, const char *log)
{
	seen.handled = seen.refused = seen.ends = 0;
	seen.log[0] = '\0';
	serve_request(&process);
	assert_int_equal(seen.handled, is_handled);
	assert_int_equal(seen.refused, !is_handled);
	assert_int_equal(seen.ends, 1);
	assert_string_equal(seen.log, log);
}

/* A folder of pages that shows something private stops every request, until it
 * no longer does. One that passed is not checked for each of them. */
static void test_published(void **state)
{
	(void)state;
	fake.is_private = false;
	assert_request(false, "E /srv/www publishes it\n");
	assert_request(false, "E /srv/www publishes it\n");
	assert_int_equal(seen.checks, 2);
	fake.is_private = true;
	assert_request(true, "");
	assert_int_equal(seen.checks, 3);
	assert_request(true, "");
	assert_int_equal(seen.checks, 3);
	/* Another one, and then the first again. */
	fake.is_private = false;
	parameters[0] = other_root;
	assert_request(false, "E /srv/other publishes it\n");
	parameters[0] = first_root;
	assert_request(true, "");
	docroots_forget(&process);
	assert_request(false, "E /srv/www publishes it\n");
}

/* What could not be confined at the start must be before a request is. */
static void test_late(void **state)
{
	(void)state;
	fake.can_complete = false;
	assert_request(true, "");
	fake.is_late = true;
	assert_request(false, "E still not there\n");
	fake.can_complete = true;
	assert_request(true, "");
}

/* ---- what is told ---------------------------------------------------------- */

static void test_confined(void **state)
{
	(void)state;
	assert_true(confine(&process));
	assert_string_equal(seen.log, "");
	fake.is_late = true;
	fake.lacks = "this kernel is old";
	assert_true(confine(&process));
	assert_string_equal(
		seen.log,
		"W a.conf: the folder of audit-log, or state-dir, is not "
		"there; until it is, other files can be opened, too\n"
		"W this kernel is old\n");
	/* Whoever wants no sandbox need not know what it would lack. */
	seen.log[0] = '\0';
	fake.is_late = false;
	config.sandbox = false;
	assert_true(confine(&process));
	assert_string_equal(seen.log, "");
	fake.can_enter = false;
	assert_false(confine(&process));
	assert_string_equal(seen.log, "E can't be confined\n");
}

static void test_loaded(void **state)
{
	struct problem problem = { .error = ERROR_NONE };

	(void)state;
	tell_of_load(&process, &problem);
	assert_string_equal(seen.log, "");
	fake.is_locked = false;
	tell_of_load(&process, &problem);
	assert_int_equal(
		strncmp(seen.log, "W the system locks no more memory", 33), 0);
	assert_non_null(strstr(seen.log, "LimitMEMLOCK=64M\n"));
	seen.log[0] = '\0';
	fake.is_locked = true;
	config.strict_modes = config.sandbox = false;
	(void)problem_set(&problem, ERROR_CONFIG, NULL, "no log");
	tell_of_load(&process, &problem);
	assert_int_equal(
		strncmp(seen.log, "E no log\nW a.conf: strict-modes", 31), 0);
	assert_non_null(strstr(seen.log, "\nW a.conf: sandbox = no: "));
}

/* ---- waiting --------------------------------------------------------------- */

static void test_waiting(void **state)
{
	static const struct {
		int error;
		bool goes_on;
		int sums;
	} rows[] = {
		{ 0, true, 0 },       { ETIMEDOUT, true, 1 },
		{ EINTR, true, 0 },   { ENOMEM, true, 0 },
		{ EINVAL, false, 0 }, { EBADF, false, 0 },
	};

	(void)state;
	fake.strangers_wait = 1234;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake.waited = rows[i].error;
		seen.sums = 0;
		assert_int_equal(serve_one(&process), rows[i].goes_on);
		/* A line that is due is written although nobody asks. */
		assert_int_equal(seen.sums, rows[i].sums);
		assert_int_equal(seen.timeout_ms, 1234);
	}
	fake.strangers_wait = -1;
	fake.waited = 0;
	assert_true(serve_one(&process));
	assert_int_equal(seen.timeout_ms, -1);
	/* The listening socket is at fault. */
	fake.can_accept = false;
	assert_false(serve_one(&process));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_published), CASE(test_late),    CASE(test_confined),
		CASE(test_loaded),    CASE(test_waiting),
	};

	return UNIT_RUN(tests);
}
