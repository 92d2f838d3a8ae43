/*
 * http: what libcurl is asked for, what is made of what it says, and what is
 * left where it refuses. The libcurl is the test's own; e2e/upstream has the
 * real one.
 */
#include "unit.h"

#if __has_include(<curl/curl.h>)
#include <curl/curl.h>
#endif

#if defined(LIBCURL_VERSION_NUM) && LIBCURL_VERSION_NUM >= 0x075000

#include "curled.h"

static struct http *http;

static int begin(void **state)
{
	(void)state;
	memset(&libcurl, 0, sizeof(libcurl));
	mallocs_left = adds_left = lines_left = -1;
	http = http_create();
	return http ? 0 : -1;
}

static void let_go(void *context)
{
	++*(int *)context;
}

static int end(void **state)
{
	int unused = 0;

	(void)state;
	for (size_t i = 0; i < HTTP_MAX; i++) {
		if (http->transfers[i].busy)
			http->transfers[i].context = &unused;
	}
	http_drop(http, let_go);
	http_free(http);
	assert_int_equal(libcurl.alive, 0);
	return 0;
}

/* A request with everything. */
static struct http_request whole(void)
{
	return (struct http_request){
		.method = slice_text("POST"),
		.url = slice_text("https://api.example.com/a"),
		.headers = slice_text("Accept: x\n\nB: y"),
		.body = slice_text("body"),
		.sign = slice_text("id:secret"),
		.token = slice_text("s3cr3t"),
		.proxy = slice_text("http://proxy.example.com"),
		.ca_file = slice_text("/etc/ca.pem"),
		.milliseconds = 1234,
		.answer_max = 100,
	};
}

static bool start(struct http_request request, void *context)
{
	return http_start(http, &request, context);
}

/* ---- memory -------------------------------------------------------------- */

static void test_create(void **state)
{
	int alive = libcurl.alive;

	(void)state;
	mallocs_left = 0;
	assert_null(http_create());
	mallocs_left = -1;
	libcurl.no_init = true;
	assert_null(http_create());
	assert_int_equal(libcurl.alive, alive);
	http_free(NULL);
	assert_int_equal(libcurl.alive, alive);
	libcurl.no_init = false;
	/* The process ends after this, so nothing more is freed. */
	libcurl.no_multi = true;
	assert_null(http_create());
	libcurl.alive = alive;
}

static void test_wiping_memory(void **state)
{
	char *data = wipe_realloc(NULL, 8), *moved;

	(void)state;
	wipe_free(NULL);
	assert_non_null(data);
	memcpy(data, "1234567", 8);
	data = wipe_realloc(data, 4000);
	assert_string_equal(data, "1234567");
	memset(data, 'x', 4000);
	/* What can't be moved stays as it is. */
	mallocs_left = 0;
	moved = wipe_realloc(data, 5000);
	assert_null(moved);
	assert_int_equal(data[3999], 'x');
	mallocs_left = -1;
	data = wipe_realloc(data, 3);
	assert_memory_equal(data, "xxx", 3);
	wipe_free(data);
}

/* ---- what goes out ------------------------------------------------------- */

static const char *text_of(CURLoption option)
{
	return libcurl.handles[0].texts[option % 10000];
}

static long number_of(CURLoption option)
{
	return libcurl.handles[0].numbers[option % 10000];
}

/* The lines of the request, joined by "|". */
static const char *lines_of(const struct transfer *transfer)
{
	static char text[512];
	size_t used = 0;

	text[0] = '\0';
	for (const struct curl_slist *line = transfer->lines; line;
	     line = line->next)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s|", line->data);
	return text;
}

static void test_request(void **state)
{
	(void)state;
	assert_true(start(whole(), NULL));
	assert_string_equal(lines_of(&http->transfers[0]),
			    "Accept: x|B: y|"
			    "x-amz-content-sha256: UNSIGNED-PAYLOAD|Expect:|"
			    "Authorization: Bearer s3cr3t|");
	assert_string_equal(text_of(CURLOPT_URL), "https://api.example.com/a");
	assert_string_equal(text_of(CURLOPT_PROXY), "http://proxy.example.com");
	assert_string_equal(text_of(CURLOPT_NOPROXY), "");
	assert_string_equal(text_of(CURLOPT_CAINFO), "/etc/ca.pem");
	assert_string_equal(text_of(CURLOPT_USERPWD), "id:secret");
	assert_string_equal(text_of(CURLOPT_POSTFIELDS), "body");
	assert_string_equal(text_of(CURLOPT_CUSTOMREQUEST), "POST");
	assert_int_equal(number_of(CURLOPT_POSTFIELDSIZE_LARGE), 4);
	assert_int_equal(number_of(CURLOPT_TIMEOUT_MS), 1234);
	assert_int_equal(number_of(CURLOPT_SSL_VERIFYPEER), 1);
	assert_int_equal(number_of(CURLOPT_SSL_VERIFYHOST), 2);
	assert_int_equal(number_of(CURLOPT_FOLLOWLOCATION), 0);
	assert_int_equal(number_of(CURLOPT_PATH_AS_IS), 0);
}

