/* refusal: what a refusal says, to whom, and what the log keeps of it. */
#include "lib/base/problems.h"
#include "unit_service.h"

#include "cgi/web/refusal.h"

static const char config_text[] = UNIT_HEAD("")
	UNIT_PARENT("rw", "object-read-write", "uploads");

/* The answer as it left. */
static char got[65536];
static size_t length;

static bool take(void *context, const char *data, size_t more)
{
	(void)context;
	assert_true(length + more < sizeof(got));
	memcpy(got + length, data, more);
	length += more;
	got[length] = '\0';
	return true;
}

static bool flush(void *context)
{
	(void)context;
	return true;
}

static struct problems problems;

/* Refuse with `problems`. `route` as audit_request has it. */
static const struct client client;

static void refuse_by(enum format_id format, const char *name,
		      const struct route *route)
{
	struct stream stream = { .write = take, .flush = flush };
	struct request request = {
		.method = SLICE("POST"),
		.path = SLICE("/x"),
		.stream = &stream,
	};
	struct audit_request who = { .id = "0123", .route = name };
	struct answer answer;

	length = 0;
	unit_log_clear();
	answer_begin(&answer, &unit_service, &request, &client, &who);
	refusal_send(&answer, &unit_service.renderer.formats[format], &problems,
		     NULL, route);
	assert_true(answer_end(&answer));
	assert_non_null(strstr(got, "\r\n\r\n"));
}

static void refuse(enum format_id format, const char *name, const char *allow)
{
	const struct route route = { .methods = allow };

	refuse_by(format, name, allow ? &route : NULL);
}

static void refuse_one(enum error error, unsigned retry_after,
		       const char *allow)
{
	problems.count = 0;
	problems_add(&problems, error, "/bucket", "quotes <what was sent>");
	problems.list[0].retry_after = retry_after;
	refuse(FORMAT_JSON, "batch", allow);
}

static void assert_head(const char *line, bool is_there)
{
	const char *found = strstr(got, line);
	const char *end = strstr(got, "\r\n\r\n");

	if ((found && found < end) != is_there)
		fail_msg("'%s' %s in: %s", line, is_there ? "isn't" : "is",
			 got);
}

static void test_headers(void **state)
{
	static const struct {
		enum error error;
		unsigned retry_after;
		const char *allow;
		const char *status;
		const char *header; /* NULL: none of the three */
	} rows[] = {
		{ ERROR_BAD_VALUE, 0, NULL, "Status: 400 Bad Request\r\n",
		  NULL },
		{ ERROR_UNAUTHORIZED, 0, NULL, "Status: 401 ",
		  "\r\nWWW-Authenticate: Bearer realm=\"mintage\"\r\n" },
		{ ERROR_ACCESS_DENIED, 0, NULL, "Status: 403 ", NULL },
		{ ERROR_METHOD, 0, "GET, HEAD", "Status: 405 ",
		  "\r\nAllow: GET, HEAD\r\n" },
		{ ERROR_ACCESS_DENIED, 0, "GET, HEAD", "Status: 403 ", NULL },
		{ ERROR_TOO_MANY_REQUESTS, 0, NULL, "Status: 429 ",
		  "\r\nRetry-After: 30\r\n" },
		{ ERROR_TOO_MANY_REQUESTS, 7, NULL, "Status: 429 ",
		  "\r\nRetry-After: 7\r\n" },
		{ ERROR_UNAVAILABLE, 0, NULL, "Status: 503 ",
		  "\r\nRetry-After: 30\r\n" },
		{ ERROR_UPSTREAM, 0, NULL, "Status: 502 ", NULL },
		{ ERROR_UPSTREAM, 9, NULL, "Status: 502 ",
		  "\r\nRetry-After: 9\r\n" },
	};
	static const char *const headers[] = {
		"\r\nWWW-Authenticate: ", "\r\nRetry-After: ", "\r\nAllow: "
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *header = rows[i].header;

		refuse_one(rows[i].error, rows[i].retry_after, rows[i].allow);
		assert_head(rows[i].status, true);
		if (header)
			assert_head(header, true);
		for (size_t j = 0; j < 3; j++)
			assert_head(headers[j],
				    header && strncmp(header, headers[j],
						      strlen(headers[j])) == 0);
	}
}

/* Programs get the envelope, whatever format they asked for. */
static void test_envelope(void **state)
{
	static const enum format_id formats[] = { FORMAT_JSON, FORMAT_CSV,
						  FORMAT_ENV, FORMAT_TEXT };

	(void)state;
	problems.count = 0;
	problems_add(&problems, ERROR_BAD_VALUE, "/ttlSeconds", "one \"a\"");
	problems_add(&problems, ERROR_ACCESS_DENIED, "/objects/1", "two");
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		refuse(formats[i], "batch", NULL);
		/* The first says which status it is. */
		assert_head("Status: 400 ", true);
		assert_head("\r\nContent-Type: application/json\r\n", true);
		assert_non_null(strstr(got, "\"code\":11005,"));
		assert_non_null(strstr(got, "one \\\"a\\\""));
		assert_non_null(strstr(got, "\"code\":10003,"));
		assert_non_null(strstr(got, "\"success\":false"));
		assert_null(strstr(got, "\"success\":true"));
	}
}

