#include "http.h"

#include <curl/curl.h>
#include <malloc.h>
#include <stdlib.h>

/* Bytes of an answer's headers that are kept; further lines are dropped. */
#define HEADERS_MAX 16384

#define CONNECT_SECONDS 10L

struct transfer {
	CURL *easy; /* kept from request to request */
	bool busy;
	bool too_large;
	bool sent; /* the connection was ready to send it */
	void *context;
	size_t answer_max;
	struct curl_slist *lines;
	struct buffer headers;
	struct buffer body;
};

struct http {
	CURLM *multi;
	struct transfer transfers[HTTP_MAX];
};

/* ---- libcurl's memory ------------------------------------------------------ */

/* Memory that libcurl frees may have held the token and answers. */
static void wipe_free(void *data)
{
	if (data)
		explicit_bzero(data, malloc_usable_size(data));
	free(data);
}

static void *wipe_realloc(void *data, size_t size)
{
	size_t old = data ? malloc_usable_size(data) : 0;
	void *moved = malloc(size);

	if (!moved)
		return NULL;
	if (old > 0)
		memcpy(moved, data, old < size ? old : size);
	wipe_free(data);
	return moved;
}

/* ---- the pool -------------------------------------------------------------- */

struct http *http_create(void)
{
	struct http *http = calloc(1, sizeof(*http));

	if (http &&
	    curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe_free,
				 wipe_realloc, strdup, calloc) == CURLE_OK)
		http->multi = curl_multi_init();
	if (http && http->multi)
		return http;
	free(http);
	return NULL;
}

/* ---- what comes back ------------------------------------------------------ */

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct buffer *body = &transfer->body;

	/* libcurl always passes a size of 1. */
	count *= size;
	transfer->too_large = count > transfer->answer_max - body->length;
	if (transfer->too_large || !buffer_add(body, data, count))
		return 0;
	return count;
}

static size_t take_header(char *data, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct slice line = slice_of(data, size * count);
	static const struct slice status = SLICE("HTTP/");

	/* The headers of a proxy or of a "100 Continue" came before. */
	if (slice_starts(line, status))
		transfer->headers.length = 0;
	while (line.length > 0 && (line.data[line.length - 1] == '\n' ||
				   line.data[line.length - 1] == '\r'))
		line.length--;
	if (transfer->headers.length + line.length < HEADERS_MAX &&
	    (!buffer_add(&transfer->headers, line.data, line.length) ||
	     !buffer_add(&transfer->headers, "\n", 1)))
		return 0;
	return size * count;
}

/* ---- what goes out -------------------------------------------------------- */

/* The lines hold secrets. */
static void free_lines(struct curl_slist *lines)
{
	for (struct curl_slist *line = lines; line; line = line->next)
		explicit_bzero(line->data, strlen(line->data));
	curl_slist_free_all(lines);
}

static bool add_line(struct transfer *transfer, const char *before,
		     struct slice text)
{
	struct buffer line = { 0 };
	struct curl_slist *lines = NULL;

	if (buffer_add(&line, before, strlen(before)) &&
	    buffer_add(&line, text.data, text.length) &&
	    buffer_add(&line, "", 1))
		lines = curl_slist_append(transfer->lines, line.data);
	buffer_free(&line);
	if (!lines)
		return false;
	transfer->lines = lines;
	return true;
}

static bool add_lines(struct transfer *transfer,
		      const struct http_request *request)
{
	struct slice rest = request->headers, line;

	while (slice_split(&rest, '\n', &line)) {
		if (line.length > 0 && !add_line(transfer, "", line))
			return false;
	}
	if (request->sign.length > 0 &&
	    !add_line(transfer,
		      "x-amz-content-sha256: ", slice_text("UNSIGNED-PAYLOAD")))
		return false;
	/* Without this libcurl waits for a "100 Continue". */
	if (request->body.length > 0 &&
	    !add_line(transfer, "Expect:", slice_text("")))
		return false;
	return request->token.length == 0 ||
	       add_line(transfer, "Authorization: Bearer ", request->token);
}

/*
 * libcurl repeats a request by itself, even a POST, when a connection that it
 * kept ends without an answer. This stops it, because calls.c decides what is
 * repeated, and counts it.
 */
static int before_sending(void *context, char *here, char *there, int port,
			  int other_port)
{
	struct transfer *transfer = context;
	bool again = transfer->sent;

	(void)here;
	(void)there;
	(void)port;
	(void)other_port;
	transfer->sent = true;
	return again ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static void set_safety(CURL *easy, const struct http_request *request)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION,
			 (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS,
			 (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	/* These are set even when empty: else libcurl takes them from the
	 * environment. */
	curl_easy_setopt(easy, CURLOPT_PROXY, request->proxy.data);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	if (request->ca_file.length > 0)
		curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file.data);
	/* Prefer to send many requests over one connection. */
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->milliseconds);
}

