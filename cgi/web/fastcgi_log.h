/*
 * fastcgi_log - what a responder has to say beside its answers.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_LOG_H
#define MINTAGE_CGI_WEB_FASTCGI_LOG_H

#include "lib/base/error.h"

/*
 * One line to standard error and to the system's log, with a level of
 * syslog(3). Both, because lighttpd gives its children /dev/null for standard
 * error; once where standard error is systemd's journal, which takes both.
 */
void fastcgi_log(int level, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
