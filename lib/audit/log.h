/*
 * log - where records go: a file, a pipe, a device, or the system's log.
 *
 * Nothing here waits for ever: not for the lock of a file that others write to,
 * and not for whoever reads a pipe or the system's log. A line that could not
 * be written in time counts as not written.
 */
#ifndef MINTAGE_LIB_AUDIT_LOG_H
#define MINTAGE_LIB_AUDIT_LOG_H

#include <sys/types.h>

#include "lib/base/problem.h"
#include "lib/base/slice.h"
#include "request.h"

enum audit_kind { AUDIT_FILE, AUDIT_PIPE, AUDIT_DEVICE, AUDIT_SYSLOG };

struct audit {
	int file; /* or the socket of the system's log; -1: not open */
	enum audit_kind kind; /* of what is open */
	bool to_syslog;
	bool sync;        /* wait until each line is on the disk */
	bool torn;        /* a device: end the last line, which was cut */
	bool failed;      /* the last line could not be written */
	size_t stuck;     /* length of a line that waited in vain, or 0 */
	const char *path; /* borrowed */
	struct audit_ids ids;
	off_t end; /* of a file, after the last line; see append.h */
	char why[PROBLEM_MESSAGE_MAX]; /* why `failed` */
};

/*
 * Open audit->path, or connect to the system's log. ERROR_UNAVAILABLE with path
 * and reason when that fails, as for a pipe that nobody reads.
 *
 * A file that root makes is given to the owner of its folder. With audit->sync,
 * the name of a new file is on the disk, too.
 */
enum error audit_log_open(struct audit *audit,
			  struct problem *problem) MUST_CHECK;
void audit_log_close(struct audit *audit);

/* Write `line`, which ends with a newline; opens the log when it isn't open,
 * and opens a file anew that was removed. False when the line was not written
 * whole, or when audit->sync is set and it may not be on the disk; audit->why
 * has the reason then. */
bool audit_log_write(struct audit *audit, struct slice line) MUST_CHECK;

#endif
