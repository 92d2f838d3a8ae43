/*
 * outfile - the file of --output, in the place of standard output.
 *
 * The answer goes to a file that has no name, or another one, in the same
 * folder. It takes its place in one step when it is whole; until then, and
 * where it never is, what was there before stays.
 */
#ifndef MINTAGE_CGI_CLI_OUTFILE_H
#define MINTAGE_CGI_CLI_OUTFILE_H

#include "cli.h"

/* Zero it. */
struct outfile {
	const char *path; /* as given; borrowed */
	char *target;     /* where it ends up; NULL: it is written in place */
	char *fresh;      /* its name until then */
	int file;
	bool has_name;
};

/*
 * Make standard output a new file of mode 0600. "-", and NULL, stand for
 * standard output as it is; a device or a pipe is written to directly.
 * CLI_FAILED after a complaint.
 */
enum cli_status outfile_begin(struct outfile *outfile, const char *path);

/* Put the file into its place when the answer `is_whole`, and else drop it.
 * Nothing is done where outfile_begin did nothing. CLI_FAILED after a complaint
 * when the file could not be put there. */
enum cli_status outfile_end(struct outfile *outfile, bool is_whole);

#endif
