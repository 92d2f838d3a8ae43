/*
 * filter - which system calls this process may still make, by seccomp.
 *
 * A filter is a constant: generate.c makes it with libseccomp while Mintage is
 * built, so that no program needs that library, or time to make a filter. It
 * can't be taken back. A call that it denies fails with EPERM.
 */
#ifndef MINTAGE_LIB_CONFINE_FILTER_H
#define MINTAGE_LIB_CONFINE_FILTER_H

#include <stdbool.h>

#include "lib/base/error.h"

enum filter_kind {
	FILTER_SERVICE, /* what a responder needs while it answers: no program,
			 * no process, no new socket, no code made anew */
	FILTER_OFFLINE, /* all but the network, programs and other processes */
	FILTER_KINDS
};

/* Was libseccomp there when the program was built? */
bool filter_is_built(void);

/* Has the kernel filters? */
bool filter_is_known(void);

/* Deny what the filter denies for as long as the process lives. The process has
 * given up new privileges before (privileges_renounce). Returns 0, or an errno:
 * ENOSYS where one of the two above is false. */
int filter_enter(enum filter_kind kind) MUST_CHECK;

#endif
