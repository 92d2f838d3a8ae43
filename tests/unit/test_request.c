/* request: what is made of the web server's variables. */
#include "unit.h"

#include "cgi/web/request.c"

#define MAX_VARIABLES 24

static struct request read_request(const char *const variables[])
{
	/* What the request borrows, until the next one is read. */
	static char texts[MAX_VARIABLES][64];
	char *copy[MAX_VARIABLES] = { NULL };
	struct request request;
	struct stream stream = { 0 };

	for (size_t i = 0; variables[i]; i++) {
		assert_true(i + 1 < MAX_VARIABLES);
		assert_true(strlen(variables[i]) < sizeof(texts[i]));
		copy[i] = strcpy(texts[i], variables[i]);
	}
	request_begin(&request, &stream, copy);
	assert_ptr_equal(request.stream, &stream);
	request.stream = NULL;
	return request;
}

#define REQUEST(...) read_request((const char *const[]){ __VA_ARGS__, NULL })

static void assert_slice(struct slice slice, const char *expected)
{
	if (!expected) {
		assert_null(slice.data);
		assert_int_equal(slice.length, 0);
		return;
	}
	assert_int_equal(slice.length, strlen(expected));
	assert_memory_equal(slice.data, expected, slice.length);
}

static void test_everything(void **state)
{
	struct request request = REQUEST(
		"REQUEST_METHOD=POST", "PATH_INFO=/accounts/a",
		"SCRIPT_NAME=/m", "QUERY_STRING=a=%20", "CONTENT_TYPE=text/csv",
		"HTTP_ACCEPT=*/*", "HTTP_AUTHORIZATION=Bearer t",
		"REMOTE_USER=ann", "REMOTE_ADDR=192.0.2.1", "HTTPS=on",
		"SERVER_PROTOCOL=HTTP/1.1", "HTTP_HOST=h:80",
		"HTTP_ORIGIN=null", "HTTP_SEC_FETCH_SITE=none",
		"CONTENT_LENGTH=17", "REQUEST_URI=/m/%61ccounts/a?a=%20",
		"HTTP_USER_AGENT=curl/8");

	(void)state;
	assert_slice(request.method, "POST");
	assert_slice(request.path, "/accounts/a");
	assert_slice(request.path_info, "/accounts/a");
	assert_slice(request.uri, "/m/%61ccounts/a?a=%20");
	assert_slice(request.user_agent, "curl/8");
	assert_false(request.is_rewritten);
	assert_slice(request.script, "/m");
	assert_slice(request.query, "a=%20");
	assert_slice(request.content_type, "text/csv");
	assert_slice(request.accept, "*/*");
	assert_slice(request.authorization, "Bearer t");
	assert_slice(request.remote_user, "ann");
	assert_slice(request.remote_address, "192.0.2.1");
	assert_slice(request.protocol, "HTTP/1.1");
	assert_slice(request.host, "h:80");
	assert_slice(request.origin, "null");
	assert_slice(request.fetch_site, "none");
	assert_true(request.https);
	assert_false(request.is_forwarded);
	assert_true(request.has_length);
	assert_false(request.bad_length);
	assert_int_equal(request.length, 17);
}

/* After that only the words before the tokens are left. */
static void test_forget_authorization(void **state)
{
	char first[] = "REDIRECT_HTTP_AUTHORIZATION=Bearer secret";
	char second[] = "HTTP_AUTHORIZATION=Basic c2VjcmV0";
	char third[] = "HTTP_AUTHORIZATION_X=Bearer other";
	char path[] = "PATH_INFO=/a b";
	char *environment[] = { first, path, second, third, NULL };
	char bare[] = "HTTP_AUTHORIZATION=secret";
	char *with_bare[] = { bare, NULL }, *with_none[] = { path, NULL };
	struct stream stream = { 0 };
	struct request request;

	(void)state;
	request_begin(&request, &stream, environment);
	request_forget_authorization(&request);
	assert_null(memmem(first, sizeof(first), "secret", 6));
	assert_null(memmem(second, sizeof(second), "c2Vj", 4));
	assert_string_equal(third, "HTTP_AUTHORIZATION_X=Bearer other");
	assert_string_equal(path, "PATH_INFO=/a b");
	assert_int_equal(request.authorization.length,
			 strlen("Basic c2VjcmV0"));
	request_begin(&request, &stream, with_bare);
	request_forget_authorization(&request);
	assert_string_equal(bare, "HTTP_AUTHORIZATION=");
	request_begin(&request, &stream, with_none);
	request_forget_authorization(&request);
	assert_string_equal(path, "PATH_INFO=/a b");
}

