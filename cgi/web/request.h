/*
 * request - one request as the web server passed it on, whichever way.
 *
 * RFC 3875 names; nothing here was checked except for its form. All slices are
 * borrowed from the server's environment and live as long as the request. What
 * is empty counts as absent: {NULL, 0}.
 */
#ifndef MINTAGE_CGI_WEB_REQUEST_H
#define MINTAGE_CGI_WEB_REQUEST_H

#include "lib/base/buffer.h"

/* The two ends of a request, FastCGI or CGI. */
struct stream {
	/* Up to `size` bytes of the body; 0 at its end, -1 when the server
	 * broke off or stayed silent too long. */
	long (*read)(void *context, char *data, size_t size);
	/* All of `data`; false when nobody is there to take it. */
	bool (*write)(void *context, const char *data, size_t length);
	/* Pass on what was written so far; false as above. Only then does it
	 * count as delivered. */
	bool (*flush)(void *context);
	void *context;
};

struct request {
	struct slice method;
	struct slice path;   /* PATH_INFO, "/" when empty; decoded,
			      * without a leading /client/v4 */
	struct slice script; /* SCRIPT_NAME: where we are mounted */
	struct slice query;  /* not decoded */
	struct slice content_type;
	struct slice accept;
	struct slice authorization;
	struct slice remote_user;
	struct slice fetch_site; /* a browser's Sec-Fetch-Site */
	struct slice remote_address;
	bool https;
	bool loopback;      /* remote_address is this machine */
	bool loopback_host; /* and so is Host, where there is one */
	bool has_length;
	bool bad_length; /* CONTENT_LENGTH isn't a number */
	uint64_t length; /* UINT64_MAX for what is beyond it */
	struct stream *stream;
};

/*
 * Fill `request` from the environment: `get` returns the value of a variable
 * or NULL. HTTPS is believed only from HTTPS=on|1 or REQUEST_SCHEME=https,
 * never from a client's header.
 */
void request_begin(struct request *request, struct stream *stream,
		   const char *(*get)(void *context, const char *name),
		   void *context);

/* Answer `status` with a line of text, all there is to say where there is no
 * configuration to answer by. */
void request_refuse(const struct request *request, int status,
		    const char *text);

#define REQUEST_REFUSAL_CONFIG \
	"mintage: not configured correctly; see the server's log\n"

#endif
