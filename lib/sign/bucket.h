/*
 * bucket - the names of buckets.
 *
 * Cloudflare docs, r2/buckets/create-buckets.
 */
#ifndef MINTAGE_LIB_SIGN_BUCKET_H
#define MINTAGE_LIB_SIGN_BUCKET_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/* A name has 3 to 63 of the characters a-z 0-9 and -, and neither begins nor
 * ends with -. ERROR_BUCKET_NAME at `pointer` when `name` isn't so. */
enum error bucket_check(struct slice name, const char *pointer,
			struct problem *problem) MUST_CHECK;

#endif
