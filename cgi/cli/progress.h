/*
 * progress - shows a person at a terminal how far the work has come.
 */
#ifndef MINTAGE_CGI_CLI_PROGRESS_H
#define MINTAGE_CGI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool wanted;
	bool shown;
	int64_t next; /* milliseconds; when to show it again */
};

/* Begin. Nothing is shown unless standard error is a terminal and standard
 * output is none, nor within the first second. */
void progress_begin(struct progress *progress);

/* Show that `done` of `all` entries are done, a few times a second. */
void progress_show(struct progress *progress, uint64_t done, uint64_t all);

/* Take the line away. */
void progress_end(struct progress *progress);

#endif
