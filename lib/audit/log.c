#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "append.h"
#include "lib/base/folder.h"
#include "syslog.h"
#include "wait.h"

/* Milliseconds to wait for a lock or a reader, at first and after a line has
 * waited in vain: not every request should wait for what is stuck. */
#define WAIT_FIRST 2000
#define WAIT_AGAIN 50

/* O_NONBLOCK matters for pipes and devices. Neither opening one nor writing to
 * it may wait for its reader without an end. */
#define OPEN_FLAGS (O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* ---- opening -------------------------------------------------------------- */

/* Who may write to a folder can put a symbolic link there. Root does not follow
 * one in a folder of somebody else. */
static int follow_flag(const char *folder)
{
	struct stat found;

	return geteuid() == 0 && stat(folder, &found) == 0 &&
			       found.st_uid != 0 ?
		       O_NOFOLLOW :
		       0;
}

/* Make the file. What root makes belongs to the folder's owner, or the service
 * could not write to it. */
static int make_file(const char *path, const char *folder)
{
	bool is_root = geteuid() == 0;
	int file = open(path,
			O_RDWR | OPEN_FLAGS | O_CREAT | (is_root ? O_EXCL : 0),
			0640);
	int failure;

	if (file < 0 && is_root && errno == EEXIST)
		return open(path, O_RDWR | OPEN_FLAGS | follow_flag(folder));
	if (file < 0 || folder_give(folder, file))
		return file;
	failure = errno;
	(void)unlink(path);
	(void)close(file);
	errno = failure;
	return -1;
}

/* Open a regular file. It is opened for reading, too, to see how it ends; a log
 * that may not be read is taken as it is. */
static int open_file(const char *path, const char *folder)
{
	int flags = OPEN_FLAGS | follow_flag(folder);
	int file = open(path, O_RDWR | flags);

	if (file < 0 && errno == EACCES)
		file = open(path, O_WRONLY | flags);
	if (file < 0 && errno == ENOENT)
		file = make_file(path, folder);
	return file;
}

/* What has just been opened: its kind, and whether it can be used. */
static bool settle(struct audit *audit, const char *folder, bool to_read)
{
	struct stat found;

	if (fstat(audit->file, &found) != 0)
		return false;
	audit->kind = S_ISREG(found.st_mode)  ? AUDIT_FILE :
		      S_ISFIFO(found.st_mode) ? AUDIT_PIPE :
						AUDIT_DEVICE;
	/* Somebody has replaced it. A pipe that is open for reading would be
	 * its own reader. */
	if (audit->kind != AUDIT_FILE && to_read) {
		errno = EAGAIN;
		return false;
	}
	/* Nobody has written to an empty file: it may be new. */
	return audit->kind != AUDIT_FILE || found.st_size > 0 || !audit->sync ||
	       folder_sync(folder);
}

static bool path_open(struct audit *audit)
{
	char folder[PATH_MAX];
	struct stat found;
	bool is_file = stat(audit->path, &found) != 0 || S_ISREG(found.st_mode);
	int failure;

	if (!folder_of(audit->path, folder, sizeof(folder)))
		return false;
	audit->torn = false;
	audit->end = 0;
	audit->file = is_file ? open_file(audit->path, folder) :
				open(audit->path, O_WRONLY | OPEN_FLAGS);
	if (audit->file < 0 || settle(audit, folder, is_file))
		return audit->file >= 0;
	failure = errno;
	audit_log_close(audit);
	errno = failure;
	return false;
}

static bool is_pipe(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISFIFO(found.st_mode);
}

enum error audit_log_open(struct audit *audit, struct problem *problem)
{
	int failure;

	if (audit->to_syslog) {
		audit->kind = AUDIT_SYSLOG;
		audit->file = audit_syslog_connect();
		if (audit->file >= 0)
			return ERROR_NONE;
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the system's log (%s) can't be reached: %s",
				   audit_syslog_path, strerror(errno));
	}
	if (path_open(audit))
		return ERROR_NONE;
	failure = errno;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "audit log %s can't be opened: %s", audit->path,
			   failure == ENXIO && is_pipe(audit->path) ?
				   "nobody reads this pipe, start its reader" :
				   strerror(failure));
}

