/*
 * process - what a process that holds secrets asks of the system.
 */
#ifndef MINTAGE_LIB_BASE_PROCESS_H
#define MINTAGE_LIB_BASE_PROCESS_H

#include <stdbool.h>

/* From now on no core file is written, and other processes of the same user
 * can't read this one's memory. What the system refuses is left as it was. */
void process_guard_memory(void);

/* Was this program built with sanitizers? At its end they trace it and read
 * files of /proc, which a process that has confined itself could not. */
bool process_is_watched(void);

/* Close all descriptors from `first` on. Safe between fork and exec. */
void process_close_from(int first);

/* Let this process have as many files open as the system ever allows it, and
 * return how many it was allowed before; or set that number. What the system
 * refuses is left as it was. */
unsigned long process_allow_files(void);
void process_limit_files(unsigned long count);

#endif
