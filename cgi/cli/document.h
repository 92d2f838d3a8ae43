/*
 * cli_document - a manifest at a prompt: a file, mapped into memory, or what
 * comes through a pipe.
 */
#ifndef MINTAGE_CGI_CLI_DOCUMENT_H
#define MINTAGE_CGI_CLI_DOCUMENT_H

#include <sys/stat.h>

#include "lib/base/buffer.h"

struct cli_document {
	int file; /* -1: none is open */
	struct stat found;
	void *mapped; /* or NULL: it was read */
	struct buffer read;
	struct slice text;
};

/* No document. */
void cli_document_begin(struct cli_document *document);

/*
 * Open the file `name`, or standard input for "-"; what can't be mapped is
 * read, up to `max` bytes. ERROR_UNAVAILABLE with the system's reason,
 * ERROR_TOO_LARGE.
 */
enum error cli_document_open(struct cli_document *document, const char *name,
			     uint64_t max, struct problem *problem) MUST_CHECK;

/* False when someone wrote to a mapped file after it was opened: what was
 * checked then may not be what was issued. */
bool cli_document_is_steady(const struct cli_document *document);

/* Also after a failure, and of none. */
void cli_document_close(struct cli_document *document);

#endif
