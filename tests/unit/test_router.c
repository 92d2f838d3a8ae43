/* router: which answer a request gets, and that whoever is refused gets
 * nothing. */
#include "unit_service.h"

#include "cgi/web/router.h"

/* Uploads of at most 4 KB. */
static const char config_text[] = UNIT_HEAD("max-body = 4K\n")
	UNIT_PARENT("rw", "object-read-write", "uploads")

		"[caller foo]\nbearer-sha256 = " HASH_OF_FOO "\n"
		"parents = rw\nbuckets = uploads\n"
		"permissions = object-read-only\nprefixes = public/\n"

		"[caller ann]\nremote-user = ann\n"
		"parents = rw\nbuckets = uploads\n"
		"permissions = object-read-only\nprefixes = public/\n"

		"[caller local]\nanonymous = yes\n"
		"parents = rw\nbuckets = uploads\n"
		"permissions = object-read-only\nprefixes = public/\n";

#define SINGLE "/accounts/aa/r2/temp-access-credentials"
#define BATCH SINGLE "/batch"
#define LINKS "/accounts/aa/r2/presigned-urls"

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"
#define BEARER "Bearer foo"

/* One that is issued, by any route. */
#define GOOD                                                           \
	"{\"bucket\":\"uploads\",\"permission\":\"object-read-only\"," \
	"\"objects\":[\"public/a\"]}"

/* A request, of another machine by https. */
struct asked {
	const char *method;
	const char *path;
	const char *body;   /* NULL: none */
	const char *type;   /* NULL: JSON */
	const char *bearer; /* the whole header */
	const char *user;
	const char *query;
	const char *accept;
	const char *site; /* Sec-Fetch-Site */
	const char *origin;
	const char *contradiction;
	bool is_local;      /* of this machine */
	bool is_plain;      /* not https */
	bool is_gone;       /* nobody takes the answer */
	uint64_t announced; /* bytes of the body; 0: as many as there are */
};

/* What came back. */
static struct {
	int status;
	char *body; /* behind the head */
	size_t length;
	bool logged_first; /* the log had an issue before the first byte */
	char text[65536];
} got;

static const char *left; /* of the body that is being sent */

static long give(void *context, char *data, size_t size)
{
	size_t length = strlen(left);

	(void)context;
	if (length > size)
		length = size;
	memcpy(data, left, length);
	left += length;
	return (long)length;
}

static bool take(void *context, const char *data, size_t length)
{
	const struct asked *asked = context;

	if (got.length == 0)
		got.logged_first = strcmp(unit_log_events(), "issue ") == 0;
	if (asked->is_gone)
		return false;
	assert_true(got.length + length < sizeof(got.text));
	memcpy(got.text + got.length, data, length);
	got.length += length;
	got.text[got.length] = '\0';
	return true;
}

static bool flush(void *context)
{
	const struct asked *asked = context;

	return !asked->is_gone;
}

