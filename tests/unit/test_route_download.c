/* router and route_download: which answer a request below a [download] gets,
 * and that who is refused is told no address. */
#include "unit_service.h"

#include "cgi/web/router.h"

#define DOWNLOAD(name, path, prefix, more)                       \
	"[download " name "]\npath = " path "\naccount = main\n" \
	"bucket = files\nparent = reader\nprefix = " prefix "\n" more

static const char config_text[] = UNIT_HEAD("") UNIT_PARENT(
	"reader", "object-read-only",
	"files") "[caller foo]\nbearer-sha256 = " HASH_OF_FOO
		 "\nparents = reader\n"
		 "buckets = files\npermissions = object-read-only\nprefixes = *\n"
		 "[caller ann]\nremote-user = ann\nparents = reader\n"
		 "buckets = files\npermissions = object-read-only\nprefixes = short/\n"

	DOWNLOAD("long", "/get/more/", "long/",
		 "ttl = 60\n") DOWNLOAD("short", "/get/", "short/", "")
		DOWNLOAD("deep", "/get/more/deep/", "deep/", "") DOWNLOAD(
			"open", "/open/", "open/",
			"open-to = everyone\ndisposition = attachment\n");

#define BEARER "Bearer foo"
#define PAGE "text/html,application/xhtml+xml,*/*;q=0.8"

/* A request, of another machine by https. */
struct asked {
	const char *method;
	const char *uri;
	const char *path_info; /* NULL: what the server makes of a plain uri */
	const char *bearer;    /* the whole header */
	const char *user;
	const char *accept;
	const char *site; /* Sec-Fetch-Site */
	uint64_t length;  /* of a body, which nobody reads */
	bool is_plain;    /* not https */
};

/* What came back. */
static struct {
	int status;
	char *body; /* behind the head */
	size_t length;
	bool logged_first; /* the log had its line before the first byte */
	char text[65536];
} got;

static long give(void *context, char *data, size_t size)
{
	(void)context;
	memset(data, 'x', size);
	return (long)size;
}

static bool take(void *context, const char *data, size_t length)
{
	(void)context;
	if (got.length == 0)
		got.logged_first = strcmp(unit_log_events(), "redirect ") == 0;
	assert_true(got.length + length < sizeof(got.text));
	memcpy(got.text + got.length, data, length);
	got.length += length;
	got.text[got.length] = '\0';
	return true;
}

static bool flush(void *context)
{
	(void)context;
	return true;
}

/* Send it, and read the answer's head. The log begins anew. */
static int run(struct asked asked)
{
	struct stream stream = { .read = give, .write = take, .flush = flush };
	const char *info = asked.path_info ? asked.path_info : asked.uri;
	struct slice path = slice_text(info), rest = path;
	struct request request = {
		.method = slice_text(asked.method),
		.uri = slice_text(asked.uri),
		.accept = slice_text(asked.accept),
		.authorization = slice_text(asked.bearer),
		.remote_user = slice_text(asked.user),
		.fetch_site = slice_text(asked.site),
		.remote_address = SLICE("192.0.2.1"),
		.protocol = SLICE("HTTP/1.1"),
		.host = SLICE("mint.example"),
		.https = !asked.is_plain,
		.has_length = asked.length > 0,
		.length = asked.length,
		.stream = &stream,
	};

	slice_split(&rest, '?', &path);
	request.path_info = path;
	/* As request_begin does it. */
	request.path = slice_starts(path, slice_text("/client/v4/")) ?
			       slice_of(path.data + 10, path.length - 10) :
			       path;
	memset(&got, 0, sizeof(got));
	unit_log_clear();
	router_handle(&unit_service, &request);
	assert_int_equal(sscanf(got.text, "Status: %d ", &got.status), 1);
	got.body = strstr(got.text, "\r\n\r\n");
	assert_non_null(got.body);
	got.body += 4;
	return got.status;
}

