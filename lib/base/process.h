/*
 * process - what a process that holds secrets asks of the system.
 */
#ifndef MINTAGE_LIB_BASE_PROCESS_H
#define MINTAGE_LIB_BASE_PROCESS_H

#include <stdbool.h>

/* From now on no core file is written, and other processes of the same user
 * can't read this one's memory. What the system refuses is left as it was. */
void process_guard_memory(void);

/* Was this program built with sanitizers? They trace it, and read files of
 * /proc, where it ends. */
bool process_is_watched(void);

#endif
