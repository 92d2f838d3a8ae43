/*
 * fastcgi_request - one FastCGI request: how it is read, answered and ended.
 *
 * libfcgi does not check the lengths in the records that it reads, and some
 * records overwrite its memory. So fastcgi_reader reads them. From libfcgi come
 * the stream that collects an answer, and the look into the parameters. Only
 * this file calls it.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_REQUEST_H
#define MINTAGE_CGI_WEB_FASTCGI_REQUEST_H

#include <fcgiapp.h>

#include "fastcgi_connection.h"
#include "fastcgi_reader.h"
#include "request.h"

/* Bytes of the answer that are collected before they are sent. */
#define FASTCGI_REQUEST_WINDOW 8192

/* Used for one request after the other. Not to be copied: `stream` points to
 * it. */
struct fastcgi_request {
	struct fastcgi_connection connection;
	bool is_local; /* the listening socket is a Unix socket */
	bool is_gone;  /* nothing more can be read */
	bool is_cut;   /* the answer is not whole, and nothing more is sent */
	struct fastcgi_reader reader;
	char **parameters;       /* "NAME=VALUE", NULL behind the last; owned */
	size_t parameter_places; /* how many fit */
	struct stream stream;    /* reads the body and writes the answer */
	FCGX_Stream out;         /* collects the answer in `window` */
	size_t dirty;            /* bytes of `window` that have been written */
	unsigned char window[FASTCGI_REQUEST_WINDOW];
};

/* Make *request ready, without a connection. Ends with fastcgi_request_free. */
void fastcgi_request_init(struct fastcgi_request *request);

/* Has the server sent something on the open connection that was not used yet?
 * Then there may be nothing to wait for at its socket. */
bool fastcgi_request_is_waiting(const struct fastcgi_request *request);

/* Read what is there on the open connection, unless there is something that was
 * not used yet. False where there is nothing, and the caller waits. */
bool fastcgi_request_take(struct fastcgi_request *request) MUST_CHECK;

/*
 * Read from the open connection, which has something to read, until all
 * parameters of a request are there. False when it was something else. Then the
 * connection is closed, or open for what comes next.
 */
bool fastcgi_request_accept(struct fastcgi_request *request) MUST_CHECK;

/* The value of a parameter, or NULL; it lives as long as the request. `context`
 * is the struct fastcgi_request, so that this can be docroot's `get`. */
const char *fastcgi_request_parameter(void *context, const char *name);

/* End the request: send what is left, wipe the secrets in it, and close the
 * connection unless the web server asked to keep it. */
void fastcgi_request_end(struct fastcgi_request *request);

/* Close the connection without sending anything more. */
void fastcgi_request_drop(struct fastcgi_request *request);

/* Close the connection and free everything. */
void fastcgi_request_free(struct fastcgi_request *request);

#endif