/* Send it, and read the answer's head. The log begins anew. */
static int run(struct asked asked)
{
	const char *type = asked.type ? asked.type : JSON;
	struct stream stream = {
		.read = give, .write = take, .flush = flush, .context = &asked
	};
	struct request request = {
		.method = slice_text(asked.method),
		.path = slice_text(asked.path),
		.query = slice_text(asked.query),
		.content_type = slice_text(asked.body ? type : NULL),
		.accept = slice_text(asked.accept),
		.authorization = slice_text(asked.bearer),
		.remote_user = slice_text(asked.user),
		.fetch_site = slice_text(asked.site),
		.remote_address =
			slice_text(asked.is_local ? "127.0.0.1" : "192.0.2.1"),
		.protocol = SLICE("HTTP/1.1"),
		.host = slice_text(asked.is_local ? NULL : "mint.example"),
		.origin = slice_text(asked.origin),
		.contradiction = asked.contradiction,
		.https = !asked.is_plain,
		.has_length = asked.body != NULL,
		.length = asked.announced ? asked.announced :
			  asked.body      ? strlen(asked.body) :
					    0,
		.stream = &stream,
	};
	char *end;

	memset(&got, 0, sizeof(got));
	unit_log_clear();
	left = asked.body ? asked.body : "";
	router_handle(&unit_service, &request);
	if (asked.is_gone)
		return 0;
	assert_int_equal(sscanf(got.text, "Status: %d ", &got.status), 1);
	end = strstr(got.text, "\r\n\r\n");
	assert_non_null(end);
	got.body = end + 4;
	/* No answer is kept by anyone on the way. */
	assert_non_null(strstr(got.text, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(got.text, "\r\nMintage-Request: "));
	return got.status;
}

#define ASKED(verb, ...) ((struct asked){ .method = verb, .path = __VA_ARGS__ })
#define RUN(...) run(ASKED(__VA_ARGS__))

static void assert_header(const char *line)
{
	char *found = strstr(got.text, line);

	if (!found || found >= got.body)
		fail_msg("no '%s' in: %.*s", line, (int)(got.body - got.text),
			 got.text);
}

/* A refusal: nothing was issued, whatever came before it. */
static void assert_refused(struct asked asked, int status, int code)
{
	char number[32];

	snprintf(number, sizeof(number), "\"code\":%d,", code);
	run(asked);
	if (got.status != status || !strstr(got.body, number))
		fail_msg("%s %s: %d, %s", asked.method, asked.path, got.status,
			 got.body);
	assert_null(strstr(got.text, "secretAccessKey"));
	assert_null(strstr(got.text, "X-Amz-Signature"));
	assert_null(strstr(unit_log(), "\"event\":\"issue\""));
	assert_null(strstr(unit_log(), "\"event\":\"outcome\""));
}

#define REFUSED(status, code, ...) \
	assert_refused(ASKED(__VA_ARGS__), status, code)

/* What came with two values is neither of them, on any route. */
static void test_contradiction(void **state)
{
	(void)state;
	REFUSED(400, ERROR_MALFORMED, "GET", "/", .accept = JSON,
		.contradiction = "REMOTE_USER");
	assert_non_null(strstr(got.body, "REMOTE_USER"));
	REFUSED(400, ERROR_MALFORMED, "GET", "/metrics", .is_local = true,
		.contradiction = "HTTP_AUTHORIZATION");
	REFUSED(400, ERROR_MALFORMED, "POST", SINGLE, GOOD, .bearer = BEARER,
		.contradiction = "CONTENT_LENGTH");
	assert_string_equal(unit_log_events(), "refused ");
}

/* ---- pages ---------------------------------------------------------------- */

static void test_pages(void **state)
{
	(void)state;
	assert_int_equal(RUN("GET", "/"), 200);
	assert_header("\r\nContent-Type: text/html");
	assert_int_equal(RUN("GET", "/", .accept = JSON), 200);
	assert_header("\r\nContent-Type: application/json\r\n");
	assert_int_equal(RUN("GET", "/healthz"), 200);
	assert_string_equal(got.body, "ok\n");
	/* Nobody needs to be known for these, and nothing is recorded. */
	assert_string_equal(unit_log(), "");
	REFUSED(406, ERROR_NOT_ACCEPTABLE, "GET", "/", .accept = "image/png");
}

/* How much is handed out is for callers and for this machine. */
static void test_metrics_page(void **state)
{
	(void)state;
	REFUSED(401, ERROR_UNAUTHORIZED, "GET", "/metrics");
	REFUSED(401, ERROR_UNAUTHORIZED, "GET", "/metrics",
		.bearer = "Bearer wrong");
	assert_int_equal(RUN("GET", "/metrics", .bearer = BEARER), 200);
	assert_int_equal(RUN("GET", "/metrics", .is_local = true), 200);
	assert_int_equal(RUN("GET", "/metrics", .is_local = true,
			     .bearer = "Bearer wrong"),
			 200);
	assert_non_null(strstr(got.body, "mintage_info"));
}

static void test_head(void **state)
{
	static const char *const paths[] = { "/", "/healthz", "/metrics" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(RUN("GET", paths[i], .bearer = BEARER), 200);
		assert_true(*got.body != '\0');
		assert_int_equal(RUN("HEAD", paths[i], .bearer = BEARER), 200);
		assert_string_equal(got.body, "");
	}
	/* A refusal has none either. */
	assert_int_equal(RUN("HEAD", "/metrics"), 401);
	assert_string_equal(got.body, "");
	assert_int_equal(RUN("HEAD", "/nowhere"), 404);
	assert_string_equal(got.body, "");
}

/* ---- paths and methods ---------------------------------------------------- */

static void test_paths(void **state)
{
	static const char *const nowhere[] = {
		"/nowhere",
		"/healthz/",
		"//healthz",
		"/Healthz",
		"/metrics/x",
		"/accounts",
		"/accounts/aa",
		"/accounts//r2/temp-access-credentials",
		"/accounts/aa/r2/temp-access-credentials/",
		"/accounts/aa/bb/r2/temp-access-credentials",
		"/accounts/aa/r2/temp-access-credentials/batch/x",
		"/accounts/aa/r2/temp-access-credential",
		"/accounts/aa/r2/presigned-urls/batch",
		"/x/accounts/aa/r2/presigned-urls",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		REFUSED(404, ERROR_NO_ROUTE, "POST", nowhere[i], GOOD,
			.bearer = BEARER);
		REFUSED(404, ERROR_NO_ROUTE, "GET", nowhere[i],
			.bearer = BEARER);
	}
	/* The account of the path is who pays: another's isn't there. */
	REFUSED(404, ERROR_NO_ROUTE, "POST",
		"/accounts/bb/r2/temp-access-credentials", GOOD,
		.bearer = BEARER);
}

static void test_methods(void **state)
{
	static const struct {
		const char *path;
		const char *allow;
	} rows[] = {
		{ "/", "\r\nAllow: GET, HEAD\r\n" },
		{ "/healthz", "\r\nAllow: GET, HEAD\r\n" },
		{ "/metrics", "\r\nAllow: GET, HEAD\r\n" },
		{ SINGLE, "\r\nAllow: POST\r\n" },
		{ BATCH, "\r\nAllow: POST\r\n" },
		{ LINKS, "\r\nAllow: POST\r\n" },
	};
	static const char *const methods[] = { "GET",      "POST", "PUT",
					       "DELETE",   "get",  "OPTIONS",
					       "GET, HEAD" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t j = 0; j < sizeof(methods) / sizeof(methods[0]);
		     j++) {
			bool is_page = i < 3;

			if (strcmp(methods[j], is_page ? "GET" : "POST") == 0)
				continue;
			REFUSED(405, ERROR_METHOD, methods[j], rows[i].path,
				GOOD, .bearer = BEARER);
			assert_header(rows[i].allow);
		}
	assert_int_equal(RUN("HEAD", SINGLE, .bearer = BEARER), 405);
}

/* AWS SDKs fetch container credentials by GET, with a token that no link in a
 * page makes a browser send. */
static void test_container(void **state)
{
	static const char query[] =
		"format=container&bucket=uploads&permission=object-read-only&"
		"objects=public/a";
	static const char *const bad[] = { NULL, "foo", "Basic foo",
					   "Bearerfoo", "Token foo" };

	(void)state;
	assert_int_equal(RUN("GET", SINGLE, .query = query, .bearer = BEARER),
			 200);
	assert_non_null(strstr(got.body, "SecretAccessKey"));
	assert_string_equal(unit_log_events(), "issue outcome ");
	assert_int_equal(RUN("GET", SINGLE, .query = query,
			     .bearer = "bearer foo"),
			 200);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		REFUSED(401, ERROR_UNAUTHORIZED, "GET", SINGLE, .query = query,
			.bearer = bad[i]);
		assert_header("\r\nWWW-Authenticate: Bearer ");
		assert_string_equal(unit_log_events(), "refused ");
		REFUSED(401, ERROR_UNAUTHORIZED, "GET", SINGLE, .query = query,
			.bearer = bad[i], .user = "ann");
		REFUSED(401, ERROR_UNAUTHORIZED, "GET", SINGLE, .query = query,
			.bearer = bad[i], .is_local = true);
	}
	/* What a body narrows must not become what the query alone says. */
	REFUSED(400, ERROR_MALFORMED, "GET", SINGLE, GOOD, .query = query,
		.bearer = BEARER);
	assert_string_equal(unit_log_events(), "refused ");
	unit_log_clear();
	assert_int_equal(RUN("HEAD", SINGLE, .query = query, .bearer = BEARER),
			 405);
	assert_string_equal(unit_log(), "");
	REFUSED(405, ERROR_METHOD, "GET", BATCH, .query = query,
		.bearer = BEARER);
	REFUSED(405, ERROR_METHOD, "GET", LINKS, .query = query,
		.bearer = BEARER);
	REFUSED(405, ERROR_METHOD, "GET", SINGLE, .query = query + 17,
		.bearer = BEARER);
	REFUSED(405, ERROR_METHOD, "DELETE", SINGLE, .query = query,
		.bearer = BEARER);
	REFUSED(401, ERROR_UNAUTHORIZED, "GET", SINGLE, .query = query,
		.bearer = "Bearer wrong", .user = "ann", .is_local = true);
}

