#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/buffer.h"

static enum error file_open(struct audit *audit, struct problem *problem)
{
	audit->file = open(audit->path,
			   O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
				   O_NOCTTY | O_NONBLOCK,
			   0640);
	/* To open a pipe that nobody reads must not wait; to write to one may
	 * wait for its reader. */
	if (audit->file < 0 || fcntl(audit->file, F_SETFL, O_APPEND) != 0)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "audit log %s can't be opened: %s",
				   audit->path, strerror(errno));
	return ERROR_NONE;
}

/* syslog(3) does not report whether a daemon took the line. A connected socket
 * does. */
#ifndef SYSLOG_SOCKET
#define SYSLOG_SOCKET "/dev/log"
#endif

static enum error syslog_connect(struct audit *audit, struct problem *problem)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, SYSLOG_SOCKET, sizeof(SYSLOG_SOCKET));
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address,
			      sizeof(address)) != 0) {
		int reason = errno;

		if (fd >= 0)
			close(fd);
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the system's log (%s) can't be reached: %s",
				   SYSLOG_SOCKET, strerror(reason));
	}
	audit->file = fd;
	return ERROR_NONE;
}

enum error audit_log_open(struct audit *audit, struct problem *problem)
{
	return audit->to_syslog ? syslog_connect(audit, problem) :
				  file_open(audit, problem);
}

void audit_log_close(struct audit *audit)
{
	if (audit->file >= 0)
		close(audit->file);
	audit->file = -1;
}

void audit_log_leave_removed(struct audit *audit)
{
	struct stat status;

	if (audit->file < 0 || fstat(audit->file, &status) != 0 ||
	    status.st_nlink > 0 || !S_ISREG(status.st_mode))
		return;
	audit_log_close(audit);
	audit->torn = false;
}

/* One write(2) for one line, so that lines of processes don't mix. */
static bool file_write(struct audit *audit, struct slice text)
{
	struct problem unused;
	ssize_t written;

	if (audit->file < 0 && file_open(audit, &unused) != ERROR_NONE)
		return false;
	if (audit->torn && write(audit->file, "\n", 1) != 1)
		return false;
	audit->torn = false;
	do {
		written = write(audit->file, text.data, text.length);
	} while (written < 0 && errno == EINTR);
	if (written < 0)
		return false;
	if ((size_t)written != text.length) {
		audit->torn = written > 0;
		return false;
	}
	return !audit->sync || fdatasync(audit->file) == 0 ||
	       errno == EINVAL; /* a pipe or terminal has no disk */
}

/* Write a message as RFC 3164 says, which every local syslog daemon takes. */
static bool syslog_write(struct audit *audit, struct slice text)
{
	struct buffer message = { 0 };
	struct problem unused;
	char stamp[32] = "";
	time_t now = time(NULL);
	struct tm tm;
	bool done = false;

	if (localtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
	if (!buffer_format(&message, "<%d>%s mintage[%d]: %.*s",
			   LOG_AUTHPRIV | LOG_NOTICE, stamp, (int)getpid(),
			   (int)text.length, text.data))
		return false;
	/* After the daemon was restarted, the socket leads nowhere: connect
	 * anew, once. */
	for (int tries = 0; tries < 2 && !done; tries++) {
		if (audit->file < 0 &&
		    syslog_connect(audit, &unused) != ERROR_NONE)
			break;
		done = send(audit->file, message.data, message.length,
			    MSG_NOSIGNAL) == (ssize_t)message.length;
		if (!done)
			audit_log_close(audit);
	}
	buffer_free(&message);
	return done;
}

bool audit_log_write(struct audit *audit, struct slice line)
{
	if (audit->to_syslog)
		return syslog_write(audit,
				    slice_of(line.data, line.length - 1));
	return file_write(audit, line);
}
