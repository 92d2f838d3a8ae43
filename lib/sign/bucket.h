/*
 * bucket - the names of buckets.
 *
 * Cloudflare docs, r2/buckets/create-buckets.
 */
#ifndef MINTAGE_LIB_SIGN_BUCKET_H
#define MINTAGE_LIB_SIGN_BUCKET_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/* 3-63 of a-z 0-9 and -, first and last not -. ERROR_BUCKET_NAME. */
enum error bucket_check(struct slice name, const char *pointer,
			struct problem *problem) MUST_CHECK;

#endif
