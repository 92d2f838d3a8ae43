/*
 * keeper - a second process that does for a worker what the worker can't do any
 * more once it has confined itself.
 *
 * It is forked before a configuration is loaded, or wipes the one that was, so
 * that it holds no secret, and it stays outside the confinement. Its requests
 * have no arguments, so that a worker that was taken over gains nothing by
 * them: load the configuration of the path that it was begun with, start the
 * helper, connect to the system's log. It ends when its worker does, whatever
 * ended that, and no signal but SIGKILL ends it before.
 *
 * The worker's side needs no fork, exec or socket: it sends, receives, polls,
 * closes, waits for the keeper's end, and changes its own limit of open files
 * (prlimit64) while a configuration is loaded anew.
 */
#ifndef MINTAGE_CGI_SERVICE_KEEPER_H
#define MINTAGE_CGI_SERVICE_KEEPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/problem.h"
#include "lib/config/config.h"

/* The worker's end. `socket` is -1 where there is no keeper. */
struct keeper {
	int socket;
	pid_t process;  /* the keeper's */
	uint32_t asked; /* the number of the last request */
	/* The limit of open files before keeper_load raised it, or 0. */
	unsigned long limit;
};

/*
 * Fork the keeper. `path` is the configuration that keeper_load loads anew,
 * NULL where that will not be asked for. A `config` that was loaded already is
 * wiped in the keeper's memory; NULL where none was. ERROR_UNAVAILABLE where
 * there is no process or socket to be had, and then keeper->socket is -1. In
 * the worker, SIGCHLD is ignored from now on: the keeper leaves no zombie.
 */
enum error keeper_begin(struct keeper *keeper, const char *path,
			struct config *config,
			struct problem *problem) MUST_CHECK;

/* May a request need the helper, so that a process that will confine itself
 * needs a keeper to start it? */
bool keeper_is_needed(const struct config *config) MUST_CHECK;

/*
 * Have the keeper open all that loading the configuration opens, and give it to
 * the opener (lib/base/opener.h), from which it can then be loaded. What is
 * wrong with the configuration is no error of this function: whoever loads it
 * finds out. ERROR_UNAVAILABLE where the keeper has ended or does not answer in
 * time. Ends with keeper_loaded in either case.
 */
enum error keeper_load(struct keeper *keeper,
		       struct problem *problem) MUST_CHECK;

/* Close all that keeper_load has given to the opener. May be called without
 * it. */
void keeper_loaded(struct keeper *keeper);

/* Have the keeper start mintage-online; see helper_start. *socket is owned by
 * the caller, and to close it ends the helper. `keeper` is a struct keeper:
 * this is an upstream_start_fn. */
enum error keeper_start_helper(void *keeper, int *socket,
			       struct problem *problem) MUST_CHECK;

/* Have the keeper connect to the system's log: a descriptor that the caller
 * closes, or -1 with errno. `keeper` is a struct keeper: this is an
 * opener_connect_fn. Any `path` but that of the system's log is refused with
 * EACCES. */
int keeper_connect(void *keeper, const char *path) MUST_CHECK;

/* Let the keeper end, and wait until it and the helper have: seconds at most.
 * May be called where there is none. */
void keeper_end(struct keeper *keeper);

#endif
