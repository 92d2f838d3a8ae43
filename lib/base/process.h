/*
 * process - what a process that holds secrets asks of the system.
 */
#ifndef MINTAGE_LIB_BASE_PROCESS_H
#define MINTAGE_LIB_BASE_PROCESS_H

/* From now on no core file is written, and other processes of the same user
 * can't read this one's memory. What the system refuses is left as it was. */
void process_guard_memory(void);

#endif
