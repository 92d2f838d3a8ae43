#include "syslog.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/buffer.h"
#include "lib/base/opener.h"
#include "wait.h"

#ifndef SYSLOG_SOCKET
#define SYSLOG_SOCKET "/dev/log"
#endif

const char *const audit_syslog_path = SYSLOG_SOCKET;

int audit_syslog_connect(void)
{
	return opener_connect(audit_syslog_path);
}

/* Write a message as RFC 3164 says, which every local syslog daemon takes. */
static bool format(struct buffer *message, struct slice text)
{
	char stamp[32] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
	return buffer_format(message, "<%d>%s mintage[%d]: %.*s",
			     LOG_AUTHPRIV | LOG_NOTICE, stamp, (int)getpid(),
			     (int)text.length, text.data);
}

int audit_syslog_send(int socket, struct slice text, unsigned milliseconds)
{
	struct buffer message = { 0 };
	struct audit_wait wait = { .milliseconds = milliseconds };
	int failure = 0;

	if (!format(&message, text))
		return ENOMEM;
	while (send(socket, message.data, message.length,
		    MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		failure = errno;
		if (!audit_wait_writable(&wait, socket, &failure))
			break;
	}
	buffer_free(&message);
	return failure;
}
