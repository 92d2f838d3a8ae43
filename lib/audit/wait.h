/*
 * wait - how long to wait for a reader that does not read.
 */
#ifndef MINTAGE_LIB_AUDIT_WAIT_H
#define MINTAGE_LIB_AUDIT_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"

/* The time to wait in all; `end` is zero before the first wait. */
struct audit_wait {
	unsigned milliseconds;
	int64_t end; /* of the monotonic clock, in milliseconds */
};

/*
 * After writing to `file` failed with *failure: true where it should be tried
 * again, because a signal came or there is space now, and *failure is 0 then.
 * Else false; *failure is ETIMEDOUT where the time was over.
 */
bool audit_wait_writable(struct audit_wait *wait, int file,
			 int *failure) MUST_CHECK;

#endif
