/*
 * stream - what the standard descriptors are: a terminal, a file, a pipe.
 */
#ifndef MINTAGE_CGI_CLI_STREAM_H
#define MINTAGE_CGI_CLI_STREAM_H

#include <stdbool.h>

/* Is it /dev/null, which takes everything and has nothing? */
bool stream_is_null(int file);

/*
 * Does what is written to both end up in one place that keeps it or passes it
 * on: one file, pipe or socket? False for terminals and other devices, and
 * where one can't be looked at.
 */
bool stream_are_one(int one, int other);

/* Does standard input bring something that was meant for this command? A pipe,
 * a socket or a file does; a terminal, /dev/null and what is closed do not. */
bool stream_has_input(void);

#endif
