/*
 * http - HTTP requests, many at a time. libcurl is used through this alone.
 *
 * One pool of connections lives as long as the process, with HTTP/2 where the
 * server offers it. TLS is always verified and redirects are never followed.
 * The proxy is the one that the request names or none, never the environment's,
 * since the HTTP_PROXY of a CGI program is a header of its client's.
 */
#ifndef MINTAGE_CGI_ONLINE_HTTP_H
#define MINTAGE_CGI_ONLINE_HTTP_H

#include "lib/base/buffer.h"

struct http;

/* Requests that can be under way at a time. */
#define HTTP_MAX 64

/* All slices have a NUL behind them, and are borrowed until the result. */
struct http_request {
	struct slice method;
	struct slice url;
	struct slice headers; /* lines with LF */
	struct slice body;
	/* "ID:SECRET" for SigV4, or "". The path of a URL that is signed has no
	 * "." or ".." segments, because libcurl may tidy them away. */
	struct slice sign;
	struct slice token;   /* bearer, or "" */
	struct slice proxy;   /* URL, or "" */
	struct slice ca_file; /* or "" for the system's */
	int64_t milliseconds; /* that the request may take */
	size_t answer_max;    /* bytes of the answer's body */
};

/* Slices stand until the next http_start. */
struct http_result {
	void *context;
	unsigned status;      /* 0: none */
	unsigned retry_after; /* seconds, or 0 */
	bool unsent;          /* it can't have had any effect there */
	bool passing;         /* it may succeed another time */
	const char *failure;  /* why there is no whole answer, or NULL */
	struct slice headers; /* lines with LF */
	struct slice body;
};

/* NULL without memory. Ends with http_drop and then http_free. */
struct http *http_create(void);
void http_free(struct http *http);

/* Begin a request; `context` comes back with its result. False when it can't
 * even be tried, or HTTP_MAX are under way. */
bool http_start(struct http *http, const struct http_request *request,
		void *context) MUST_CHECK;

/* Move all requests on and set *result for one that has ended; false when none
 * has. */
bool http_finished(struct http *http, struct http_result *result) MUST_CHECK;

/* Wait until a request can move on, until `file` can be read or, where
 * `writing`, be written, or until the time is over. */
void http_wait(struct http *http, int file, bool writing, int64_t milliseconds);

/* Break off all requests, passing the context of each to `let_go`. */
void http_drop(struct http *http, void (*let_go)(void *context));

#endif
