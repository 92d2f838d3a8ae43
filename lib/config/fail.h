/*
 * fail - how every error of a configuration reads.
 */
#ifndef MINTAGE_LIB_CONFIG_FAIL_H
#define MINTAGE_LIB_CONFIG_FAIL_H

#include "lib/base/problem.h"

/* Sets *problem to ERROR_CONFIG with the message "FILE:LINE: ...", or
 * "FILE: ..." for line 0. Returns ERROR_CONFIG. */
enum error config_fail(struct problem *problem, const char *path, int line,
		       const char *format, ...) PRINTF_LIKE(4, 5);

#endif
