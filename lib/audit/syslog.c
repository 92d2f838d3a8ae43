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

/* How long a message waits that need not be recorded. */
#define TELL_MS 500

const char *const audit_syslog_path = SYSLOG_SOCKET;

int audit_syslog_connect(void)
{
	return opener_connect(audit_syslog_path);
}

/* Write a message as RFC 3164 says, which every local syslog daemon takes. */
static bool format(struct buffer *message, int priority, const char *name,
		   struct slice text)
{
	char stamp[32] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
	return buffer_format(message, "<%d>%s %s[%d]: %.*s", priority, stamp,
			     name, (int)getpid(), (int)text.length, text.data);
}

/* 0, or the errno of what failed. */
static int send_as(int socket, int priority, const char *name,
		   struct slice text, unsigned milliseconds)
{
	struct buffer message = { 0 };
	struct audit_wait wait = { .milliseconds = milliseconds };
	int failure = 0;

	if (!format(&message, priority, name, text)) {
		buffer_free(&message);
		return ENOMEM;
	}
	while (send(socket, message.data, message.length,
		    MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		failure = errno;
		if (!audit_wait_writable(&wait, socket, &failure))
			break;
	}
	buffer_free(&message);
	return failure;
}

int audit_syslog_send(int socket, struct slice text, unsigned milliseconds)
{
	return send_as(socket, LOG_AUTHPRIV | LOG_NOTICE, "mintage", text,
		       milliseconds);
}

void audit_syslog_tell(int priority, const char *name, const char *text)
{
	int socket = audit_syslog_connect();
	int failure;

	if (socket < 0)
		return;
	failure = send_as(socket, priority, name, slice_text(text), TELL_MS);
	(void)failure;
	(void)close(socket);
}
