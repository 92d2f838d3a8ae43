/*
 * shared_file - a small file of numbers that the processes of a host share.
 *
 * It is read with pread(2) and written with pwrite(2) under a lock, and never
 * mapped: a process that touches a mapped page which the file no longer has, or
 * for which the disk has no space, is killed by SIGBUS. Whoever truncates the
 * file, or fills the disk, only makes these calls return less.
 */
#ifndef MINTAGE_LIB_BASE_SHARED_FILE_H
#define MINTAGE_LIB_BASE_SHARED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "error.h"

enum shared_file_missing {
	SHARED_FILE_MAKE, /* make the file, empty, with mode 0600 */
	SHARED_FILE_LEAVE /* fail with ENOENT */
};

/*
 * Open FOLDER/NAME and reserve blocks for `size` bytes of it; its length is
 * left as it is. Returns a descriptor that the caller closes, or -1 with errno:
 * EPERM for what is not a plain file of ours, with one name, that only its
 * owner can write to (in a folder that others can write to, they may have put
 * something else in its place); ENOSPC where the disk is full. Where somebody
 * removes or replaces the file meanwhile, the one that is there then is opened
 * or made.
 *
 * A file of ours is one of this process's user. Root also takes a file of the
 * folder's owner, and gives that user a file that it makes.
 */
int shared_file_open(const char *folder, const char *name, size_t size,
		     enum shared_file_missing missing) MUST_CHECK;

/* Lock an open file, of any kind, against all others who lock it so. A process
 * that was stopped may hold the lock for ever, so this waits for `milliseconds`
 * at most, 0 for not at all. False with errno, which is ETIMEDOUT when the time
 * was over. */
bool shared_file_lock(int file, unsigned milliseconds) MUST_CHECK;
void shared_file_unlock(int file);

/*
 * Find a part of the file that no other process has, and keep it until the file
 * is closed or the process ends; nobody else then writes there, so no lock is
 * needed. Parts have `size` bytes each and lie one behind the other. Returns
 * the part's number, from 0, or -1 with errno: ENOSPC where the disk has no
 * blocks for it, EAGAIN where SHARED_FILE_PARTS processes have one.
 */
#define SHARED_FILE_PARTS 4096
int shared_file_claim(int file, size_t size) MUST_CHECK;

/* Read the first `size` bytes of the locked file. Bytes behind its end are
 * zeros. Returns how many bytes the file has of these, or -1 with errno. */
ssize_t shared_file_read(int file, void *data, size_t size) MUST_CHECK;

/* Write the first `size` bytes of the locked file. False with errno, and then
 * the file may hold some of them. */
bool shared_file_write(int file, const void *data, size_t size) MUST_CHECK;

#endif
