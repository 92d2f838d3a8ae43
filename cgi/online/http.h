/*
 * online_http - HTTP requests, many at a time: the only door to libcurl.
 *
 * One pool of connections for as long as the process lives, HTTP/2 where it is
 * offered. TLS is always verified, redirects are never followed, and a proxy is
 * the one that was named or none: not what the environment says (a CGI
 * program's HTTP_PROXY is a header of its client's).
 */
#ifndef MINTAGE_CGI_ONLINE_HTTP_H
#define MINTAGE_CGI_ONLINE_HTTP_H

#include "lib/base/buffer.h"

struct http;

/* At most so many requests at a time. */
#define HTTP_MAX 64

/* All slices have a NUL behind them, and are borrowed until the result. */
struct http_request {
	struct slice method;
	struct slice url;
	struct slice headers; /* lines with LF */
	struct slice body;
	struct slice sign;    /* "ID:SECRET" for SigV4, or "" */
	struct slice token;   /* bearer, or "" */
	struct slice proxy;   /* URL, or "" */
	struct slice ca_file; /* or "": the system's */
	int64_t milliseconds; /* for all of it */
	size_t answer_max;    /* of the answer's body */
};

/* Slices stand until the next http_start. */
struct http_result {
	void *context;
	unsigned status;      /* 0: none */
	unsigned retry_after; /* seconds, or 0 */
	bool unsent;          /* it can't have had any effect there */
	bool passing;         /* it may go well another time */
	const char *failure;  /* why there is no whole answer, or NULL */
	struct slice headers; /* lines with LF */
	struct slice body;
};

/* NULL when memory is out. */
struct http *http_create(void);
/* After http_drop. */
void http_free(struct http *http);

/* False when it can't even be tried, or HTTP_MAX are under way. */
bool http_start(struct http *http, const struct http_request *request,
		void *context) MUST_CHECK;

/* Move all requests on, and tell of one that has ended; false: none has. */
bool http_finished(struct http *http, struct http_result *result) MUST_CHECK;

/* Until something moves, `file` can be read (or written, where `writing`), or
 * the time is over. */
void http_wait(struct http *http, int file, bool writing, int64_t milliseconds);

/* Break off whatever goes on, handing each request's context to `let_go`. */
void http_drop(struct http *http, void (*let_go)(void *context));

#endif
