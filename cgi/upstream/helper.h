/*
 * helper - the helper mintage-online as a process.
 */
#ifndef MINTAGE_CGI_UPSTREAM_HELPER_H
#define MINTAGE_CGI_UPSTREAM_HELPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/base/error.h"
#include "lib/base/problem.h"

/*
 * Start mintage-online, which lies beside the running program or where it was
 * installed. *helper becomes its process id, *socket a socket to it, owned by
 * the caller until helper_stop. The helper inherits no other open file, and no
 * variable that a request could have set. ERROR_UNAVAILABLE, with the reason,
 * when it can't be started; then *helper is 0 and *socket -1.
 */
enum error helper_start(pid_t *helper, int *socket,
			struct problem *problem) MUST_CHECK;

/* Close the socket, or none (-1) where that was done elsewhere, and wait for
 * the process to end, which it does by itself; kill it if it is still there
 * after two seconds. */
void helper_stop(pid_t helper, int socket);

#endif
