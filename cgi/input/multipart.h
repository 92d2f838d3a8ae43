/*
 * multipart - multipart/form-data bodies: a form with a file in it.
 *
 * Follows RFC 7578 and RFC 2046, 5.1, and reads names as browsers write them
 * (WHATWG HTML, "multipart form data"). The body is read in place: nothing is
 * copied, whatever the size of a file. Text before the first boundary and
 * behind the last is ignored, unless it has a line that only a part has: then a
 * part would get lost.
 */
#ifndef MINTAGE_CGI_INPUT_MULTIPART_H
#define MINTAGE_CGI_INPUT_MULTIPART_H

#include "fields.h"
#include "lib/base/problems.h"

#define MULTIPART_BOUNDARY_MAX 70 /* characters (RFC 2046, 5.1.1) */
#define MULTIPART_HEADER_MAX 8192 /* bytes of all header lines of a part */

/*
 * Read the fields in a body of this Content-Type, as form_field and form_end
 * do. Names are decoded in place, and `body` is borrowed for as long as the
 * fields are used. A file input without a file counts as left empty.
 *
 * fields->manifest_format becomes what `manifestFormat` says. Without that
 * field it follows from the type of the part named `manifest`, unless that is
 * text/plain, which clients give to anything; else from the part's file name;
 * else it is NULL, and the format is guessed from the content.
 *
 * Failures are added to `problems`. A body that isn't multipart is one
 * ERROR_MALFORMED that replaces all problems found before; so is a part that is
 * itself multipart, encoded, not in UTF-8 by its own account, or without a
 * name.
 */
void multipart_read(struct fields *fields, struct slice content_type,
		    char *body, size_t length, bool from_browser,
		    struct problems *problems);

#endif