/* A request with nothing, in the handle of one with everything. */
static void test_bare_request(void **state)
{
	struct http_request request = {
		.method = slice_text("HEAD"),
		.url = slice_text("http://r2.example.com/b/../c"),
		.headers = slice_text(""),
		.body = slice_text(""),
		.proxy = slice_text(""),
	};
	int dropped = 0;

	(void)state;
	assert_true(start(whole(), &dropped));
	http_drop(http, let_go);
	assert_int_equal(dropped, 1);
	assert_int_equal(libcurl.added, 0);
	assert_true(start(request, NULL));
	assert_int_equal(libcurl.made, 1);
	assert_string_equal(lines_of(&http->transfers[0]), "");
	assert_string_equal(text_of(CURLOPT_PROXY), "");
	assert_null(text_of(CURLOPT_CAINFO));
	assert_null(text_of(CURLOPT_USERPWD));
	assert_null(text_of(CURLOPT_POSTFIELDS));
	assert_null(text_of(CURLOPT_CUSTOMREQUEST));
	assert_int_equal(number_of(CURLOPT_NOBODY), 1);
	assert_int_equal(number_of(CURLOPT_PATH_AS_IS), 1);
	request.method = slice_text("PUT");
	assert_true(start(request, NULL));
	assert_int_equal(libcurl.handles[1].numbers[CURLOPT_POST], 1);
	request.method = slice_text("GET");
	assert_true(start(request, NULL));
	assert_int_equal(libcurl.handles[2].numbers[CURLOPT_POST], 0);
}

/* Whatever fails, no request is begun, and the next one can be. */
static void test_not_started(void **state)
{
	(void)state;
	for (int left = 0; left < 5; left++) {
		lines_left = left;
		assert_false(start(whole(), NULL));
		assert_false(http->transfers[0].busy);
		assert_null(http->transfers[0].lines);
	}
	lines_left = -1;
	for (int left = 0; left < 15; left++) {
		adds_left = left;
		assert_false(start(whole(), NULL));
	}
	adds_left = -1;
	libcurl.no_add = true;
	assert_false(start(whole(), NULL));
	assert_false(http->transfers[0].busy);
	libcurl.no_add = false;
	assert_true(start(whole(), NULL));
	libcurl.no_easy = true;
	assert_false(start(whole(), NULL));
	assert_int_equal(libcurl.added, 1);
	libcurl.no_easy = false;
	for (int i = 1; i < HTTP_MAX; i++)
		assert_true(start(whole(), NULL));
	assert_false(start(whole(), NULL));
	assert_int_equal(libcurl.added, HTTP_MAX);
}

/* libcurl may send a request once. */
static void test_sent_once(void **state)
{
	static char here[] = "127.0.0.1";
	struct transfer *transfer = &http->transfers[0];

	(void)state;
	assert_true(start(whole(), NULL));
	for (int i = 0; i < 3; i++)
		assert_int_equal(before_sending(transfer, here, here, 1, 2),
				 i == 0 ? CURL_PREREQFUNC_OK :
					  CURL_PREREQFUNC_ABORT);
}

/* ---- what comes back ----------------------------------------------------- */

static size_t header(const char *line)
{
	char copy[20000];

	snprintf(copy, sizeof(copy), "%s", line);
	return take_header(copy, 1, strlen(copy), &http->transfers[0]);
}

static void test_headers(void **state)
{
	struct buffer *headers = &http->transfers[0].headers;
	char lines[20000];

	(void)state;
	assert_true(start(whole(), NULL));
	assert_int_equal(header("HTTP/1.1 100 Continue\r\n"), 23);
	assert_int_equal(header("A: b\r\n"), 6);
	assert_int_equal(header("HTTP/1.1 200 OK\r\n"), 17);
	assert_int_equal(header("C: d\n"), 5);
	assert_int_equal(header("\r\n"), 2);
	assert_memory_equal(headers->data, "HTTP/1.1 200 OK\nC: d\n\n", 22);
	assert_int_equal(headers->length, 22);
	/* What is too long is left out, and what comes behind it is not. */
	memset(lines, 'x', sizeof(lines));
	lines[HEADERS_MAX - 22] = '\0';
	assert_int_equal(header(lines), HEADERS_MAX - 22);
	assert_int_equal(headers->length, 22);
	assert_int_equal(header("E: f"), 4);
	assert_int_equal(headers->length, 27);
	/* Without memory the request fails. */
	adds_left = 0;
	assert_int_equal(header("G: h"), 0);
	adds_left = 1;
	assert_int_equal(header("G: h"), 0);
}

