/* The pages for people and monitors: the form and what it lists, what was sent
 * and is shown again, a form that is good for one issue, and health. */
#include "unit_service.h"

#include "cgi/web/router.h"
#include "cgi/web/status.h"
#include "lib/base/clock.h"

static bool clock_works = true;

static enum error fake_clock(struct timespec *now, struct problem *problem)
{
	if (clock_works)
		return clock_read(now, problem);
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the clock can't be read");
}

#define clock_read fake_clock
#include "cgi/web/view.c"
#undef clock_read

#define CALLER(name, more)                            \
	"[caller " name "]\nremote-user = " name "\n" \
	"permissions = object-read-only object-write-only\n" more

/* Caller "ann" has two accounts with one parent in each, "bob" one parent, and
 * "cy" two of one account. */
static const char config_text[] =
	UNIT_HEAD("stranger-rate = 3/h\ntemplates = .\n")
		UNIT_PARENT("near", "object-read-write", "files")
			UNIT_PARENT("also", "object-read-write",
				    "files") "[account other]\nid = bb\n"
					     "[parent far]\naccount = other\n"
					     "access-key-id = idfar\n"
					     "secret-access-key-file = secret\n"
					     "permission = object-read-write\n"
					     "buckets = remote\n"

	CALLER("ann", "parents = near far\nbuckets = files remote\n"
		      "prefixes = users/{user}/ public/\n")
		CALLER("bob", "parents = near\nbuckets = files\n"
			      "prefixes = public/\n")
			CALLER("cy", "parents = near also\nbuckets = files\n"
				     "prefixes = public/\n")
	/* Where a download is refused, a template of the administrator's. */
	"[download open]\npath = /open/\naccount = main\nbucket = files\n"
	"parent = near\nprefix = *\nopen-to = everyone\n";

#define OWN_REFUSED                           \
	"{{! raw: requestId }}No: {{status}}" \
	"{{#formats}}one format{{/formats}}{{#buckets}}one{{/buckets}}!\n"

#define PAGE "text/html,application/xhtml+xml,*/*;q=0.8"
#define FORM "application/x-www-form-urlencoded"
#define CREDENTIALS "/r2/temp-access-credentials"
#define SINGLE "/accounts/aa" CREDENTIALS

/* Bytes of a list that a form shows again. */
#define LONGEST (1024 * 1024)

/* ---- a request ------------------------------------------------------------- */

struct asked {
	const char *method;
	const char *path;
	const char *user;
	const char *bearer;
	const char *body; /* a form; NULL: none */
	const char *script;
	const char *address; /* NULL: of another machine */
};

static struct {
	int status;
	size_t length;
	char text[2 * LONGEST];
} got;

static const char *unread;

static long give(void *context, char *data, size_t size)
{
	size_t length = strlen(unread);

	(void)context;
	if (length > size)
		length = size;
	memcpy(data, unread, length);
	unread += length;
	return (long)length;
}

static bool take(void *context, const char *data, size_t length)
{
	(void)context;
	assert_true(got.length + length < sizeof(got.text));
	memcpy(got.text + got.length, data, length);
	got.length += length;
	return true;
}

static bool flush(void *context)
{
	(void)context;
	return true;
}

static void cut(void *context)
{
	(void)context;
	fail_msg("an answer was cut");
}

static int run(struct asked asked)
{
	struct stream stream = {
		.read = give, .write = take, .flush = flush, .cut = cut
	};
	struct request request = {
		.method = slice_text(asked.method),
		.uri = slice_text(asked.path),
		.path = slice_text(asked.path),
		.path_info = slice_text(asked.path),
		.script = slice_text(asked.script),
		.accept = SLICE(PAGE),
		.authorization = slice_text(asked.bearer),
		.remote_user = slice_text(asked.user),
		.remote_address =
			slice_text(asked.address ? asked.address : "192.0.2.1"),
		.content_type = slice_text(asked.body ? FORM : NULL),
		.protocol = SLICE("HTTP/1.1"),
		.host = SLICE("mint.example"),
		.fetch_site = SLICE("same-origin"),
		.https = true,
		.has_length = asked.body != NULL,
		.length = asked.body ? strlen(asked.body) : 0,
		.stream = &stream,
	};

	unread = asked.body ? asked.body : "";
	memset(&got, 0, sizeof(got));
	router_handle(&unit_service, &request);
	assert_int_equal(sscanf(got.text, "Status: %d ", &got.status), 1);
	return got.status;
}

