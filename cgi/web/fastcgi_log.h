/*
 * fastcgi_log - messages of the responder to the administrator.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_LOG_H
#define MINTAGE_CGI_WEB_FASTCGI_LOG_H

#include "lib/base/error.h"

/*
 * Write one line to standard error and to the system's log, with the priority
 * `level` of syslog(3). The line goes to both because lighttpd gives its
 * children /dev/null for standard error. Where standard error is systemd's
 * journal, it is written once, since the journal would receive both.
 */
void fastcgi_log(int level, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
