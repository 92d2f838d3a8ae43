/*
 * cli_document - a manifest at a prompt: a file that is mapped into memory, or
 * what comes through a pipe.
 */
#ifndef MINTAGE_CGI_CLI_DOCUMENT_H
#define MINTAGE_CGI_CLI_DOCUMENT_H

#include <sys/stat.h>

#include "cgi/input/fields.h"
#include "lib/base/buffer.h"

struct cli_document {
	int file; /* -1: none is open */
	struct stat found;
	void *mapped; /* NULL: it was read instead */
	struct buffer read;
	struct slice text;
};

/* Nothing is open yet. */
void cli_document_begin(struct cli_document *document);

/*
 * Open the file `name`, or standard input for "-". What can't be mapped is
 * read; of a pipe no more than `max` bytes, or ERROR_TOO_LARGE.
 * ERROR_UNAVAILABLE with the system's reason.
 */
enum error cli_document_open(struct cli_document *document, const char *name,
			     uint64_t max, struct problem *problem) MUST_CHECK;

/*
 * Open the manifest `name` as cli_document_open does, and add it to the entries
 * of `fields`, which borrow it. Its format is the one in `fields`, or else what
 * the name's ending says. Nothing is added where `name` is NULL. Errors are
 * those of cli_document_open and manifest_add_document.
 */
enum error cli_document_add(struct cli_document *document, const char *name,
			    uint64_t max, struct fields *fields,
			    struct problem *problem) MUST_CHECK;

/* False when someone wrote to a mapped file after it was opened. Then what was
 * issued may differ from what was checked. */
bool cli_document_is_steady(const struct cli_document *document);

/* Close it, also where opening failed or nothing was opened. */
void cli_document_close(struct cli_document *document);

#endif
