/*
 * request - one request as the web server passed it on, by FastCGI or CGI.
 *
 * The variables are those of RFC 3875. Their values are what the client sent,
 * and nobody has checked them yet. All slices are borrowed from the environment
 * of the request and live as long as it. A variable that is empty counts as
 * absent: {NULL, 0}.
 */
#ifndef MINTAGE_CGI_WEB_REQUEST_H
#define MINTAGE_CGI_WEB_REQUEST_H

#include "lib/base/buffer.h"

/* The way to the web server, by FastCGI or CGI. `context` is the first argument
 * of each function. */
struct stream {
	/* Read up to `size` bytes of the body and return their number. 0 at the
	 * body's end, -1 when the server broke off or was silent too long. */
	long (*read)(void *context, char *data, size_t size);
	/* Write all of `data`, which may be kept back until `flush`. False when
	 * the server is gone. */
	bool (*write)(void *context, const char *data, size_t length);
	/* Pass on everything that was written. False when the server is gone.
	 * What was written counts as delivered only after this. */
	bool (*flush)(void *context);
	/* The answer ends here, and is not whole: send nothing more of it, not
	 * what was kept back either, and end the connection. */
	void (*cut)(void *context);
	void *context;
};

struct request {
	struct slice method;
	struct slice path;      /* PATH_INFO, "/" where empty; decoded,
				 * without a leading /client/v4 */
	struct slice path_info; /* PATH_INFO as it is */
	struct slice uri;  /* REQUEST_URI: as the client sent it, not decoded */
	bool is_rewritten; /* Apache says that it was: REDIRECT_URL is there */
	struct slice script; /* SCRIPT_NAME: the URL path of this program */
	struct slice query;  /* not decoded */
	struct slice content_type;
	struct slice content_encoding;
	struct slice accept;
	struct slice accept_language;
	struct slice authorization;
	struct slice remote_user;
	struct slice fetch_site; /* a browser's Sec-Fetch-Site */
	struct slice origin;     /* a browser's Origin */
	struct slice host;       /* the Host header */
	struct slice user_agent;
	struct slice protocol; /* SERVER_PROTOCOL, such as HTTP/1.1 */
	struct slice remote_address;
	/* X-Forwarded-For, -Proto and -Host, which anyone can send: client.h
	 * says when they are believed. */
	struct slice forwarded_for;
	struct slice forwarded_proto;
	struct slice forwarded_host;
	bool is_forwarded;       /* there is a header as proxies send them */
	bool is_forwarded_twice; /* one of the three came more than once */
	bool https;              /* as the web server itself received it */
	bool has_length;         /* `length` is set from CONTENT_LENGTH */
	bool bad_length;         /* CONTENT_LENGTH isn't a number */
	bool has_coding;         /* there is a Transfer-Encoding */
	/* A variable that may have one value only and came with two, or NULL.
	 * Nobody knows which of them is meant. */
	const char *contradiction;
	uint64_t length; /* bytes of the body; UINT64_MAX for any more */
	struct stream *stream;
	char *const *environment;
};

/*
 * Fill `request` from the environment: texts "NAME=value", the last of which
 * NULL follows. They must live as long as the request; where a name occurs
 * twice, the first counts: nginx sends what its owner wrote and what an
 * included file has. `stream` is borrowed. request->https is true only for
 * HTTPS=on, HTTPS=1 or REQUEST_SCHEME=https, which the web server sets, never
 * for a client's header.
 */
void request_begin(struct request *request, struct stream *stream,
		   char *const *environment);

/* Wipe the token or password that Authorization has in the environment, once
 * nobody needs it any more: a client may take an hour to read an answer. Of
 * request->authorization only the length is to be used then. */
void request_forget_authorization(const struct request *request);

/* Answer with the HTTP status `status` and the line `text`. For requests that
 * can't be answered otherwise, because there is no configuration. */
void request_refuse(const struct request *request, int status,
		    const char *text);

/* The line for a configuration that can't be used. It names nothing, because
 * anyone may read it. */
#define REQUEST_REFUSAL_CONFIG \
	"mintage: not configured correctly; see the server's log\n"

#endif
