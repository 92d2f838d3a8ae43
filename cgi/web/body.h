/*
 * body - the whole request body, stored before anything is answered.
 *
 * Up to BODY_HEAP_MAX it is on the heap; beyond that in an unlinked temporary
 * file that is mapped, so a large manifest costs page cache, not heap.
 */
#ifndef MINTAGE_CGI_WEB_BODY_H
#define MINTAGE_CGI_WEB_BODY_H

#include "request.h"

#define BODY_HEAP_MAX (1024 * 1024)

struct body {
	char *data; /* writable; one NUL stands behind the end */
	size_t length;
	size_t mapped; /* bytes of the mapping, 0 when on the heap */
};

/*
 * Read request->length bytes. Errors: ERROR_LENGTH_REQUIRED (none, or not a
 * number: ERROR_BAD_VALUE), ERROR_TOO_LARGE (over `max`; nothing was read),
 * ERROR_SHORT_BODY (the server sent fewer), ERROR_CLIENT_GONE (it broke off or
 * fell silent), ERROR_UNAVAILABLE (no room to store it).
 * body_free after success and failure.
 */
enum error body_read(struct body *body, const struct request *request,
		     uint64_t max, struct problem *problem) MUST_CHECK;

void body_free(struct body *body);

/* Read and forget what is left of the body: a CGI program must, before it
 * ends. */
void body_drain(const struct request *request);

#endif
