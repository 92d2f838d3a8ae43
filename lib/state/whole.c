#include "whole.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/folder.h"
#include "lib/base/shared_file.h"

/* How often a file may be put in the place of another while it is opened. */
#define TRIES 8

/* A process that makes a file of some MiB keeps STATE_WHOLE_LOCK longer than
 * one that counts keeps the lock of its file. So it is waited for this many
 * times as long, but these milliseconds at most. A caller that waits
 * STUCK_WAIT_MS or less knows from the last time that the lock is kept for
 * ever, and waits no longer for this one. */
#define MAKE_TIMES 10
#define MAKE_WAIT_MS 2000
#define STUCK_WAIT_MS 50

void state_whole_leave(int file)
{
	int failure = errno;

	if (file >= 0)
		(void)close(file);
	errno = failure;
}

/* Make the file while STATE_WHOLE_LOCK is held, unless another process has made
 * it meanwhile. It must not have its name before its content. */
static bool make_locked(const struct state_whole *whole)
{
	char path[PATH_MAX], new_path[PATH_MAX];
	bool made;
	int file, failure;

	if (!folder_join(whole->folder, whole->name, path, PATH_MAX) ||
	    !folder_join(whole->folder, STATE_WHOLE_NEW, new_path, PATH_MAX))
		return false;
	if (access(path, F_OK) == 0)
		return true;
	(void)unlink(new_path); /* of a process that was killed */
	file = shared_file_open(whole->folder, STATE_WHOLE_NEW, whole->size,
				SHARED_FILE_MAKE);
	made = file >= 0 && whole->fill(file, whole->context) &&
	       fdatasync(file) == 0 && rename(new_path, path) == 0;
	state_whole_leave(file);
	if (made)
		return true;
	failure = errno;
	(void)unlink(new_path);
	errno = failure;
	return false;
}

/* How many milliseconds to wait for STATE_WHOLE_LOCK. */
static unsigned make_wait(unsigned milliseconds)
{
	if (milliseconds <= STUCK_WAIT_MS)
		return milliseconds;
	return milliseconds < MAKE_WAIT_MS / MAKE_TIMES ?
		       milliseconds * MAKE_TIMES :
		       MAKE_WAIT_MS;
}

static bool make(const struct state_whole *whole, unsigned milliseconds)
{
	int lock = shared_file_open(whole->folder, STATE_WHOLE_LOCK, 1,
				    SHARED_FILE_MAKE);
	bool made = lock >= 0 &&
		    shared_file_lock(lock, make_wait(milliseconds)) &&
		    make_locked(whole);

	state_whole_leave(lock);
	return made;
}

static int open_file(const struct state_whole *whole)
{
	/* All its blocks were written when it was made. */
	return shared_file_open(whole->folder, whole->name, 1,
				SHARED_FILE_LEAVE);
}

int state_whole_enter(const struct state_whole *whole, unsigned milliseconds)
{
	struct stat found;

	for (int tries = 0; tries < TRIES; tries++) {
		int file = open_file(whole);

		if (file < 0 && errno == ENOENT && make(whole, milliseconds))
			file = open_file(whole);
		if (file < 0)
			return -1;
		if (!shared_file_lock(file, milliseconds) ||
		    fstat(file, &found) != 0) {
			state_whole_leave(file);
			return -1;
		}
		if (found.st_nlink > 0 &&
		    (uint64_t)found.st_size == whole->size)
			return file;
		state_whole_leave(file);
		if (found.st_nlink > 0) {
			errno = EBADMSG;
			return -1;
		}
	}
	errno = EAGAIN;
	return -1;
}
