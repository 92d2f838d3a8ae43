/*
 * syslog - lines for the system's log.
 *
 * syslog(3) does not report whether a daemon took the line. A connected socket
 * does.
 */
#ifndef MINTAGE_LIB_AUDIT_SYSLOG_H
#define MINTAGE_LIB_AUDIT_SYSLOG_H

#include "lib/base/error.h"
#include "lib/base/slice.h"

/* Connect to the system's log. Returns a socket that the caller closes, or -1
 * with errno. */
int audit_syslog_connect(void) MUST_CHECK;

/* Send `text`, a line without its newline. Waits `milliseconds` at most for a
 * daemon that does not read. Returns 0, or the errno of what failed, ETIMEDOUT
 * where that time was over. */
int audit_syslog_send(int socket, struct slice text,
		      unsigned milliseconds) MUST_CHECK;

/* Tell the system's log `text` as from the program `name`, with a priority of
 * syslog(3). What can't be sent within half a second is lost. */
void audit_syslog_tell(int priority, const char *name, const char *text);

/* The path of the socket, for messages. */
extern const char *const audit_syslog_path;

#endif