static void test_empty_is_absent(void **state)
{
	struct request request =
		REQUEST("REQUEST_METHOD=", "QUERY_STRING=", "CONTENT_TYPE=",
			"HTTP_AUTHORIZATION=", "REMOTE_USER=", "REMOTE_ADDR=",
			"CONTENT_LENGTH=");

	(void)state;
	assert_slice(request.method, NULL);
	assert_slice(request.path, "/");
	assert_slice(request.path_info, NULL);
	assert_slice(request.uri, NULL);
	assert_slice(request.script, NULL);
	assert_slice(request.query, NULL);
	assert_slice(request.content_type, NULL);
	assert_slice(request.authorization, NULL);
	assert_slice(request.remote_user, NULL);
	assert_slice(request.remote_address, NULL);
	assert_false(request.https);
	assert_false(request.has_length);
	assert_false(request.bad_length);
}

/* Apache says so; no header of a client does. */
static void test_rewritten(void **state)
{
	(void)state;
	assert_true(REQUEST("REDIRECT_URL=/m/x").is_rewritten);
	assert_false(REQUEST("REDIRECT_URL=").is_rewritten);
	assert_false(REQUEST("HTTP_REDIRECT_URL=/m/x").is_rewritten);
	assert_false(REQUEST("REDIRECT_STATUS=200").is_rewritten);
	/* The key of a download has all of PATH_INFO. */
	assert_slice(REQUEST("PATH_INFO=/client/v4/a").path_info,
		     "/client/v4/a");
}

