/*
 * deadline - an end to the time that one answer may take.
 *
 * A reader that takes a few bytes now and then never lets a single write time
 * out, and would occupy the process for as long as it likes. When the time is
 * over, a signal interrupts the write that waits, and goes on to do so once a
 * second. A process has one deadline, as it answers one request at a time.
 */
#ifndef MINTAGE_CGI_WEB_DEADLINE_H
#define MINTAGE_CGI_WEB_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* From now on the answer may take `seconds`; SIGALRM belongs to this file. */
void deadline_begin(uint32_t seconds);

/* Is the time over? Writes must not be repeated then. */
bool deadline_is_over(void);

/* The answer has ended. Whether the time was over is known until the next
 * deadline_begin. */
void deadline_end(void);

#endif
