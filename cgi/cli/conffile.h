/*
 * conffile - changes the configuration's file: as a whole or not at all.
 */
#ifndef MINTAGE_CGI_CLI_CONFFILE_H
#define MINTAGE_CGI_CLI_CONFFILE_H

#include <sys/stat.h>

#include "cli.h"
#include "lib/base/buffer.h"

/* Zero it; ends with conffile_close, also after a failure. */
struct conffile {
	const char *path; /* as given; borrowed */
	char *target;     /* the file that symbolic links lead to */
	int file;         /* 0 when it isn't open */
	struct stat found;
	struct buffer text;
};

/* Open and read the file, and lock it, so that of two commands one waits. What
 * else opens it is not held up. CLI_FAILED after a complaint. */
enum cli_status conffile_open(struct conffile *conf, const char *path);

/*
 * Put `text` in place of what was read. It must be a sound configuration, and
 * nobody else may have changed the file meanwhile. The new file has the owner
 * and the mode of the old one, lies in the same folder, is on the disk when
 * this returns CLI_DONE, and takes the old one's place in one step. CLI_FAILED
 * after a complaint: then the old one is as it was.
 */
enum cli_status conffile_replace(struct conffile *conf, struct slice text);

void conffile_close(struct conffile *conf);

#endif