/* ---- who may -------------------------------------------------------------- */

static const char *const issuing[] = { SINGLE, BATCH, LINKS };

static void test_unauthorized(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		REFUSED(401, ERROR_UNAUTHORIZED, "POST", issuing[i], GOOD);
		assert_header("\r\nWWW-Authenticate: Bearer ");
		assert_string_equal(unit_log_events(), "refused ");
		unit_assert_logged("\"status\":401");
		REFUSED(401, ERROR_UNAUTHORIZED, "POST", issuing[i], GOOD,
			.bearer = "Bearer wrong", .user = "ann",
			.is_local = true);
		REFUSED(401, ERROR_UNAUTHORIZED, "POST", issuing[i], GOOD,
			.user = "bob");
		/* Who isn't known is not read from, nor told what is wrong. */
		REFUSED(401, ERROR_UNAUTHORIZED, "POST", issuing[i], "{",
			.type = "image/png");
		assert_string_equal(left, "{");
	}
}

static void test_forbidden(void **state)
{
	static const char body[] =
		"{\"bucket\":\"uploads\",\"permission\":\"object-read-only\","
		"\"objects\":[\"secret/a\"]}";

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		REFUSED(403, ERROR_INSECURE, "POST", issuing[i], GOOD,
			.bearer = BEARER, .is_plain = true);
		REFUSED(403, ERROR_ACCESS_DENIED, "POST", issuing[i], body,
			.bearer = BEARER);
		assert_string_equal(unit_log_events(), "refused ");
		unit_assert_logged("\"caller\":\"foo\"");
		unit_assert_logged("\"pointer\":\"/objects/0\"");
	}
	/* Of this machine plain http will do. */
	assert_int_equal(RUN("POST", SINGLE, GOOD, .bearer = BEARER,
			     .is_plain = true, .is_local = true),
			 200);
}