#define ASKED(verb, ...) ((struct asked){ .method = verb, .uri = __VA_ARGS__ })
#define RUN(...) run(ASKED(__VA_ARGS__))

static bool has_header(const char *line)
{
	char *found = strstr(got.text, line);

	return found && found < got.body;
}

static void assert_header(const char *line)
{
	if (!has_header(line))
		fail_msg("no '%s' in: %s", line, got.text);
}

/* Assert that the client is sent to this key, and that the log says so. */
static void assert_leads(struct asked asked, const char *section,
			 const char *key, const char *path)
{
	char text[2048];

	if (run(asked) != 302)
		fail_msg("%s: %s", asked.uri, got.text);
	snprintf(text, sizeof(text),
		 "\r\nLocation: https://aa.r2.cloudflarestorage.com/files/%s?"
		 "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=idreader",
		 path);
	assert_header(text);
	assert_int_equal(strncmp(got.text, "Status: 302 Found\r\n", 19), 0);
	assert_header("\r\nCache-Control: no-store\r\n");
	assert_header("\r\nReferrer-Policy: no-referrer\r\n");
	assert_header("\r\nMintage-Request: ");
	assert_true(got.logged_first);
	snprintf(text, sizeof(text), "\"download\":\"%s\"", section);
	unit_assert_logged(text);
	snprintf(text, sizeof(text), "\"key\":\"%s\",\"method\":\"%s\"", key,
		 asked.method);
	unit_assert_logged(text);
	assert_null(strstr(unit_log(), "X-Amz"));
	if (strcmp(asked.method, "HEAD") == 0) {
		assert_string_equal(got.body, "");
	} else {
		assert_true(strchr(got.body, '\n') ==
			    got.body + strlen(got.body) - 1);
		assert_null(strstr(got.body, "://"));
	}
}

#define LEADS(section, key, path, ...) \
	assert_leads(ASKED(__VA_ARGS__), section, key, path)

static void assert_refused(struct asked asked, int status, int code)
{
	char number[32];

	snprintf(number, sizeof(number), "\"code\":%d,", code);
	run(asked);
	if (got.status != status || !strstr(got.body, number))
		fail_msg("%s %s: %s", asked.method, asked.uri, got.text);
	assert_false(has_header("\r\nLocation:"));
	assert_null(strstr(got.text, "X-Amz"));
	assert_null(strstr(unit_log(), "\"event\":\"redirect\""));
}

#define REFUSED(status, code, ...) \
	assert_refused(ASKED(__VA_ARGS__), status, code)

/* ---- redirects ------------------------------------------------------------ */