#define RUN(verb, ...) \
	run((struct asked){ .method = verb, .path = __VA_ARGS__ })

static void assert_shows(const char *text)
{
	if (!strstr(got.text, text))
		fail_msg("no '%s' in: %.9000s", text, got.text);
}

/* ---- the form -------------------------------------------------------------- */

/* Each account lists the buckets that the caller has there, and no others. */
static void test_buckets(void **state)
{
	const char *other_form, *found;

	(void)state;
	assert_int_equal(RUN("GET", "/", .user = "ann"), 200);
	other_form = strstr(got.text, "action=\"/accounts/bb/");
	found = strstr(got.text, "name=\"bucket\" value=\"files\"");
	assert_non_null(other_form);
	assert_true(found && found < other_form);
	found = strstr(got.text, "name=\"bucket\" value=\"remote\"");
	assert_true(found && found > other_form);
	assert_null(strstr(other_form, "files\""));
}

static void test_prefixes(void **state)
{
	(void)state;
	assert_int_equal(RUN("GET", "/", .user = "ann"), 200);
	assert_shows(">users/ann/</code>");
	assert_shows(">public/</code>");
	assert_null(strstr(got.text, "{user}"));
}

/* What begins with two slashes would lead to another host. */
static void test_base(void **state)
{
	(void)state;
	assert_int_equal(RUN("GET", "/", .user = "bob",
			     .script = "///evil.example/mint//"),
			 200);
	assert_shows("\"/evil.example/mint/accounts/aa/");
	assert_null(strstr(got.text, "//evil.example"));
}

/* ---- what was sent --------------------------------------------------------- */

/* Send so many bytes of keys with a permission that there isn't. How many of
 * them does the form show again? */
static size_t shown_again(size_t length)
{
	static const char begin[] = "bucket=files&permission=no&objects=";
	static char body[sizeof(begin) + LONGEST + 1];
	const char *found;

	memcpy(body, begin, sizeof(begin) - 1);
	memset(body + sizeof(begin) - 1, 'k', length);
	body[sizeof(begin) - 1 + length] = '\0';
	assert_int_equal(RUN("POST", SINGLE, .user = "bob", .body = body), 400);
	assert_shows("name=\"bucket\" value=\"files\"");
	found = strstr(got.text, "kkkk");
	return found ? strspn(found, "k") : 0;
}

static void test_long_list(void **state)
{
	(void)state;
	assert_int_equal(shown_again(LONGEST), LONGEST);
	assert_int_equal(shown_again(LONGEST + 1), 0);
}

/* A mistake in a field is told beside it, but only where the form has it. */
static void test_parent(void **state)
{
	static const char body[] = "bucket=files&permission=object-read-only"
				   "&objects=public/a&parentAccessKeyId=a-b";
	static const char mark[] = "aria-describedby=\"parent-wrong-aa\"";

	(void)state;
	assert_int_equal(RUN("POST", SINGLE, .user = "cy", .body = body), 400);
	assert_shows(mark);
	assert_shows("1 to 64 letters and digits");
	assert_int_equal(RUN("POST", SINGLE, .user = "bob", .body = body), 400);
	assert_null(strstr(got.text, "parent-wrong"));
	assert_shows("1 to 64 letters and digits");
	/* An account of nobody has no form. */
	assert_int_equal(RUN("POST", "/accounts/cc" CREDENTIALS, .user = "cy",
			     .body = body),
			 400);
	assert_null(strstr(got.text, mark));
	assert_shows("1 to 64 letters and digits");
}

/* ---- a form is good for one issue ------------------------------------------ */

static const char *form_body(void)
{
	static const char mark[] = "name=\"formNumber\" value=\"";
	static char body[256];
	const char *found;

	assert_int_equal(RUN("GET", "/", .user = "bob"), 200);
	found = strstr(got.text, mark);
	assert_non_null(found);
	found += strlen(mark);
	snprintf(body, sizeof(body),
		 "bucket=files&permission=object-read-only&objects=public/a"
		 "&formNumber=%.*s",
		 (int)strcspn(found, "\""), found);
	return body;
}

