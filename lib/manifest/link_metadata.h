/*
 * link_metadata - the metadata that an upload gives its object: names and
 * texts, which become headers x-amz-meta-NAME.
 */
#ifndef MINTAGE_LIB_MANIFEST_LINK_METADATA_H
#define MINTAGE_LIB_MANIFEST_LINK_METADATA_H

#include "entry.h"
#include "lib/sign/presign.h"

/* Bytes of all names and texts together, as in S3. */
#define LINK_METADATA_MAX 2048
#define LINK_METADATA_NAMES_MAX 32

#define LINK_METADATA_PREFIX "x-amz-meta-"

/*
 * Read the text of a JSON object, such as {"author": "Ada"}: 1 to
 * LINK_METADATA_NAMES_MAX names of letters, digits, - and _, which become lower
 * case, as S3 keeps them, none of them twice then; and texts as
 * header_text_check accepts them. *text becomes lines "x-amz-meta-author:Ada\n",
 * sorted by name, in `scratch`. ERROR_BAD_VALUE at `pointer`.
 */
enum error link_metadata_read(struct entry_scratch *scratch,
			      const char *pointer, struct slice *text,
			      struct problem *problem) MUST_CHECK;

/* Take the first line off *lines. False when there is none. */
bool link_metadata_next(struct slice *lines, struct presign_pair *pair);

#endif
