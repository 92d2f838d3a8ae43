#include "shared_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "folder.h"

/* How often a file may be removed or replaced while it is opened. */
#define TRIES 8

/* How often the processor is given away before the lock is waited for. Whoever
 * has the lock most often needs it for microseconds more, and the shortest nap
 * takes a hundred. */
#define YIELDS 16

/* Nanoseconds: how long to wait before the lock is tried again, at first and at
 * most. */
#define NAP_FIRST 50000L
#define NAP_MOST 5000000L

/* ---- opening -------------------------------------------------------------- */

/* Is it a file of ours? False with errno, which is ENOENT where the file was
 * removed after it was opened. */
static bool is_ours(int file, const char *folder)
{
	struct stat found, place;
	bool fits = false;

	if (fstat(file, &found) != 0)
		return false;
	if (S_ISREG(found.st_mode) && found.st_nlink == 1 &&
	    (found.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		fits = found.st_uid == geteuid() ||
		       (geteuid() == 0 && stat(folder, &place) == 0 &&
			found.st_uid == place.st_uid);
	if (!fits)
		errno = found.st_nlink == 0 ? ENOENT : EPERM;
	return fits;
}

/* With the blocks reserved, writing does not fail when the disk is full. Many
 * file systems can't reserve; there, each write tells whether it succeeded. */
static bool reserve(int file, off_t offset, size_t size)
{
	int result;

	do {
		result = fallocate(file, FALLOC_FL_KEEP_SIZE, offset,
				   (off_t)size);
	} while (result != 0 && errno == EINTR);
	return result == 0 || errno == EOPNOTSUPP || errno == ENOSYS;
}

static int open_or_make(const char *path, const char *folder,
			enum shared_file_missing missing)
{
	const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY |
			  O_NONBLOCK;
	int file = open(path, flags);
	int failure;

	if (file >= 0 || errno != ENOENT || missing == SHARED_FILE_LEAVE)
		return file;
	file = open(path, flags | O_CREAT | O_EXCL, 0600);
	if (file < 0)
		return errno == EEXIST ? open(path, flags) : -1;
	if (folder_give(folder, file))
		return file;
	failure = errno;
	(void)close(file);
	errno = failure;
	return -1;
}

int shared_file_open(const char *folder, const char *name, size_t size,
		     enum shared_file_missing missing)
{
	char path[PATH_MAX];
	int failure;

	if (!folder_join(folder, name, path, sizeof(path)))
		return -1;
	for (int tries = 1;; tries++) {
		int file = open_or_make(path, folder, missing);
		bool is_open = file >= 0;

		if (is_open && is_ours(file, folder) && reserve(file, 0, size))
			return file;
		failure = errno;
		if (is_open)
			(void)close(file);
		errno = failure;
		/* ENOENT: somebody removed the file meanwhile, or, where it
		 * need not be made, there is none. */
		if (failure != ENOENT || tries == TRIES ||
		    (!is_open && missing == SHARED_FILE_LEAVE))
			return -1;
	}
}

/* ---- the lock ------------------------------------------------------------- */

bool shared_file_lock(int file, unsigned milliseconds)
{
	struct timespec nap = { .tv_nsec = NAP_FIRST };
	unsigned yields = 0;
	int64_t end = 0;

	while (flock(file, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return false;
		if (yields++ < YIELDS) {
			(void)sched_yield();
			continue;
		}
		if (end == 0)
			end = clock_ticks() + milliseconds;
		if (clock_ticks() >= end) {
			errno = ETIMEDOUT;
			return false;
		}
		(void)nanosleep(&nap, NULL);
		if (nap.tv_nsec < NAP_MOST)
			nap.tv_nsec *= 2;
	}
	return true;
}

void shared_file_unlock(int file)
{
	(void)flock(file, LOCK_UN);
}

int shared_file_claim(int file, size_t size)
{
	struct flock part = { .l_type = F_WRLCK,
			      .l_whence = SEEK_SET,
			      .l_len = (off_t)size };

	for (int number = 0; number < SHARED_FILE_PARTS; number++) {
		part.l_start = (off_t)number * part.l_len;
		if (fcntl(file, F_OFD_SETLK, &part) == 0)
			return reserve(file, part.l_start, size) ? number : -1;
		if (errno != EAGAIN && errno != EACCES)
			return -1;
	}
	errno = EAGAIN;
	return -1;
}

/* ---- the content ---------------------------------------------------------- */

ssize_t shared_file_read(int file, void *data, size_t size)
{
	ssize_t got;

	do {
		got = pread(file, data, size, 0);
	} while (got < 0 && errno == EINTR);
	if (got >= 0)
		memset((char *)data + got, 0, size - (size_t)got);
	return got;
}

bool shared_file_write(int file, const void *data, size_t size)
{
	ssize_t put;

	do {
		put = pwrite(file, data, size, 0);
	} while (put < 0 && errno == EINTR);
	if (put >= 0 && (size_t)put != size)
		errno = ENOSPC;
	return put == (ssize_t)size;
}