/* Another site's page makes a browser ask; but it has no token. */
static void test_cross_site(void **state)
{
	static const struct {
		const char *site, *origin;
	} bad[] = {
		{ .site = "cross-site" },
		{ .site = "same-site" },
		{ .site = "Same-Origin" },
		{ .site = "same-origin, cross-site" },
		{ .site = "something new" },
		{ .site = "same-site", .origin = "https://mint.example" },
		{ .origin = "null" },
		{ .origin = "https://evil.example" },
	};

	(void)state;
	for (size_t i = 0; i < 3 * sizeof(bad) / sizeof(bad[0]); i++) {
		size_t n = i / 3;

		REFUSED(403, ERROR_ACCESS_DENIED, "POST", issuing[i % 3], GOOD,
			.user = "ann", .site = bad[n].site,
			.origin = bad[n].origin);
		assert_string_equal(unit_log_events(), "refused ");
		REFUSED(403, ERROR_ACCESS_DENIED, "POST", issuing[i % 3], GOOD,
			.is_local = true, .site = bad[n].site,
			.origin = bad[n].origin);
		assert_int_equal(RUN("POST", issuing[i % 3], GOOD,
				     .bearer = BEARER, .site = bad[n].site,
				     .origin = bad[n].origin),
				 200);
		/* By a link from elsewhere the page may be opened. */
		assert_int_equal(RUN("GET", "/", .user = "ann",
				     .site = bad[n].site,
				     .origin = bad[n].origin),
				 200);
	}
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(RUN("POST", issuing[i], GOOD, .user = "ann",
				     .origin = "https://mint.example"),
				 200);
		assert_int_equal(RUN("POST", issuing[i], GOOD, .user = "ann",
				     .site = "none"),
				 200);
		assert_int_equal(RUN("POST", issuing[i], GOOD, .user = "ann",
				     .site = "same-origin"),
				 200);
		assert_int_equal(RUN("POST", issuing[i], GOOD, .user = "ann"),
				 200);
		assert_int_equal(RUN("POST", issuing[i], GOOD, .bearer = BEARER,
				     .site = "cross-site"),
				 200);
	}
}

/* ---- what was sent -------------------------------------------------------- */

