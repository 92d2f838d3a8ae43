/*
 * online_url: what `mintage check --url` says of the answers of a service. They
 * are the test's.
 */
#include "unit.h"

#include <unistd.h>

#include "cgi/upstream/upstream.h"

/* What is answered for the mount; the path below it is answered with 404. */
static struct {
	unsigned status;
	const char *body, *failure, *server;
	bool is_lost; /* the call can't be made at all */
} reply;
static size_t calls;

static enum error ask_service(struct upstream *upstream,
			      const struct upstream_batch *batch,
			      const struct upstream_call *call,
			      struct upstream_answer *answer,
			      struct problem *problem)
{
	static const struct slice path = SLICE("/healthz");
	bool is_path = call->url.length > path.length &&
		       memcmp(call->url.data + call->url.length - path.length,
			      path.data, path.length) == 0;

	(void)upstream;
	(void)batch;
	calls++;
	*answer = (struct upstream_answer){
		.status = is_path ? 404 : reply.status,
		.body = slice_text(is_path || !reply.body ? "" : reply.body),
		.failure = slice_text(reply.failure ? reply.failure : ""),
		.headers = slice_text(reply.server ? reply.server : ""),
	};
	return reply.is_lost ? problem_set(problem, ERROR_UNAVAILABLE, NULL,
					   "no helper") :
			       ERROR_NONE;
}

#define upstream_ask ask_service
#include "cgi/cli/online_url.c"
#undef upstream_ask

#include "spoken.h"

#define FAR "https://mint.example/mint/"
#define HERE "http://127.0.0.1/mint/"
#define NOT_OURS                                                             \
	"mintage: " FAR ": answered 200, and not as Mintage does: name the " \
	"address where it is mounted, with a slash at its end\n"

static char path_of_token[] = "/tmp/mintage-token-XXXXXX";

static const char *check(const char *url, const char *token_file,
			 enum cli_status wanted)
{
	enum cli_status status;
	const char *said;

	spoken_begin();
	status = online_url_check("check", url, token_file, NULL, false);
	said = spoken_end();
	assert_int_equal(status, wanted);
	return said;
}

static void set_reply(const char *body)
{
	memset(&reply, 0, sizeof(reply));
	reply.status = 200;
	reply.body = body;
}

static void test_https(void **state)
{
	(void)state;
	set_reply("{\"received\":{\"authorization\":true,\"https\":true},"
		  "\"caller\":null}");
	assert_string_equal(check(FAR, NULL, CLI_DONE),
			    "path: ok\nAuthorization: ok\nHTTPS: ok\n");
	set_reply("{\"received\":{\"authorization\":true,\"https\":false,"
		  "\"more\":[{}]},\"caller\":null}");
	assert_string_equal(check(FAR, NULL, CLI_FAILED),
			    "path: ok\nAuthorization: ok\n"
			    "HTTPS: WRONG: that the request came by https does "
			    "not arrive; pass HTTPS=on on from what ends TLS, "
			    "or name that in trusted-proxies and let it send "
			    "X-Forwarded-Proto\n");
	/* By plain http there is nothing to arrive. */
	assert_string_equal(check(HERE, NULL, CLI_DONE),
			    "path: ok\nAuthorization: ok\n");
}

static void test_callers(void **state)
{
	static const struct {
		const char *caller, *said;
		enum cli_status status;
	} table[] = {
		{ "{\"name\":\"web\",\"accounts\":[]}", "caller: ok, web\n",
		  CLI_DONE },
		{ "{\"name\":\"\\ud800\"}", "caller: ok, ?\n", CLI_DONE },
		{ "null",
		  "caller: WRONG: this token is nobody's there; 'mintage "
		  "caller add' makes one\n",
		  CLI_FAILED },
	};
	char body[256], wanted[256];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		snprintf(body, sizeof(body),
			 "{\"received\":{\"authorization\":true},"
			 "\"caller\":%s}",
			 table[i].caller);
		snprintf(wanted, sizeof(wanted),
			 "path: ok\nAuthorization: ok\n%s", table[i].said);
		set_reply(body);
		assert_string_equal(check(HERE, path_of_token, table[i].status),
				    wanted);
	}
}

static void test_not_ours(void **state)
{
	static const char *const bodies[] = {
		"",
		"[]",
		"{}",
		"{\"received\":[]}",
		"{\"received\":{\"https\":]}}",
		"{\"received\":{\"https\":true",
		"{\"received\":{\"https\":true},\"caller\":{]}",
		"{\"more\":{]}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		set_reply(bodies[i]);
		assert_string_equal(check(FAR, NULL, CLI_FAILED), NOT_OURS);
	}
}

static void test_no_answer(void **state)
{
	(void)state;
	set_reply(NULL);
	reply.failure = "it hung up";
	assert_string_equal(check(FAR, NULL, CLI_FAILED),
			    "mintage: " FAR ": it hung up\n");
	reply.is_lost = true;
	assert_string_equal(check(FAR, NULL, CLI_FAILED),
			    "mintage: no helper\n");
}

/* Without the token that was named nothing is asked. */
static void test_no_token(void **state)
{
	char hidden[sizeof(path_of_token) + 8], wanted[256];

	(void)state;
	snprintf(hidden, sizeof(hidden), "%s.none", path_of_token);
	snprintf(wanted, sizeof(wanted),
		 "mintage: %s: can't be opened: No such file or directory\n",
		 hidden);
	calls = 0;
	assert_string_equal(check(FAR, hidden, CLI_FAILED), wanted);
	assert_int_equal(calls, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_https),
		cmocka_unit_test(test_callers),
		cmocka_unit_test(test_not_ours),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_no_token),
	};
	int file = mkstemp(path_of_token), failed;

	if (file < 0 || dprintf(file, "Token-%032d\n", 0) < 0)
		return 1;
	close(file);
	failed = UNIT_RUN(tests);
	return unlink(path_of_token) != 0 || failed;
}
