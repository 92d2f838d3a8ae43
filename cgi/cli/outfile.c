#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/folder.h"

static enum cli_status fail(const struct outfile *outfile)
{
	return cli_complain("%s: %s", outfile->path, strerror(errno));
}

/* ---- where it goes -------------------------------------------------------- */

static bool is_link(const char *path)
{
	struct stat found;

	return lstat(path, &found) == 0 && S_ISLNK(found.st_mode);
}

/* Set the target, or leave it NULL for what can't be replaced: a device or a
 * pipe. */
static enum cli_status find_target(struct outfile *outfile)
{
	const char *path = outfile->path;
	struct stat found;

	if (stat(path, &found) != 0) {
		if (errno != ENOENT)
			return fail(outfile);
		if (is_link(path))
			return cli_complain("%s: a symbolic link to nothing; "
					    "remove it, or name its target",
					    path);
		outfile->target = strdup(path);
		return outfile->target ? CLI_DONE :
					 cli_complain("out of memory");
	}
	if (S_ISDIR(found.st_mode)) {
		errno = EISDIR;
		return fail(outfile);
	}
	if (!S_ISREG(found.st_mode))
		return CLI_DONE;
	if (access(path, W_OK) != 0)
		return fail(outfile);
	outfile->target = realpath(path, NULL);
	return outfile->target ? CLI_DONE : fail(outfile);
}

static bool choose_name(struct outfile *outfile)
{
	unsigned char random[8];
	unsigned long long number = 0;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	for (size_t i = 0; i < sizeof(random); i++)
		number = number << 8 | random[i];
	return asprintf(&outfile->fresh, "%s.%016llx", outfile->target,
			number) >= 0;
}

/* ---- making it ------------------------------------------------------------ */

/* A file without a name is gone when the program is ended by force. Not every
 * file system has them. */
static int make_nameless(const char *target)
{
	char folder[PATH_MAX];

	if (!folder_of(target, folder, sizeof(folder)))
		return -1;
	return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

static int make_file(struct outfile *outfile)
{
	int file;

	if (!outfile->target)
		return open(outfile->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (!choose_name(outfile))
		return -1;
	file = make_nameless(outfile->target);
	if (file >= 0)
		return file;
	file = open(outfile->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0600);
	outfile->has_name = file >= 0;
	return file;
}

enum cli_status outfile_begin(struct outfile *outfile, const char *path)
{
	enum cli_status status;

	if (!path || strcmp(path, "-") == 0)
		return CLI_DONE;
	outfile->path = path;
	status = find_target(outfile);
	if (status != CLI_DONE)
		return status;
	outfile->file = make_file(outfile);
	if (outfile->file < 0) {
		outfile->file = 0;
		return fail(outfile);
	}
	if (dup2(outfile->file, STDOUT_FILENO) < 0)
		return fail(outfile);
	cli_name_output(path);
	return CLI_DONE;
}

/* ---- its end -------------------------------------------------------------- */

static bool give_name(struct outfile *outfile)
{
	char path[64];

	if (outfile->has_name)
		return true;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", outfile->file);
	outfile->has_name = linkat(AT_FDCWD, path, AT_FDCWD, outfile->fresh,
				   AT_SYMLINK_FOLLOW) == 0;
	return outfile->has_name;
}

static enum cli_status put_in_place(struct outfile *outfile)
{
	if (fsync(outfile->file) != 0 || !give_name(outfile) ||
	    rename(outfile->fresh, outfile->target) != 0)
		return fail(outfile);
	outfile->has_name = false;
	return CLI_DONE;
}

/* An answer that was begun is lost now, and what it held was issued. */
static void drop(const struct outfile *outfile)
{
	struct stat found;

	if (fstat(outfile->file, &found) == 0 && found.st_size > 0)
		cli_complain("%s: nothing was written there, because the "
			     "answer is not whole",
			     outfile->path);
}

enum cli_status outfile_end(struct outfile *outfile, bool is_whole)
{
	enum cli_status status = CLI_DONE;

	if (outfile->file > 0 && outfile->target && is_whole)
		status = put_in_place(outfile);
	else if (outfile->file > 0 && outfile->target)
		drop(outfile);
	if (outfile->has_name)
		(void)unlink(outfile->fresh);
	if (outfile->file > 0)
		close(outfile->file);
	free(outfile->target);
	free(outfile->fresh);
	return status;
}
