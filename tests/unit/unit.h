/*
 * What every unit test needs: cmocka with its TAP output, and the vectors.
 */
#ifndef MINTAGE_UNIT_H
#define MINTAGE_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The path of a file in tests/, from any build directory. */
static inline const char *unit_path(const char *name)
{
	static char path[4096];
	const char *source = getenv("MINTAGE_SRC");

	snprintf(path, sizeof(path), "%s/tests/%s", source ? source : ".",
		 name);
	return path;
}

#define UNIT_RUN(tests)                            \
	(cmocka_set_message_output(CM_OUTPUT_TAP), \
	 cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL))

#endif
