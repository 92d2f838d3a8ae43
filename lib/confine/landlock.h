/*
 * landlock - which files this process may still open, by the kernel's Landlock.
 *
 * Landlock needs no rights and can't be taken back. What is open already stays
 * open. Kernels since 5.13 have it; a later one can deny more, and what this
 * one can deny is denied.
 *
 *   landlock_begin    nothing may be opened ...
 *   landlock_allow    ... but what lies in this folder
 *   landlock_enter    from now on
 */
#ifndef MINTAGE_LIB_CONFINE_LANDLOCK_H
#define MINTAGE_LIB_CONFINE_LANDLOCK_H

#include <stdint.h>

#include "lib/base/error.h"

/* What may be done in a folder and below it. */
enum landlock_use {
	LANDLOCK_READ, /* files are read */
	LANDLOCK_KEEP, /* files are made, read, written, cut and removed, and
			* renamed within their folder */
};

struct landlock {
	int abi;        /* the kernel's version of Landlock */
	int ruleset;    /* a descriptor */
	uint64_t files; /* the kernel's rights to files, which are all denied */
};

/* The version of Landlock that the kernel has, or 0 where it has none, where it
 * was switched off, or where a container keeps it away. */
int landlock_abi(void);

/* From this version on it denies connections by TCP. */
#define LANDLOCK_ABI_TCP 4

/* Returns 0, or an errno, and then there is nothing to end. ENOSYS where
 * landlock_abi says 0. */
int landlock_begin(struct landlock *landlock) MUST_CHECK;

/* Allow this use of the folder at `path`. Of a file that is no folder, allow to
 * read it, and for LANDLOCK_KEEP to write it. Returns 0, or an errno: ENOENT
 * where it is not there. */
int landlock_allow(struct landlock *landlock, const char *path,
		   enum landlock_use use) MUST_CHECK;

/* Deny the rest for as long as the process lives. The process has given up new
 * privileges before (privileges_renounce). Returns 0 or an errno. */
int landlock_enter(const struct landlock *landlock) MUST_CHECK;

/* Close what landlock_begin has opened; what is denied stays so. */
void landlock_end(struct landlock *landlock);

#endif
