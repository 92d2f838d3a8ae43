/*
 * multipart - multipart/form-data bodies: a form with a file in it.
 *
 * RFC 7578 and RFC 2046, 5.1; names as browsers write them (WHATWG HTML,
 * "multipart form data"). Read in place: nothing is copied, a file of any size
 * stays where it lies. Stricter than the RFCs where something could get lost:
 * nothing but line ends stands before the first part and behind the last.
 */
#ifndef MINTAGE_CGI_INPUT_MULTIPART_H
#define MINTAGE_CGI_INPUT_MULTIPART_H

#include "fields.h"
#include "lib/base/problems.h"

#define MULTIPART_BOUNDARY_MAX 70
#define MULTIPART_HEADER_MAX 8192 /* bytes, all headers of one part */

/*
 * Read a body of this Content-Type, the fields' borrowed home from then on.
 * Fields are those of form.h. The format of a part named `manifest` is what
 * `manifestFormat` says; else by the part's own type, where that is one of a
 * manifest and not text/plain, which clients give to anything; else by its file
 * name; else it is guessed. A file input without a file counts as left empty.
 *
 * What isn't multipart is one ERROR_MALFORMED instead of all problems found so
 * far; so is a part that is itself multipart, encoded, or without a name.
 */
void multipart_read(struct fields *fields, struct slice content_type,
		    char *body, size_t length, bool from_browser,
		    struct problems *problems);

#endif
