/*
 * fastcgi_request - one FastCGI request by libfcgi: how it is read, and how it
 * ends.
 *
 * This file is the only door to libfcgi. Its accept loop is not used; see
 * fastcgi_socket.h.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_REQUEST_H
#define MINTAGE_CGI_WEB_FASTCGI_REQUEST_H

#include <fcgiapp.h>

#include "request.h"

struct fastcgi_request {
	FCGX_Request fcgx;     /* fcgx.ipcFd: the connection, -1: none */
	bool is_local;         /* the listening socket is a path's */
	bool is_cut;           /* a record of the answer may be cut */
	struct stream stream;  /* the two ends of the body */
	unsigned char *window; /* where the answer's buffer begins */
};

/* Make libfcgi ready, once in a process. It sets handlers for signals, which
 * the caller then replaces. False when the socket can't be used. */
bool fastcgi_request_init(struct fastcgi_request *request) MUST_CHECK;

/*
 * Read a request's beginning from the connection. False when there is none to
 * serve; the connection is closed then.
 */
bool fastcgi_request_accept(struct fastcgi_request *request) MUST_CHECK;

/* The value of a parameter, or NULL; `context` is the fastcgi_request. */
const char *fastcgi_request_parameter(void *context, const char *name);

/* End the request: send what is left, wipe what was secret, and close the
 * connection unless the web server asked to keep it. */
void fastcgi_request_end(struct fastcgi_request *request);

/* Close the connection without another word. */
void fastcgi_request_drop(struct fastcgi_request *request);

#endif