static void test_bodies(void **state)
{
	static const char *const types[] = { "image/png", "text/html",
					     "application/json; charset=latin1",
					     "application/octet-stream", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		REFUSED(415, ERROR_MEDIA_TYPE, "POST", BATCH, GOOD,
			.type = types[i], .bearer = BEARER);
	REFUSED(413, ERROR_TOO_LARGE, "POST", BATCH, GOOD, .bearer = BEARER,
		.announced = 4097);
	assert_string_equal(left, GOOD);
	REFUSED(400, ERROR_SHORT_BODY, "POST", BATCH, GOOD, .bearer = BEARER,
		.announced = 4096);
	REFUSED(400, ERROR_MALFORMED, "POST", BATCH, "{", .bearer = BEARER);
	/* An empty manifest, and a body that is another kind. */
	REFUSED(400, ERROR_EMPTY, "POST", BATCH, "\n", .type = "text/plain",
		.bearer = BEARER,
		.query = "bucket=uploads&permission=object-read-only");
	REFUSED(400, ERROR_MALFORMED, "POST", BATCH, GOOD "\n", .type = FORM,
		.bearer = BEARER);
}

/* A length is needed before anything is read. */
static void test_length_required(void **state)
{
	struct asked asked = { .is_local = true };
	struct stream stream = {
		.read = give, .write = take, .flush = flush, .context = &asked
	};
	struct request request = {
		.method = SLICE("POST"),
		.path = SLICE(BATCH),
		.content_type = SLICE(JSON),
		.protocol = SLICE("HTTP/1.1"),
		.remote_address = SLICE("127.0.0.1"),
		.stream = &stream,
	};

	(void)state;
	memset(&got, 0, sizeof(got));
	unit_log_clear();
	left = GOOD;
	router_handle(&unit_service, &request);
	assert_non_null(strstr(got.text, "Status: 411 "));
	assert_non_null(strstr(got.text, "\"code\":11010,"));
	assert_string_equal(left, GOOD);
	assert_string_equal(unit_log_events(), "refused ");
}

static void test_media_types(void **state)
{
	static const struct {
		const char *type;
		const char *body;
		const char *query;
	} rows[] = {
		{ JSON, GOOD, NULL },
		{ "Application/JSON; charset=UTF-8", GOOD, NULL },
		{ FORM,
		  "bucket=uploads&permission=object-read-only&"
		  "objects=public%2Fa",
		  NULL },
		{ "multipart/form-data; boundary=x",
		  "--x\r\nContent-Disposition: form-data; name=\"bucket\"\r\n"
		  "\r\nuploads\r\n--x\r\nContent-Disposition: form-data; "
		  "name=\"permission\"\r\n\r\nobject-read-only\r\n--x\r\n"
		  "Content-Disposition: form-data; name=\"objects\"\r\n\r\n"
		  "public/a\r\n--x--\r\n",
		  NULL },
		{ "text/plain", "public/a\n",
		  "bucket=uploads&permission=object-read-only" },
		{ "text/csv", "key\npublic/a\n",
		  "bucket=uploads&permission=object-read-only" },
		{ "application/x-ndjson", "\"public/a\"\n",
		  "bucket=uploads&permission=object-read-only" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		RUN("POST", BATCH, rows[i].body, .type = rows[i].type,
		    .query = rows[i].query, .bearer = BEARER);
		if (got.status != 200 ||
		    !strstr(got.body, "{\"key\":\"public/a\",\"accessKeyId"))
			fail_msg("%s: %s", rows[i].type, got.text);
	}
	/* A field may be in the query or in the body, not in both. */
	REFUSED(400, ERROR_DUPLICATE_FIELD, "POST", BATCH, GOOD,
		.query = "bucket=uploads", .bearer = BEARER);
}

static void test_formats(void **state)
{
	(void)state;
	assert_int_equal(RUN("POST", BATCH, GOOD, .query = "format=csv",
			     .bearer = BEARER),
			 200);
	assert_header("\r\nContent-Type: text/csv");
	assert_int_equal(RUN("POST", BATCH, GOOD, .accept = "text/csv",
			     .bearer = BEARER),
			 200);
	assert_header("\r\nContent-Type: text/csv");
	/* An own name goes before what is accepted. */
	assert_int_equal(RUN("POST", BATCH, GOOD, .accept = "text/csv",
			     .query = "format=ndjson", .bearer = BEARER),
			 200);
	assert_header("\r\nContent-Type: application/x-ndjson");
	REFUSED(400, ERROR_BAD_VALUE, "POST", BATCH, GOOD, .bearer = BEARER,
		.query = "format=nope");
	/* A format of links, for credentials; and the other way round. */
	REFUSED(400, ERROR_BAD_VALUE, "POST", BATCH, GOOD, .bearer = BEARER,
		.query = "format=aria2");
	REFUSED(400, ERROR_BAD_VALUE, "POST", LINKS, GOOD, .bearer = BEARER,
		.query = "format=env");
	REFUSED(406, ERROR_NOT_ACCEPTABLE, "POST", BATCH, GOOD,
		.bearer = BEARER, .accept = "image/png");
	/* A browser's refusal is the form again. */
	assert_int_equal(RUN("POST", BATCH, "bucket=Uploads", .type = FORM,
			     .accept = "text/html", .bearer = BEARER),
			 400);
	assert_header("\r\nContent-Type: text/html");
	assert_header("\r\nContent-Security-Policy: default-src 'none'");
	assert_string_equal(unit_log_events(), "refused ");
}

/* ---- what is issued ------------------------------------------------------- */

static void test_issued(void **state)
{
	static const char *const names[] = { "single", "batch",
					     "presigned-urls" };
	static const char *const secrets[] = { "\"secretAccessKey\":\"",
					       "\"secretAccessKey\":\"",
					       "&X-Amz-Signature=" };
	char route[64], bytes[64];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
			RUN("POST", issuing[i], GOOD, .bearer = BEARER), 200);
		assert_non_null(strstr(got.body, secrets[i]));
		assert_header("\r\nMintage-Count: 1\r\nMintage-Failed: 0\r\n");
		/* On record before the first byte leaves. */
		assert_true(got.logged_first);
		assert_string_equal(unit_log_events(), "issue outcome ");
		snprintf(route, sizeof(route), "\"route\":\"%s\"", names[i]);
		unit_assert_logged(route);
		unit_assert_logged("\"caller\":\"foo\"");
		unit_assert_logged("\"remote\":\"192.0.2.1\"");
		snprintf(bytes, sizeof(bytes),
			 "\"result\":\"complete\","
			 "\"issued\":1,\"bytes\":%zu}",
			 got.length);
		unit_assert_logged(bytes);
	}
	assert_int_equal(RUN("POST", SINGLE, GOOD, .user = "ann"), 200);
	unit_assert_logged("\"user\":\"ann\"");
	RUN("POST", BATCH, GOOD, .bearer = BEARER, .is_gone = true);
	unit_assert_logged("\"result\":\"client-gone\"");
}