static void test_methods(void **state)
{
	static const char *const others[] = { "POST",    "PUT", "DELETE",
					      "OPTIONS", "get", "PROPFIND" };

	(void)state;
	LEADS("open", "open/a", "open/a", "GET", "/open/a");
	assert_non_null(strstr(got.text, "attachment"));
	LEADS("open", "open/a", "open/a", "HEAD", "/open/a");
	/* It is signed for its own method, and no other one. */
	assert_null(strstr(got.text, "attachment"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		REFUSED(405, ERROR_METHOD, others[i], "/open/a",
			.length = 1000000);
		assert_header("\r\nAllow: GET, HEAD\r\n");
		REFUSED(405, ERROR_METHOD, others[i], "/get/a",
			.bearer = BEARER);
		assert_string_equal(unit_log(), "");
	}
}

/* Where two paths fit, the longer is meant. */
static void test_longest(void **state)
{
	(void)state;
	LEADS("short", "short/mor", "short/mor", "GET", "/get/mor",
	      .bearer = BEARER);
	LEADS("short", "short/more", "short/more", "GET", "/get/more",
	      .bearer = BEARER);
	LEADS("short", "short/more2/a", "short/more2/a", "GET", "/get/more2/a",
	      .bearer = BEARER);
	LEADS("long", "long/a", "long/a", "GET", "/get/more/a",
	      .bearer = BEARER);
	assert_header("&X-Amz-Expires=60&");
	LEADS("deep", "deep/a", "deep/a", "GET", "/get/more/deep/a",
	      .bearer = BEARER);
	/* What the client sent says which, not what the server made of it. */
	LEADS("short", "short//more/a", "short//more/a", "GET", "/get//more/a",
	      .path_info = "/get/more/a", .bearer = BEARER);
	LEADS("long", "long//a", "long//a", "GET", "/get/more//a",
	      .path_info = "/get/more/a", .bearer = BEARER);
	LEADS("long", "long/a", "long/a", "GET", "/get%2Fmore%2Fa",
	      .path_info = "/get/more/a", .bearer = BEARER);
}

static void test_paths(void **state)
{
	static const char *const paths[] = { "/open",   "/get",    "/ope/a",
					     "/opena",  "/Open/a", "/x/open/a",
					     "/nowhere" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		REFUSED(404, ERROR_NO_ROUTE, "GET", paths[i], .bearer = BEARER);
	/* Nothing but Cloudflare's own paths have this before them. */
	REFUSED(404, ERROR_NO_ROUTE, "GET", "/client/v4/open/a");
	REFUSED(404, ERROR_NO_ROUTE, "GET", "//open/a", .path_info = "/open/a");
	/* Folders. */
	REFUSED(404, ERROR_NO_ROUTE, "GET", "/open/");
	REFUSED(404, ERROR_NO_ROUTE, "GET", "/open/a/");
	REFUSED(404, ERROR_NO_ROUTE, "GET", "/get/more/", .bearer = BEARER);
	assert_string_equal(unit_log_events(), "refused ");
	/* The other routes are where they were. */
	assert_int_equal(RUN("GET", "/healthz"), 200);
	assert_int_equal(RUN("GET", "/", .accept = "application/json"), 200);
}

static void test_bad_addresses(void **state)
{
	static const char *const uris[] = { "/open/../a", "/open/%2e%2e/a",
					    "/open/a%00", "/open/%FC",
					    "/open/100%" };

	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++)
		REFUSED(400, ERROR_BAD_VALUE, "GET", uris[i],
			.path_info = "/open/a");
	REFUSED(400, ERROR_BAD_VALUE, "GET", "/open/b", .path_info = "/open/a");
	assert_string_equal(unit_log_events(), "refused ");
}

/* ---- who may -------------------------------------------------------------- */

static void test_callers(void **state)
{
	(void)state;
	LEADS("short", "short/a", "short/a", "GET", "/get/a", .user = "ann");
	unit_assert_logged("\"caller\":\"ann\"");
	unit_assert_logged("\"user\":\"ann\"");
	unit_assert_logged("\"ttlSeconds\":900");
	/* A link in a page of another site is followed, too. */
	LEADS("short", "short/a", "short/a", "GET", "/get/a", .user = "ann",
	      .site = "cross-site");
	REFUSED(403, ERROR_ACCESS_DENIED, "GET", "/get/more/a", .user = "ann");
	unit_assert_logged("\"caller\":\"ann\"");
	REFUSED(401, ERROR_UNAUTHORIZED, "GET", "/get/a");
	assert_header("\r\nWWW-Authenticate: Bearer ");
	REFUSED(401, ERROR_UNAUTHORIZED, "GET", "/get/a", .user = "bob");
	/* A wrong token never falls back to a login. */
	REFUSED(401, ERROR_UNAUTHORIZED, "GET", "/get/a", .user = "ann",
		.bearer = "Bearer wrong");
	assert_string_equal(unit_log_events(), "refused ");
	unit_assert_logged("\"route\":\"redirect\"");
	/* Everyone is everyone, with whatever header. */
	LEADS("open", "open/a", "open/a", "GET", "/open/a",
	      .bearer = "Bearer wrong");
	REFUSED(403, ERROR_INSECURE, "GET", "/open/a", .is_plain = true);
	REFUSED(403, ERROR_INSECURE, "GET", "/get/a", .is_plain = true,
		.bearer = BEARER);
}

/* A browser gets a page without a form; it is the same status. */
static void test_browser(void **state)
{
	static const struct {
		const char *method, *uri;
		int status;
	} rows[] = {
		{ "GET", "/open/%00", 400 }, { "GET", "/get/a", 401 },
		{ "GET", "/open/a/", 404 },  { "POST", "/open/a", 405 },
		{ "GET", "/open/%zz", 400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(RUN(rows[i].method, rows[i].uri,
				     .path_info = rows[i].uri, .accept = PAGE),
				 rows[i].status);
		assert_header("\r\nContent-Type: text/html");
		assert_header("\r\nCache-Control: no-store\r\n");
		assert_non_null(strstr(got.body, "<title>No download"));
		assert_null(strstr(got.body, "<form"));
		assert_null(strstr(got.body, "Bearer"));
		assert_false(has_header("\r\nLocation:"));
	}
	assert_int_equal(RUN("HEAD", "/open/a/", .accept = PAGE), 404);
	assert_string_equal(got.body, "");
	/* Other routes have the form still. */
	assert_int_equal(RUN("GET", "/nowhere", .accept = PAGE), 404);
	assert_null(strstr(got.body, "No download"));
	LEADS("open", "open/a", "open/a", "GET", "/open/a", .accept = PAGE);
	LEADS("open", "open/a", "open/a", "GET", "/open/a",
	      .accept = "application/json");
}

/* ---- the record ----------------------------------------------------------- */

/* What can't be recorded is not handed out. */
static void test_log_is_full(void **state)
{
	(void)state;
	unit_log_fill();
	REFUSED(503, ERROR_UNAVAILABLE, "GET", "/open/a");
	assert_header("\r\nRetry-After: ");
	REFUSED(503, ERROR_UNAVAILABLE, "GET", "/get/a", .bearer = BEARER);
	unit_log_mend();
	LEADS("open", "open/a", "open/a", "GET", "/open/a");
}

/* An address of R2 that is too long to be signed: nobody gets one without a
 * signature, and nothing is recorded as handed out. */
static void test_unsigned(void **state)
{
	static char longest[8192];
	struct account *account = unit_service.config->accounts;
	char *endpoint = account->endpoint;

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, "https://", 8);
	account->endpoint = longest;
	REFUSED(500, ERROR_INTERNAL, "GET", "/open/a");
	assert_non_null(strstr(got.body, "this address can't be signed"));
	assert_null(strstr(got.text, "aaaaaaaa"));
	assert_string_equal(unit_log_events(), "refused ");
	account->endpoint = endpoint;
	LEADS("open", "open/a", "open/a", "GET", "/open/a");
}

static unsigned long counter(const char *name)
{
	const char *found;

	assert_int_equal(RUN("GET", "/metrics", .bearer = BEARER), 200);
	found = strstr(got.body, name);
	return found ? strtoul(found + strlen(name), NULL, 10) : 0;
}

static void test_counters(void **state)
{
	static const char issued[] =
		"mintage_issued_total{route=\"redirect\"} ";
	static const char found[] = "mintage_requests_total{route=\"redirect\","
				    "status=\"302\"} ";
	static const char bad[] = "mintage_requests_total{route=\"redirect\","
				  "status=\"404\"} ";
	unsigned long before[] = { counter(issued), counter(found),
				   counter(bad) };

	(void)state;
	RUN("GET", "/open/a");
	RUN("HEAD", "/open/a");
	RUN("GET", "/open/");
	assert_int_equal(counter(issued), before[0] + 2);
	assert_int_equal(counter(found), before[1] + 2);
	assert_int_equal(counter(bad), before[2] + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_callers),
		cmocka_unit_test(test_browser),
		cmocka_unit_test(test_log_is_full),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_counters),
	};
	int failed;

	unit_service_begin(config_text);
	failed = UNIT_RUN(tests);
	unit_service_end();
	return failed;
}
