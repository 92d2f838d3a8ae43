/*
 * cli_writer - standard output for long answers: what was rendered is written
 * by a thread of its own while more is rendered.
 *
 * The kernel copies into a pipe about half as long as the program mints, so
 * both are done at a time. An answer that fits into one window needs no thread.
 */
#ifndef MINTAGE_CGI_CLI_WRITER_H
#define MINTAGE_CGI_CLI_WRITER_H

#include <pthread.h>

#include "cli.h"

/* Large, because every write wakes the reader of a pipe. */
#define CLI_WRITER_WINDOW (256 * 1024)

/* Large; memory of the windows that isn't used is never touched. Zero it. */
struct cli_writer {
	struct sink sink; /* for the caller to write to */
	int failure;      /* errno of the write that failed, after _end */
	/* Between the two threads: */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_running;
	bool is_ending;
	const char *data; /* what is being written, or NULL */
	size_t length;
	int failed; /* errno */
	char windows[2][CLI_WRITER_WINDOW];
};

/* Make writer->sink ready for the answer. */
void cli_writer_begin(struct cli_writer *writer);

/* Wait until everything is written, and wipe the windows. False when something
 * could not be written; writer->failure says why. */
bool cli_writer_end(struct cli_writer *writer) MUST_CHECK;

#endif
