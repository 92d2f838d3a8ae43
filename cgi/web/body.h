/*
 * body - the whole request body, stored before anything is answered.
 *
 * It is kept in a spool, so that a large manifest costs page cache, not heap.
 */
#ifndef MINTAGE_CGI_WEB_BODY_H
#define MINTAGE_CGI_WEB_BODY_H

#include "lib/base/spool.h"
#include "request.h"

/* Owns its bytes. {0} is an empty body. Ends with body_free. */
struct body {
	char *data;    /* writable, with one NUL after its `length` bytes */
	size_t length; /* bytes read */
	struct spool spool; /* internal: where they are */
};

/*
 * Read the body of `request` into *body, which is initialised here. The caller
 * calls body_free, also after an error.
 *
 * ERROR_LENGTH_REQUIRED without a Content-Length; ERROR_BAD_VALUE where that is
 * not a number; ERROR_TOO_LARGE for more than `max` bytes, of which none is
 * read then; ERROR_SHORT_BODY or ERROR_MALFORMED where the body is shorter or
 * longer than its Content-Length; ERROR_CLIENT_GONE where the web server broke
 * off or fell silent; ERROR_UNAVAILABLE where the body can't be stored.
 */
enum error body_read(struct body *body, const struct request *request,
		     uint64_t max, struct problem *problem) MUST_CHECK;

/*
 * Check that a GET came without a body. ERROR_MALFORMED where one is announced
 * by its length or by a Transfer-Encoding, or is there, as HTTP/2 allows without
 * either; ERROR_CLIENT_GONE where the web server broke off or fell silent.
 */
enum error body_none_check(const struct request *request,
			   struct problem *problem) MUST_CHECK;

/* Free or unmap the bytes; leaves {0}. */
void body_free(struct body *body);

/* Read what is left of the body and drop it. A CGI program must do this before
 * it ends, or some web servers take its answer for broken. */
void body_drain(const struct request *request);

#endif
