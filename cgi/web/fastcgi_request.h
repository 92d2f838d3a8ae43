/*
 * fastcgi_request - one FastCGI request: how libfcgi reads it, and how it ends.
 *
 * Only this file calls libfcgi. The accept loop of libfcgi is not used;
 * fastcgi_socket.h says why.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_REQUEST_H
#define MINTAGE_CGI_WEB_FASTCGI_REQUEST_H

#include <fcgiapp.h>

#include "request.h"

/* Used for one request after the other. Not to be copied: `stream` points to
 * it. */
struct fastcgi_request {
	FCGX_Request fcgx;     /* fcgx.ipcFd: the connection, or -1 */
	bool is_local;         /* the listening socket is a Unix socket */
	bool is_cut;           /* a record of the answer may be cut */
	struct stream stream;  /* reads the body and writes the answer */
	unsigned char *window; /* where libfcgi's buffer of the answer begins */
};

/* Make libfcgi ready; once in a process. libfcgi sets handlers for signals,
 * which the caller then replaces. False when the socket can't be used (errno).
 */
bool fastcgi_request_init(struct fastcgi_request *request) MUST_CHECK;

/*
 * Read the parameters of the next request from the connection fcgx.ipcFd, which
 * the caller has accepted. False when the connection holds no request that can
 * be served; it is closed then.
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

#endif
