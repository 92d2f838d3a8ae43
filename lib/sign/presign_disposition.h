/*
 * presign_disposition - the header that names a download.
 */
#ifndef MINTAGE_LIB_SIGN_PRESIGN_DISPOSITION_H
#define MINTAGE_LIB_SIGN_PRESIGN_DISPOSITION_H

#include "presign.h"

/*
 * Write the value of a Content-Disposition header: `type`, "attachment" or
 * "inline", and unless `filename` is empty filename="..." in ASCII (_ for each
 * other character) and filename*=UTF-8''... in full (RFC 6266, RFC 8187).
 * Without a type it is an attachment. dst: PRESIGN_VALUE_MAX bytes. Returns the
 * length of the value, or 0 when both are empty or they are too long for dst.
 */
size_t presign_disposition(struct slice type, struct slice filename,
			   char dst[PRESIGN_VALUE_MAX]);

#endif