/* Without a log nothing is issued, and it isn't whoever asks who is wrong. */
static void test_log_is_full(void **state)
{
	(void)state;
	unit_log_fill();
	for (size_t i = 0; i < 3; i++) {
		REFUSED(503, ERROR_UNAVAILABLE, "POST", issuing[i], GOOD,
			.bearer = BEARER);
		assert_header("\r\nRetry-After: ");
	}
	unit_log_mend();
}

/* ---- the counters --------------------------------------------------------- */

/* The number behind `name` on the page. */
static unsigned long counter(const char *name)
{
	const char *found;

	assert_int_equal(RUN("GET", "/metrics", .is_local = true), 200);
	found = strstr(got.body, name);
	return found ? strtoul(found + strlen(name), NULL, 10) : 0;
}

static void test_counters(void **state)
{
	static const char issued[] = "mintage_issued_total{route=\"batch\"} ";
	static const char good[] = "mintage_requests_total{route=\"batch\","
				   "status=\"200\"} ";
	static const char bad[] = "mintage_requests_total{route=\"batch\","
				  "status=\"401\"} ";
	static const char other[] = "mintage_requests_total{route=\"other\","
				    "status=\"404\"} ";
	unsigned long before[] = { counter(issued), counter(good), counter(bad),
				   counter(other) };

	(void)state;
	RUN("POST", BATCH,
	    "{\"bucket\":\"uploads\",\"permission\":\"object-read-only\","
	    "\"onError\":\"report\",\"objects\":[\"public/a\",\"public/b\","
	    "\"secret/c\"]}",
	    .bearer = BEARER);
	assert_header("\r\nMintage-Count: 3\r\nMintage-Failed: 1\r\n");
	RUN("POST", BATCH, GOOD);
	RUN("GET", "/nowhere");
	assert_int_equal(counter(issued), before[0] + 2);
	assert_int_equal(counter(good), before[1] + 1);
	assert_int_equal(counter(bad), before[2] + 1);
	assert_int_equal(counter(other), before[3] + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_metrics_page),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_contradiction),
		cmocka_unit_test(test_unauthorized),
		cmocka_unit_test(test_forbidden),
		cmocka_unit_test(test_cross_site),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_length_required),
		cmocka_unit_test(test_media_types),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_issued),
		cmocka_unit_test(test_log_is_full),
		cmocka_unit_test(test_counters),
	};
	int failed;

	unit_service_begin(config_text);
	failed = UNIT_RUN(tests);
	unit_service_end();
	return failed;
}