/* The disk of the log is full: the form issues nothing, and is good still. */
static void test_unrecorded(void **state)
{
	const char *body = form_body();

	(void)state;
	unit_log_fill();
	assert_int_equal(RUN("POST", SINGLE, .user = "bob", .body = body), 503);
	assert_null(strstr(got.text, "idnear"));
	unit_log_mend();
	assert_int_equal(RUN("POST", SINGLE, .user = "bob", .body = body), 200);
	assert_shows("idnear");
	assert_int_equal(RUN("POST", SINGLE, .user = "bob", .body = body), 400);
	assert_null(strstr(got.text, "idnear"));
	assert_shows("was used");
}

/* ---- health ---------------------------------------------------------------- */

static void assert_health(const char *address, int status, const char *text)
{
	const char *body;

	assert_int_equal(RUN("GET", "/healthz", .address = address), status);
	body = strstr(got.text, "\r\n\r\n");
	assert_non_null(body);
	assert_string_equal(body + 4, text);
}

#define HERE "127.0.0.1"
#define THERE "192.0.2.1"

static void test_healthy(void **state)
{
	(void)state;
	assert_health(HERE, 200, "ok\n");
	assert_health(THERE, 200, "ok\n");
}

/* Only who asks from this machine is told why the log can't be written. */
static void test_log(void **state)
{
	struct audit *audit = &unit_service.audit;
	char why[PROBLEM_MESSAGE_MAX + 2];

	(void)state;
	unit_log_fill();
	assert_int_equal(RUN("POST", SINGLE, .user = "bob",
			     .body = "bucket=files&objects=public/a"
				     "&permission=object-read-only"),
			 503);
	assert_true(audit->failed);
	assert_health(THERE, 503, "the audit log can't be written\n");
	snprintf(why, sizeof(why), "%s\n", audit->why);
	assert_non_null(strstr(why, "No space left on device"));
	assert_health(HERE, 503, why);
	unit_log_mend();
	assert_health(THERE, 200, "ok\n");
}

static void test_nobody(void **state)
{
	struct config *config = unit_service.config;
	struct parent *parents = config->parents;
	struct caller *callers = config->callers;
	struct download *downloads = config->downloads;

	(void)state;
	config->parents = NULL;
	assert_health(THERE, 503,
		      "no [parent] section: nothing can be signed\n");
	config->callers = NULL;
	config->downloads = NULL;
	clock_works = false;
	assert_health(THERE, 503,
		      "the clock can't be read\n"
		      "no [parent] section: nothing can be signed\n"
		      "no [caller] section: nobody may ask\n");
	clock_works = true;
	config->parents = parents;
	config->callers = callers;
	config->downloads = downloads;
	assert_health(THERE, 200, "ok\n");
}

/* ---- refusals -------------------------------------------------------------- */

/* An address that guesses too often gets no page any more. */
static void test_stranger(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(RUN("GET", "/", .bearer = "Bearer guess",
				     .address = "192.0.2.7"),
				 200);
		assert_null(strstr(got.text, "/accounts/aa/"));
	}
	assert_int_equal(RUN("GET", "/", .bearer = "Bearer guess",
			     .address = "192.0.2.7"),
			 429);
	assert_shows("\r\nRetry-After: ");
	assert_int_equal(RUN("GET", "/", .bearer = "Bearer guess",
			     .address = "192.0.2.8"),
			 200);
}

/* A template may name lists that its page does not have. */
static void test_own_refusal(void **state)
{
	(void)state;
	assert_int_equal(RUN("GET", "/open/a/"), 404);
	assert_shows("\r\n\r\nNo: 404 Not Found!\n");
}

/* Each status that a refusal can have has its words. */
static void test_statuses(void **state)
{
	(void)state;
	for (int error = 1; error < 20000; error++) {
		int status = error_status((enum error)error);

		if (strcmp(status_text(status), "Error") == 0)
			fail_msg("%d has no words", status);
	}
	assert_string_equal(status_text(418), "Error");
}

int main(void)
{
	static const char *const left[] = { "refused.tmpl", "forms.1",
					    "strangers.1", "limits.lock" };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_base),
		cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_parent),
		cmocka_unit_test(test_unrecorded),
		cmocka_unit_test(test_healthy),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_stranger),
		cmocka_unit_test(test_own_refusal),
		cmocka_unit_test(test_statuses),
	};
	int failed;

	unit_file_write("refused.tmpl", OWN_REFUSED);
	unit_service_begin(config_text);
	failed = UNIT_RUN(tests);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		(void)unlink(unit_file(left[i]));
	unit_service_end();
	return failed;
}
