/*
 * whole - a file of a fixed size that is there as a whole or not at all.
 *
 * It is written beside its place and renamed there, so that a process that is
 * killed, or a disk that is full, leaves none. A file of any other size was
 * cut, and is not used. Where it is removed or replaced while it is opened, the
 * one that is there then is opened.
 */
#ifndef MINTAGE_LIB_STATE_WHOLE_H
#define MINTAGE_LIB_STATE_WHOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

/* Names in the same folder: of the lock under which such files are made, and of
 * a file until it is whole. All such files of a folder share the two. */
#define STATE_WHOLE_LOCK "limits.lock"
#define STATE_WHOLE_NEW "limits.new"

struct state_whole {
	const char *folder;
	const char *name;
	size_t size;
	/* Write all of a new file. False with errno. */
	bool (*fill)(int file, const void *context);
	const void *context;
};

/*
 * Open the file, make it where there is none, and lock it. This waits for the
 * lock for `milliseconds` at most. Where another process is making a file of
 * the folder, it is waited for as well: up to ten times as long, but two
 * seconds at most, and where `milliseconds` is 50 or less, no longer than that.
 * Returns a descriptor, whose closing ends the lock, or -1 with errno:
 * ETIMEDOUT where another process keeps a lock, EBADMSG where the file has been
 * cut, and what shared_file_open says.
 */
int state_whole_enter(const struct state_whole *whole,
		      unsigned milliseconds) MUST_CHECK;

/* Close a descriptor, leaving errno as it is. */
void state_whole_leave(int file);

#endif