/* Of more than are kept, a last one says how many there were. */
static void test_many(void **state)
{
	size_t found = 0;

	(void)state;
	problems.count = 0;
	for (size_t i = 0; i < PROBLEMS_MAX + 23; i++)
		problems_add(&problems, ERROR_OBJECT_NAME, "/objects/0", "x");
	refuse(FORMAT_JSON, "batch", NULL);
	for (const char *at = got; (at = strstr(at, "\"code\":")); at++)
		found++;
	assert_int_equal(found, PROBLEMS_MAX + 1);
	assert_non_null(strstr(got, "23"));
}

static void test_page(void **state)
{
	(void)state;
	problems.count = 0;
	problems_add(&problems, ERROR_ACCESS_DENIED, "", "quotes <b>sent</b>");
	refuse(FORMAT_HTML, "batch", NULL);
	assert_head("Status: 403 ", true);
	assert_head("\r\nContent-Type: text/html; charset=utf-8\r\n", true);
	assert_head("\r\nContent-Security-Policy: default-src 'none'", true);
	assert_non_null(strstr(got, "quotes &lt;b&gt;sent&lt;/b&gt;"));
	assert_null(strstr(got, "<b>sent"));
}

/* A visitor is told what to do, not how this service works. */
static void test_visitor(void **state)
{
	static const struct {
		enum error error;
		const char *text;
	} rows[] = {
		{ ERROR_BAD_VALUE, "cut or changed" },
		{ ERROR_UNAUTHORIZED, "sign in" },
		{ ERROR_ACCESS_DENIED, "copied whole" },
		{ ERROR_INSECURE, "https://" },
		{ ERROR_NO_ROUTE, "There is no file" },
		{ ERROR_LINK_OVER, "a new one" },
		{ ERROR_TOO_MANY_REQUESTS, "in a minute" },
		{ ERROR_UNAVAILABLE, "later" },
		{ ERROR_METHOD, "can&#39;t be had" },
		{ ERROR_INTERNAL, "can&#39;t be had" },
	};
	const struct route route = { .methods = "GET", .page = PAGE_REFUSED };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char status[32];
		size_t told = 0;

		problems.count = 0;
		problems_add(&problems, rows[i].error, "", "internals");
		refuse_by(FORMAT_HTML, "redirect", &route);
		snprintf(status, sizeof(status), "Status: %d ",
			 error_status(rows[i].error));
		assert_head(status, true);
		assert_head("\r\nContent-Security-Policy: ", true);
		for (size_t j = 0; j < sizeof(rows) / sizeof(rows[0]); j++)
			told += strstr(got, rows[j].text) != NULL;
		if (!strstr(got, rows[i].text) || told != 1 + (i > 7))
			fail_msg("%d: %s", rows[i].error, got);
		assert_non_null(strstr(got, "<code>0123</code>"));
		assert_null(strstr(got, "internals"));
		assert_null(strstr(got, "<form"));
		/* Programs are told all of it. */
		refuse_by(FORMAT_JSON, "redirect", &route);
		assert_head("\r\nContent-Type: application/json\r\n", true);
		assert_non_null(strstr(got, "internals"));
	}
}

/* What was sent may be a secret in the wrong field: the log has the place and
 * the number, never the words. */
static void test_record(void **state)
{
	(void)state;
	refuse_one(ERROR_ACCESS_DENIED, 0, NULL);
	assert_string_equal(unit_log_events(), "refused ");
	unit_assert_logged("\"request\":\"0123\"");
	unit_assert_logged("\"route\":\"batch\",\"status\":403,"
			   "\"code\":10003,\"pointer\":\"/bucket\"");
	assert_null(strstr(unit_log(), "quotes"));
	/* Where nothing could have been had, nothing is worth a line. */
	refuse(FORMAT_JSON, NULL, NULL);
	assert_string_equal(unit_log(), "");
}

/* No log is no reason to be silent. */
static void test_unrecorded(void **state)
{
	(void)state;
	unit_log_fill();
	refuse_one(ERROR_ACCESS_DENIED, 0, NULL);
	assert_head("Status: 403 ", true);
	unit_log_mend();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_envelope),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_visitor),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_unrecorded),
	};
	int failed;

	unit_service_begin(config_text);
	failed = UNIT_RUN(tests);
	unit_service_end();
	return failed;
}
