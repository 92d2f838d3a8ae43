/* plaincgi: what a CGI responder does where it can't confine itself, and what
 * the server's log is told of a request that was answered. */
#include "unit.h"

#include <unistd.h>

#include "cgi/service/docroot.h"
#include "cgi/service/sandbox.h"
#include "cgi/web/body.h"
#include "cgi/web/plaincgi.h"
#include "cgi/web/request.h"

/* ---- what surrounds it ----------------------------------------------------- */

/* What works. */
static struct {
	bool loads, is_private, needs_keeper, keeper_begins, confines;
	struct problem told; /* by a load that succeeded */
} fake;

/* What was done. */
static struct {
	int handled, refused, freed, relied, ended;
} seen;

static struct config settings;

static enum error outcome(bool works, struct problem *problem, const char *why)
{
	return works ? ERROR_NONE :
		       problem_set(problem, ERROR_CONFIG, NULL, "%s", why);
}

static enum error fake_load(struct service *service, const char *path,
			    enum service_stay stay, struct problem *problem)
{
	assert_string_equal(path, "/etc/a.conf");
	assert_int_equal(stay, SERVICE_ONCE);
	*service = (struct service){ .config = &settings };
	*problem = fake.told;
	return outcome(fake.loads, problem, "/etc/a.conf:2: what is this?");
}

static void fake_free(struct service *service)
{
	(void)service;
	seen.freed++;
}

static void fake_rely(struct service *service, struct keeper *keeper)
{
	(void)service;
	assert_int_equal(keeper->socket, 7);
	seen.relied++;
}

static bool fake_needed(const struct config *given)
{
	assert_ptr_equal(given, &settings);
	return fake.needs_keeper;
}

static enum error fake_keeper(struct keeper *keeper, const char *path,
			      struct config *given, struct problem *problem)
{
	assert_null(path);
	assert_ptr_equal(given, &settings);
	keeper->socket = fake.keeper_begins ? 7 : -1;
	return outcome(fake.keeper_begins, problem, "no process for it");
}

static void fake_end(struct keeper *keeper)
{
	(void)keeper;
	seen.ended++;
}

static enum error fake_enter(const struct config *given,
			     enum sandbox_templates templates,
			     struct problem *problem)
{
	assert_ptr_equal(given, &settings);
	assert_int_equal(templates, SANDBOX_TEMPLATES_NEEDED);
	return outcome(fake.confines, problem, "can't be confined");
}

static enum error fake_docroots(const struct config *given,
				const char *(*get)(void *context,
						   const char *name),
				void *context, struct problem *problem)
{
	assert_ptr_equal(given, &settings);
	assert_string_equal(get(context, "DOCUMENT_ROOT"), "/srv/www");
	return outcome(fake.is_private, problem, "/srv/www publishes it");
}

static void fake_refuse(const struct request *request, int status,
			const char *text)
{
	(void)request;
	assert_int_equal(status, 503);
	assert_string_equal(text, REQUEST_REFUSAL_CONFIG);
	seen.refused++;
}

#define service_load fake_load
#define service_free fake_free
#define service_rely fake_rely
#define keeper_is_needed fake_needed
#define keeper_begin fake_keeper
#define keeper_end fake_end
#define sandbox_enter fake_enter
#define docroot_check_all fake_docroots
#define request_refuse fake_refuse
#include "cgi/web/plaincgi.c"

/* ---- one request ----------------------------------------------------------- */

static const char *trouble; /* what goes wrong while it is answered, or NULL */

static void handle(struct service *service, const struct request *request)
{
	seen.handled++;
	/* Nothing that was written is taken back. */
	assert_true(request->stream->flush(request->stream->context));
	request->stream->cut(request->stream->context);
	if (!trouble)
		return;
	service->audit.failed = true;
	snprintf(service->audit.why, sizeof(service->audit.why), "%s: log",
		 trouble);
	service->counts.trouble.lasts = service->limits.trouble.lasts =
		service->visitors.trouble.lasts = true;
	snprintf(service->counts.trouble.why,
		 sizeof(service->counts.trouble.why), "%s: counts", trouble);
	snprintf(service->limits.trouble.why,
		 sizeof(service->limits.trouble.why), "%s: limits", trouble);
	snprintf(service->visitors.trouble.why,
		 sizeof(service->visitors.trouble.why), "%s: visitors",
		 trouble);
	snprintf(service->renderer.broken, sizeof(service->renderer.broken),
		 "%s: template", trouble);
}