static void test_body(void **state)
{
	struct transfer *transfer = &http->transfers[0];
	char bytes[101] = "";

	(void)state;
	assert_true(start(whole(), NULL));
	assert_int_equal(take_body(bytes, 1, 60, transfer), 60);
	assert_int_equal(take_body(bytes, 1, 40, transfer), 40);
	assert_false(transfer->too_large);
	assert_int_equal(take_body(bytes, 1, 1, transfer), 0);
	assert_true(transfer->too_large);
	transfer->body.length = 0;
	adds_left = 0;
	assert_int_equal(take_body(bytes, 1, 1, transfer), 0);
	assert_false(transfer->too_large);
}

/* The request that was begun first ends with this code. */
static struct http_result finish(CURLcode code)
{
	CURLMsg messages[2] = { { .msg = CURLMSG_NONE },
				{ .msg = CURLMSG_DONE } };
	struct http_result result;

	messages[1].easy_handle = (CURL *)&libcurl.handles[0];
	messages[1].data.result = code;
	libcurl.message = messages;
	libcurl.messages = 2;
	assert_true(http_finished(http, &result));
	assert_false(http->transfers[0].busy);
	assert_int_equal(libcurl.added, 0);
	assert_false(http_finished(http, &result));
	return result;
}

static void test_result(void **state)
{
	static const curl_off_t seconds[][2] = { { 0, 0 },
						 { 7, 7 },
						 { 86400, 86400 },
						 { 86401, 86400 },
						 { -1, 0 } };
	struct http_result result;
	int context;

	(void)state;
	libcurl.status = 429;
	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		libcurl.retry_after = seconds[i][0];
		assert_true(start(whole(), &context));
		assert_int_equal(header("A: b\r\n"), 6);
		result = finish(CURLE_OK);
		assert_ptr_equal(result.context, &context);
		assert_int_equal(result.status, 429);
		assert_int_equal(result.retry_after, seconds[i][1]);
		assert_null(result.failure);
		assert_false(result.unsent || result.passing);
		assert_true(slice_is(result.headers, "A: b\n"));
		assert_int_equal(result.body.length, 0);
	}
}

static void test_failures(void **state)
{
	static const struct {
		CURLcode code;
		bool unsent, passing;
		const char *text;
	} all[] = {
		{ CURLE_COULDNT_RESOLVE_HOST, true, true, "other" },
		{ CURLE_COULDNT_RESOLVE_PROXY, true, true, "other" },
		{ CURLE_COULDNT_CONNECT, true, true, "no connection" },
		{ CURLE_OPERATION_TIMEDOUT, false, true, "other" },
		{ CURLE_ABORTED_BY_CALLBACK, false, true,
		  "the connection ended before an answer" },
		{ CURLE_SSL_CONNECT_ERROR, false, true, "other" },
		{ CURLE_SEND_ERROR, false, true, "other" },
		{ CURLE_RECV_ERROR, false, true, "other" },
		{ CURLE_GOT_NOTHING, false, true, "other" },
		{ CURLE_PARTIAL_FILE, false, true, "other" },
		{ CURLE_HTTP2, false, true, "other" },
		{ CURLE_HTTP2_STREAM, false, true, "other" },
		{ CURLE_PEER_FAILED_VERIFICATION, false, false,
		  "its TLS certificate can't be trusted" },
		{ CURLE_URL_MALFORMAT, false, false, "other" },
	};
	struct http_result result;

	(void)state;
	libcurl.status = 200;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_true(start(whole(), NULL));
		result = finish(all[i].code);
		assert_int_equal(result.status, 0);
		assert_string_equal(result.failure, all[i].text);
		assert_int_equal(result.unsent, all[i].unsent);
		assert_int_equal(result.passing, all[i].passing);
	}
	/* An answer that is too long is as long the next time. */
	assert_true(start(whole(), NULL));
	http->transfers[0].too_large = true;
	result = finish(CURLE_RECV_ERROR);
	assert_string_equal(result.failure, "its answer is too long");
	assert_false(result.passing);
}

static void test_wait(void **state)
{
	static const int64_t times[][2] = {
		{ -5, 0 }, { 0, 0 }, { 17, 17 }, { INT64_MAX, 60000 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		http_wait(http, 6, i == 1, times[i][0]);
		assert_int_equal(libcurl.waited.fd, 6);
		assert_int_equal(libcurl.waited.events,
				 i == 1 ? CURL_WAIT_POLLIN | CURL_WAIT_POLLOUT :
					  CURL_WAIT_POLLIN);
		assert_int_equal(libcurl.waited_ms, times[i][1]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_create),      TEST(test_wiping_memory),
		TEST(test_request),     TEST(test_bare_request),
		TEST(test_not_started), TEST(test_sent_once),
		TEST(test_headers),     TEST(test_body),
		TEST(test_result),      TEST(test_failures),
		TEST(test_wait),
	};

	return UNIT_RUN(tests);
}

#else

static void test_no_libcurl(void **state)
{
	(void)state;
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_no_libcurl) };

	return UNIT_RUN(tests);
}

#endif
