/*
 * cli_writer - standard output for long answers: what was rendered is written
 * by a thread of its own while more is rendered.
 *
 * To copy a gigabyte into a pipe takes the kernel as long as half of the minting
 * takes us. What is short enough for one window is written without a thread.
 */
#ifndef MINTAGE_CGI_CLI_WRITER_H
#define MINTAGE_CGI_CLI_WRITER_H

#include <pthread.h>

#include "cli.h"

/* Whoever reads from a pipe is woken by every write: few and large ones. */
#define CLI_WRITER_WINDOW (256 * 1024)

/* Large, and touched only as far as it is used. Zero it. */
struct cli_writer {
	struct sink sink; /* the caller's to fill; its flush is ours */
	int failure;      /* errno of the write that failed, after _end */
	/* Between the two threads: */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_running;
	bool is_ending;
	const char *data; /* being written; NULL: nothing is */
	size_t length;
	int failed; /* errno */
	char windows[2][CLI_WRITER_WINDOW];
};

/* From here on writer->sink takes the answer. */
void cli_writer_begin(struct cli_writer *writer);

/* Wait until all of it is written, and wipe the windows. False when it isn't
 * all: writer->failure. */
bool cli_writer_end(struct cli_writer *writer) MUST_CHECK;

#endif
