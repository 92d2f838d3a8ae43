/*
 * upstream_start - the helper as a process.
 */
#ifndef MINTAGE_CGI_UPSTREAM_START_H
#define MINTAGE_CGI_UPSTREAM_START_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/error.h"
#include "lib/base/problem.h"

/*
 * Start mintage-online, found beside the running program or where it is
 * installed, with a socket to it in *socket. Nothing else of ours is open in
 * it, and no variable of a request in its environment. ERROR_UNAVAILABLE.
 */
enum error helper_start(pid_t *helper, int *socket,
			struct problem *problem) MUST_CHECK;

/* Close the socket, and see that the process ends. */
void helper_stop(pid_t helper, int socket);

#endif
