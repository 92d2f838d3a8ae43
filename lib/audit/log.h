/*
 * log - where records go: a file, or the system's log.
 *
 * A line is one write(2) to a file opened for appending, so that processes can
 * share the file.
 */
#ifndef MINTAGE_LIB_AUDIT_LOG_H
#define MINTAGE_LIB_AUDIT_LOG_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

struct audit {
	int file; /* or the socket of the system's log; -1: not open */
	bool to_syslog;
	bool sync;        /* wait until each line is on the disk */
	bool torn;        /* the last line was cut: end it before the next */
	bool failed;      /* the last line could not be written */
	const char *path; /* borrowed */
};

/* Open audit->path, or connect to the system's log. ERROR_UNAVAILABLE with path
 * and reason when that fails. */
enum error audit_log_open(struct audit *audit,
			  struct problem *problem) MUST_CHECK;
void audit_log_close(struct audit *audit);

/* Close a file that was removed, as after a rotation that this process was not
 * told of: nobody could read a record there. The next line opens a new one. */
void audit_log_leave_removed(struct audit *audit);

/* Write `line`, which ends with a newline; opens the log when it isn't open.
 * False when the line was not written whole, or when audit->sync is set and it
 * may not be on the disk. */
bool audit_log_write(struct audit *audit, struct slice line) MUST_CHECK;

#endif
