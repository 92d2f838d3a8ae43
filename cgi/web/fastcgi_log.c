#include "fastcgi_log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "lib/audit/syslog.h"
#include "lib/base/problem.h"

/* Does standard error lead to systemd's journal? JOURNAL_STREAM names the
 * device and inode of the journal's socket (systemd.exec(5)). */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char text[64];

	if (!stream || fstat(STDERR_FILENO, &status) != 0)
		return false;
	(void)snprintf(text, sizeof(text), "%ju:%ju", (uintmax_t)status.st_dev,
		       (uintmax_t)status.st_ino);
	return strcmp(stream, text) == 0;
}

void fastcgi_log(int level, const char *format, ...)
{
	char text[PROBLEM_MESSAGE_MAX + 128];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	(void)fprintf(stderr, "mintage.fcgi[%ld]: %s\n", (long)getpid(), text);
	if (stderr_is_journal())
		return;
	audit_syslog_tell(LOG_DAEMON | level, "mintage.fcgi", text);
}
