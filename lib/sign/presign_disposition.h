/*
 * presign_disposition - a download name as the header that carries it.
 */
#ifndef MINTAGE_LIB_SIGN_PRESIGN_DISPOSITION_H
#define MINTAGE_LIB_SIGN_PRESIGN_DISPOSITION_H

#include "presign.h"

/*
 * A download name as Content-Disposition: attachment with filename="..." in
 * ASCII (other characters as _) and filename*=UTF-8''... in full (RFC 6266,
 * RFC 8187). dst: PRESIGN_VALUE_MAX bytes. Returns its length; 0 when it
 * doesn't fit.
 */
size_t presign_disposition(struct slice filename, char dst[PRESIGN_VALUE_MAX]);

#endif
