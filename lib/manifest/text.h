/*
 * manifest_text - an uploaded document as the readers want it: in UTF-8, with
 * lines that end in LF.
 */
#ifndef MINTAGE_LIB_MANIFEST_TEXT_H
#define MINTAGE_LIB_MANIFEST_TEXT_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"
#include "lib/base/spool.h"

/*
 * Where *text is UTF-16 with a byte order mark, decode it into *decoded, which
 * must be closed and is opened with `folder`, and make *text borrow that. Any
 * other text stays as it is. At MANIFEST_DOCUMENT: ERROR_MALFORMED for UTF-16
 * that is wrong or has no mark, ERROR_UNAVAILABLE where the decoded text can't
 * be stored.
 */
enum error manifest_text_decode(struct spool *decoded, const char *folder,
				struct slice *text,
				struct problem *problem) MUST_CHECK;

/* ERROR_MALFORMED for a text with several lines none of which ends in LF, but
 * in CR alone, as old Macintosh programs write them. JSON may have such lines.
 */
enum error manifest_text_check_lines(struct slice text,
				     struct problem *problem) MUST_CHECK;

#endif