void audit_log_close(struct audit *audit)
{
	if (audit->file >= 0)
		close(audit->file);
	audit->file = -1;
}

/* ---- writing -------------------------------------------------------------- */

static unsigned patience(const struct audit *audit)
{
	return audit->stuck > 0 ? WAIT_AGAIN : WAIT_FIRST;
}

static int file_write(struct audit *audit, struct slice line)
{
	int failure = audit_append_line(audit->file, &audit->end, line,
					patience(audit));

	if (!failure && audit->sync && fdatasync(audit->file) != 0)
		failure = errno;
	return failure;
}

/* Write to a pipe or a device with one write(2), so that lines of processes
 * don't mix. */
static int stream_write(struct audit *audit, struct slice text)
{
	struct audit_wait wait = { .milliseconds = patience(audit) };
	ssize_t put;
	int failure;

	while ((put = write(audit->file, text.data, text.length)) < 0) {
		failure = errno;
		if (!audit_wait_writable(&wait, audit->file, &failure))
			return failure;
	}
	if ((size_t)put == text.length)
		return 0;
	/* What was torn before stays so where nothing was taken. */
	audit->torn = audit->torn || put > 0;
	return EIO;
}

/* A pipe takes so much at once or nothing; of a longer line it could take a
 * part. */
static int pipe_write(struct audit *audit, struct slice line)
{
	return line.length > PIPE_BUF ? EMSGSIZE : stream_write(audit, line);
}

static int device_write(struct audit *audit, struct slice line)
{
	int failure = 0;

	if (audit->torn)
		failure = stream_write(audit, slice_of("\n", 1));
	if (failure)
		return failure;
	audit->torn = false;
	return stream_write(audit, line);
}

static int write_once(struct audit *audit, struct slice line)
{
	switch (audit->kind) {
	case AUDIT_FILE:
		return file_write(audit, line);
	case AUDIT_PIPE:
		return pipe_write(audit, line);
	case AUDIT_DEVICE:
		return device_write(audit, line);
	case AUDIT_SYSLOG:
		/* The daemon's datagrams have no newline at their end. */
		return audit_syslog_send(audit->file,
					 slice_of(line.data, line.length - 1),
					 patience(audit));
	}
	return EINVAL;
}

/* True where what was open leads nowhere and may be opened anew: a file was
 * removed, as after a rotation that this process was not told of; the reader of
 * a pipe has ended; the daemon of the system's log was restarted. */
static bool leads_nowhere(const struct audit *audit, int failure)
{
	switch (audit->kind) {
	case AUDIT_FILE:
		return failure == ESTALE;
	case AUDIT_PIPE:
		return failure == EPIPE;
	case AUDIT_DEVICE:
		return false;
	case AUDIT_SYSLOG:
		return failure != ETIMEDOUT && failure != ENOMEM &&
		       failure != EMSGSIZE;
	}
	return false;
}

static const char *reason(const struct audit *audit, int failure)
{
	if (failure != ETIMEDOUT)
		return strerror(failure);
	return audit->kind == AUDIT_FILE ?
		       "another process keeps its lock, end that process" :
		       "whoever reads it has stopped reading, restart its "
		       "reader";
}

bool audit_log_write(struct audit *audit, struct slice line)
{
	struct problem problem;
	int failure = 0;

	for (int tries = 0; tries < 2; tries++) {
		if (audit->file < 0 && audit_log_open(audit, &problem)) {
			memcpy(audit->why, problem.message, sizeof(audit->why));
			return false;
		}
		failure = write_once(audit, line);
		if (!leads_nowhere(audit, failure))
			break;
		audit_log_close(audit);
	}
	/* A shorter line may still fit into a pipe that nobody reads. */
	if (failure == ETIMEDOUT)
		audit->stuck = line.length;
	else if (line.length >= audit->stuck)
		audit->stuck = 0;
	if (!failure)
		return true;
	problem_set(&problem, ERROR_UNAVAILABLE, NULL,
		    "audit log %s can't be written: %s", audit->path,
		    reason(audit, failure));
	memcpy(audit->why, problem.message, sizeof(audit->why));
	return false;
}