static int start(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	memset(&fake, 0, sizeof(fake));
	fake.loads = fake.is_private = fake.keeper_begins = true;
	fake.confines = fake.needs_keeper = true;
	settings = (struct config){ .sandbox = true, .request_timeout = 5 };
	trouble = NULL;
	return setenv("DOCUMENT_ROOT", "/srv/www", 1) ||
	       setenv("REQUEST_METHOD", "GET", 1);
}

/* Serve it. Returns what standard error was told. */
static const char *serve(int status)
{
	static char told[2048];
	FILE *file = tmpfile();
	int own = dup(STDERR_FILENO), got;
	size_t length;

	assert_non_null(file);
	assert_true(own >= 0);
	assert_int_equal(dup2(fileno(file), STDERR_FILENO), STDERR_FILENO);
	got = plaincgi_serve("/etc/a.conf", handle);
	assert_int_equal(dup2(own, STDERR_FILENO), STDERR_FILENO);
	close(own);
	assert_int_equal(got, status);
	assert_int_equal(seen.handled, status == 0);
	assert_int_equal(seen.refused, status != 0);
	rewind(file);
	length = fread(told, 1, sizeof(told) - 1, file);
	told[length] = '\0';
	fclose(file);
	return told;
}

static void test_good(void **state)
{
	(void)state;
	assert_string_equal(serve(0), "");
	assert_int_equal(seen.relied, 1);
	assert_int_equal(seen.freed, 1);
	assert_int_equal(seen.ended, 1);
}

static void test_no_keeper_needed(void **state)
{
	(void)state;
	fake.needs_keeper = fake.keeper_begins = false;
	assert_string_equal(serve(0), "");
	assert_int_equal(seen.relied, 0);
}

static void test_no_sandbox(void **state)
{
	(void)state;
	settings.sandbox = fake.confines = fake.keeper_begins = false;
	assert_string_equal(serve(0), "");
	assert_int_equal(seen.relied, 0);
}

/* No request is read by a process that could not confine itself. */
static void test_refused(void **state)
{
	(void)state;
	fake.loads = false;
	assert_string_equal(serve(1),
			    "mintage: /etc/a.conf:2: what is this?\n");
	assert_int_equal(seen.freed, 0);
	start(state);
	fake.is_private = false;
	assert_string_equal(serve(1), "mintage: /srv/www publishes it\n");
	assert_int_equal(seen.freed, 1);
	start(state);
	fake.keeper_begins = false;
	assert_string_equal(serve(1), "mintage: no process for it\n");
	assert_int_equal(seen.freed, 1);
	assert_int_equal(seen.relied, 0);
	start(state);
	fake.confines = false;
	assert_string_equal(serve(1), "mintage: can't be confined\n");
	assert_int_equal(seen.freed, 1);
	assert_int_equal(seen.ended, 1);
}

static void test_told(void **state)
{
	(void)state;
	(void)problem_set(&fake.told, ERROR_CONFIG, NULL, "no such folder");
	trouble = "full";
	assert_string_equal(serve(0), "mintage: no such folder\n"
				      "mintage: full: log\n"
				      "mintage: full: counts\n"
				      "mintage: full: limits\n"
				      "mintage: full: visitors\n"
				      "mintage: full: template\n");
}

#define CASE(test) cmocka_unit_test_setup(test, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_good),       CASE(test_no_keeper_needed),
		CASE(test_no_sandbox), CASE(test_refused),
		CASE(test_told),
	};

	return UNIT_RUN(tests);
}