static void test_path(void **state)
{
	static const struct {
		const char *variable;
		const char *path;
	} cases[] = {
		{ "PATH_INFO=", "/" },
		{ "PATH_INFO=/", "/" },
		{ "PATH_INFO=/healthz", "/healthz" },
		{ "PATH_INFO=/client/v4", "/" },
		{ "PATH_INFO=/client/v4/", "/" },
		{ "PATH_INFO=/client/v4/accounts/a", "/accounts/a" },
		/* once, and only whole segments */
		{ "PATH_INFO=/client/v4/client/v4/x", "/client/v4/x" },
		{ "PATH_INFO=/client/v42", "/client/v42" },
		{ "PATH_INFO=/client/v", "/client/v" },
		{ "PATH_INFO=/a/client/v4/x", "/a/client/v4/x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct request request = REQUEST(cases[i].variable);

		assert_slice(request.path, cases[i].path);
	}
}

static void test_https(void **state)
{
	static const char *const yes[] = {
		"HTTPS=on",
		"HTTPS=ON",
		"HTTPS=1",
		"REQUEST_SCHEME=https",
	};
	/* The last four are what a client can make a server pass on. */
	static const char *const no[] = {
		"HTTPS=off",
		"HTTPS=",
		"HTTPS=0",
		"HTTPS=onward",
		"REQUEST_SCHEME=http",
		"SERVER_PORT=443",
		"HTTP_HTTPS=on",
		"HTTP_X_FORWARDED_PROTO=https",
		"HTTP_REQUEST_SCHEME=https",
		"HTTP_FORWARDED=proto=https",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		assert_true(REQUEST(yes[i]).https);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_false(REQUEST(no[i]).https);
}

/* What proxies add, of any kind, even where it is empty. */
static void test_forwarded(void **state)
{
	static const char *const yes[] = {
		"HTTP_FORWARDED=for=192.0.2.1",
		"HTTP_FORWARDED=",
		"HTTP_FORWARDED_FOR=192.0.2.1",
		"HTTP_X_FORWARDED=1",
		"HTTP_X_FORWARDED_FOR=127.0.0.1",
		"HTTP_X_FORWARDED_FOR=",
		"HTTP_X_FORWARDED_PROTO=https",
		"HTTP_X_FORWARDED_HOST=h",
		"HTTP_X_FORWARDED_PORT=1",
		"HTTP_X_FORWARDED_SERVER=h",
		"HTTP_X_FORWARDED_BY=h",
		"HTTP_X_FORWARDED_SSL=on",
		"HTTP_X_FORWARDED_PREFIX=/a",
		"HTTP_X_FORWARDED_WHAT_COMES_NEXT=1",
		"HTTP_VIA=1.1 proxy",
		"HTTP_X_REAL_IP=192.0.2.1",
		"HTTP_TRUE_CLIENT_IP=192.0.2.1",
		"HTTP_CLIENT_IP=192.0.2.1",
		"HTTP_CF_CONNECTING_IP=192.0.2.1",
		"HTTP_CF_RAY=1",
		"HTTP_CDN_LOOP=cloudflare",
		"HTTP_X_CLIENT_IP=192.0.2.1",
		"HTTP_X_CLUSTER_CLIENT_IP=192.0.2.1",
		"HTTP_X_ORIGINAL_FORWARDED_FOR=192.0.2.1",
		"HTTP_X_ENVOY_EXTERNAL_ADDRESS=192.0.2.1",
		"HTTP_FASTLY_CLIENT_IP=192.0.2.1",
		"HTTP_FLY_CLIENT_IP=192.0.2.1",
		"HTTP_X_AMZN_TRACE_ID=1",
		"HTTP_PROXY_CONNECTION=keep-alive",
	};
	static const char *const no[] = {
		"HTTP_HOST=h",          "HTTP_ACCEPT=*/*",
		"HTTP_VIADUCT=1",       "HTTP_X_REQUEST_ID=1",
		"X_FORWARDED_FOR=::1",  "HTTP_PROXY=http://h",
		"HTTP_X_REMOTE_USER=a", "FORWARDED=for=::1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (!REQUEST("HTTP_HOST=h", yes[i], "A=b").is_forwarded)
			fail_msg("%s is no proxy's", yes[i]);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		if (REQUEST(no[i]).is_forwarded)
			fail_msg("%s is a proxy's", no[i]);
	}
}

static void test_forwarded_twice(void **state)
{
	struct request request = REQUEST("HTTP_X_FORWARDED_FOR=192.0.2.1",
					 "HTTP_X_FORWARDED_PROTO=https",
					 "HTTP_X_FORWARDED_HOST=h");

	(void)state;
	assert_slice(request.forwarded_for, "192.0.2.1");
	assert_slice(request.forwarded_proto, "https");
	assert_slice(request.forwarded_host, "h");
	assert_false(request.is_forwarded_twice);
	/* As a client's X_Forwarded_For comes beside a proxy's own. */
	assert_true(REQUEST("HTTP_X_FORWARDED_FOR=127.0.0.1",
			    "HTTP_X_FORWARDED_FOR=192.0.2.1")
			    .is_forwarded_twice);
	assert_true(REQUEST("HTTP_X_FORWARDED_PROTO=https", "A=b",
			    "HTTP_X_FORWARDED_PROTO=http")
			    .is_forwarded_twice);
	assert_true(
		REQUEST("HTTP_X_FORWARDED_HOST=a", "HTTP_X_FORWARDED_HOST=a")
			.is_forwarded_twice);
}

static void test_authorization(void **state)
{
	struct request request;

	(void)state;
	request = REQUEST("REDIRECT_HTTP_AUTHORIZATION=Bearer b");
	assert_slice(request.authorization, "Bearer b");
	request = REQUEST("HTTP_AUTHORIZATION=",
			  "REDIRECT_HTTP_AUTHORIZATION=Bearer b");
	assert_slice(request.authorization, "Bearer b");
	request = REQUEST("HTTP_AUTHORIZATION=Bearer a",
			  "REDIRECT_HTTP_AUTHORIZATION=Bearer b");
	assert_slice(request.authorization, "Bearer a");
	/* a header "Redirect-Http-Authorization" */
	request = REQUEST("HTTP_REDIRECT_HTTP_AUTHORIZATION=Bearer c");
	assert_slice(request.authorization, NULL);
}

static void test_length(void **state)
{
	static const char *const bad[] = {
		"CONTENT_LENGTH=-1",  "CONTENT_LENGTH=+1",
		"CONTENT_LENGTH= 1",  "CONTENT_LENGTH=1 ",
		"CONTENT_LENGTH=0x1", "CONTENT_LENGTH=1,1",
		"CONTENT_LENGTH=1e3", "CONTENT_LENGTH=ten",
		"CONTENT_LENGTH=5,5", "CONTENT_LENGTH=\t5",
		"CONTENT_LENGTH=0b1", "CONTENT_LENGTH=\xd9\xa5",
		"CONTENT_LENGTH=-0",  "CONTENT_LENGTH=1.0",
	};
	struct request request;

	(void)state;
	request = REQUEST("CONTENT_LENGTH=0");
	assert_true(request.has_length);
	assert_int_equal(request.length, 0);
	request = REQUEST("CONTENT_LENGTH=0017");
	assert_true(request.has_length);
	assert_int_equal(request.length, 17);
	request = REQUEST("CONTENT_LENGTH=18446744073709551615");
	assert_true(request.has_length);
	assert_true(request.length == UINT64_MAX);
	/* beyond any number of ours, but one: too large, not nonsense */
	request = REQUEST("CONTENT_LENGTH=99999999999999999999999999");
	assert_true(request.has_length);
	assert_false(request.bad_length);
	assert_true(request.length == UINT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		request = REQUEST(bad[i]);
		assert_true(request.bad_length);
		assert_false(request.has_length);
	}
}

/* What may come once only, and came twice: the first counts where they are the
 * same, as where nginx sends what an included file has, too. */
static void test_contradiction(void **state)
{
	static const char *const once[] = {
		"CONTENT_LENGTH", "CONTENT_TYPE",          "HTTP_AUTHORIZATION",
		"REMOTE_USER",    "HTTP_CONTENT_ENCODING", "HTTP_HOST",
		"HTTP_ORIGIN",    "HTTP_SEC_FETCH_SITE",
	};
	static const char *const often[] = { "HTTP_ACCEPT", "HTTP_USER_AGENT",
					     "SCRIPT_NAME", "HTTP_X",
					     "HTTP_X_FORWARDED_FOR" };
	static const char *const values[][2] = {
		{ "1", "2" }, { "", "1" }, { "1", "" }, { "1", "01" }
	};
	char first[64], second[64];

	(void)state;
	for (size_t i = 0; i < sizeof(once) / sizeof(once[0]); i++) {
		for (size_t j = 0; j < 4; j++) {
			snprintf(first, sizeof(first), "%s=%s", once[i],
				 values[j][0]);
			snprintf(second, sizeof(second), "%s=%s", once[i],
				 values[j][1]);
			assert_string_equal(
				REQUEST(first, "A=b", second).contradiction,
				once[i]);
			assert_null(REQUEST(first, "A=b", first).contradiction);
			assert_null(REQUEST(first).contradiction);
		}
	}
	for (size_t i = 0; i < sizeof(often) / sizeof(often[0]); i++) {
		snprintf(first, sizeof(first), "%s=1", often[i]);
		snprintf(second, sizeof(second), "%s=2", often[i]);
		assert_null(REQUEST(first, second).contradiction);
	}
	/* A header that only sounds so. */
	assert_null(REQUEST("CONTENT_LENGTH=1", "HTTP_CONTENT_LENGTH=2",
			    "CONTENT_LENGTH_X=3")
			    .contradiction);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_forget_authorization),
		cmocka_unit_test(test_empty_is_absent),
		cmocka_unit_test(test_rewritten),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_https),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_forwarded_twice),
		cmocka_unit_test(test_authorization),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_contradiction),
	};

	return UNIT_RUN(tests);
}