static void set_request(CURL *easy, const struct http_request *request)
{
	bool has_body = slice_is(request->method, "POST") ||
			slice_is(request->method, "PUT");

	curl_easy_setopt(easy, CURLOPT_URL, request->url.data);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "mintage/" PACKAGE_VERSION);
	/* A key such as "a/../b" is sent as it is. libcurl 8.11 and later
	 * refuse to sign a path that it may not tidy; no path that it signs
	 * here has dots. */
	if (request->sign.length == 0)
		curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	if (has_body) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body.length);
	}
	if (slice_is(request->method, "HEAD"))
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
				 request->method.data);
	if (request->sign.length > 0) {
		curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, "aws:amz:auto:s3");
		curl_easy_setopt(easy, CURLOPT_USERPWD, request->sign.data);
	}
}

static struct transfer *find_free(struct http *http)
{
	for (size_t i = 0; i < HTTP_MAX; i++) {
		if (!http->transfers[i].busy)
			return &http->transfers[i];
	}
	return NULL;
}

/* Forget the request but keep the handle, which a later request uses again. */
static void clear(struct transfer *transfer)
{
	if (transfer->easy)
		curl_easy_reset(transfer->easy);
	free_lines(transfer->lines);
	transfer->lines = NULL;
	buffer_free(&transfer->headers);
	buffer_free(&transfer->body);
	transfer->too_large = false;
	transfer->sent = false;
	transfer->busy = false;
}

bool http_start(struct http *http, const struct http_request *request,
		void *context)
{
	struct transfer *transfer = find_free(http);
	CURL *easy;

	if (!transfer)
		return false;
	clear(transfer);
	if (!transfer->easy)
		transfer->easy = curl_easy_init();
	easy = transfer->easy;
	if (!easy || !add_lines(transfer, request)) {
		clear(transfer);
		return false;
	}
	transfer->context = context;
	transfer->answer_max = request->answer_max;
	set_safety(easy, request);
	set_request(easy, request);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->lines);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_sending);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	transfer->busy = curl_multi_add_handle(http->multi, easy) == CURLM_OK;
	return transfer->busy;
}

/* ---- the end of a request ------------------------------------------------- */

/* Is it certain that nothing of the request has arrived there? */
static bool is_unsent(CURLcode code)
{
	return code == CURLE_COULDNT_RESOLVE_HOST ||
	       code == CURLE_COULDNT_RESOLVE_PROXY ||
	       code == CURLE_COULDNT_CONNECT;
}

/* May the same request succeed another time? */
static bool is_passing(CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_ABORTED_BY_CALLBACK: /* before_sending */
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return is_unsent(code);
	}
}

/* libcurl has longer texts too, but these name files of this machine. */
static const char *failure_text(const struct transfer *transfer, CURLcode code)
{
	if (transfer->too_large)
		return "its answer is too long";
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return "its TLS certificate can't be trusted";
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return "the connection ended before an answer";
	return curl_easy_strerror(code);
}

static void set_result(struct http_result *result, struct transfer *transfer,
		       CURLcode code)
{
	curl_off_t seconds = 0;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds);
	*result = (struct http_result){
		.context = transfer->context,
		.status = code == CURLE_OK ? (unsigned)status : 0,
		.retry_after = seconds > 86400 ? 86400 :
			       seconds < 0     ? 0 :
						 (unsigned)seconds,
		.unsent = is_unsent(code),
		.passing = is_passing(code) && !transfer->too_large,
		.headers = buffer_slice(&transfer->headers),
		.body = buffer_slice(&transfer->body),
	};
	if (code != CURLE_OK)
		result->failure = failure_text(transfer, code);
}

bool http_finished(struct http *http, struct http_result *result)
{
	struct transfer *transfer;
	char *private = NULL;
	CURLMsg *message;
	CURLcode code;
	int number;

	(void)curl_multi_perform(http->multi, &number);
	do {
		message = curl_multi_info_read(http->multi, &number);
		if (!message)
			return false;
	} while (message->msg != CURLMSG_DONE);
	code = message->data.result;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
	transfer = (struct transfer *)(void *)private;
	set_result(result, transfer, code);
	/* This frees `message`. */
	(void)curl_multi_remove_handle(http->multi, transfer->easy);
	transfer->busy = false;
	return true;
}

void http_wait(struct http *http, int file, bool writing, int64_t milliseconds)
{
	struct curl_waitfd extra = {
		.fd = file,
		.events = (short)(CURL_WAIT_POLLIN |
				  (writing ? CURL_WAIT_POLLOUT : 0)),
	};

	if (milliseconds < 0)
		milliseconds = 0;
	(void)curl_multi_poll(http->multi, &extra, 1,
			      milliseconds > 60000 ? 60000 : (int)milliseconds,
			      NULL);
}

void http_drop(struct http *http, void (*let_go)(void *context))
{
	for (size_t i = 0; i < HTTP_MAX; i++) {
		struct transfer *transfer = &http->transfers[i];

		if (transfer->busy) {
			(void)curl_multi_remove_handle(http->multi,
						       transfer->easy);
			let_go(transfer->context);
		}
		clear(transfer);
	}
}

void http_free(struct http *http)
{
	if (!http)
		return;
	for (size_t i = 0; i < HTTP_MAX; i++)
		curl_easy_cleanup(http->transfers[i].easy);
	(void)curl_multi_cleanup(http->multi);
	free(http);
	curl_global_cleanup();
}
