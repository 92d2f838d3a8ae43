/*
 * keeper_process - the keeper itself, behind its socket.
 */
#ifndef MINTAGE_CGI_SERVICE_KEEPER_PROCESS_H
#define MINTAGE_CGI_SERVICE_KEEPER_PROCESS_H

#include <sys/types.h>

/* Be the keeper of the process `worker`, in a process that was forked for it,
 * until `socket` closes. `path` is the configuration, or NULL. Does not
 * return. */
_Noreturn void keeper_process_run(int socket, pid_t worker, const char *path);

#endif
