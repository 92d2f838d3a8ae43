/*
 * labels - lines of a summary: a label, and what it stands for in a column.
 */
#ifndef MINTAGE_CGI_CLI_LABELS_H
#define MINTAGE_CGI_CLI_LABELS_H

#include "cli.h"
#include "lib/config/types.h"

/* Begin a line. Its end is the caller's. */
void labels_begin(struct cli_output *out, const char *label);

void labels_text(struct cli_output *out, const char *label, const char *text);
void labels_number(struct cli_output *out, const char *label, uint64_t number);

/* The words with blanks between them, or "none". */
void labels_words(struct cli_output *out, const char *label,
		  const struct words *words);

#endif
