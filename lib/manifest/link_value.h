/*
 * link_value - which values the texts of link_terms may have. They are the same
 * in an entry, in whatever format, and in a request.
 */
#ifndef MINTAGE_LIB_MANIFEST_LINK_VALUE_H
#define MINTAGE_LIB_MANIFEST_LINK_VALUE_H

#include "entry.h"

/* Characters. */
#define LINK_VALUE_HEADER_MAX 255
#define LINK_VALUE_LONG_HEADER_MAX 1024
#define LINK_VALUE_UPLOAD_ID_MAX 1024

#define LINK_VALUE_PARTS_MAX 10000

#define LINK_VALUE_DISPOSITIONS 2

/* "attachment" and "inline". */
extern const char *const link_value_dispositions[LINK_VALUE_DISPOSITIONS];

/*
 * Check a text and put it into *terms, which borrow it, or `scratch` where the
 * text had to change. These are good values:
 *   filename       1 to ENTRY_FILENAME_MAX bytes of UTF-8 without / and control
 *                  characters, and neither . nor ..
 *   disposition    one of link_value_dispositions
 *   contentType, responseContentType
 *                  a media type (RFC 9110, 8.3.1) of at most
 *                  ENTRY_CONTENT_TYPE_MAX characters of ASCII, without two
 *                  blanks in a row, which a signature would cover as one
 *   cacheControl, responseCacheControl, contentDisposition
 *                  what header_text_check accepts
 *   contentEncoding
 *                  codings with commas between them, but not aws-chunked
 *   contentLength  a decimal from 0 to ENTRY_CONTENT_LENGTH_MAX
 *   ifNoneMatch    *
 *   sha256         64 hex digits in any case, which become lower case
 *   metadata       what link_metadata_read accepts, and becomes what it says
 *   uploadId       printable ASCII without blanks
 *   partNumber     a decimal from 1 to LINK_VALUE_PARTS_MAX
 * ERROR_BAD_VALUE, or ERROR_MALFORMED for a lone surrogate, at "/" and the name.
 */
enum error link_value_set(struct entry_scratch *scratch,
			  struct link_terms *terms, enum link_term term,
			  struct slice text,
			  struct problem *problem) MUST_CHECK;

#endif
