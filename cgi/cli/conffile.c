#include "conffile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/base/folder.h"
#include "lib/base/io.h"
#include "lib/config/config.h"

/* Longest file, as config_file_read has it. */
#define CONFFILE_MAX ((uint64_t)16 * 1024 * 1024)

static enum cli_status fail(const char *path)
{
	return cli_complain("%s: %s", path, strerror(errno));
}

/* ---- reading -------------------------------------------------------------- */

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Lock what is at the path now: another command may have put a new file there
 * while this one waited for the lock. */
static bool lock_file(struct conffile *conf)
{
	struct stat now;

	for (;;) {
		conf->file = open(conf->target,
				  O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		if (conf->file < 0) {
			conf->file = 0;
			return false;
		}
		/* Some network file systems have no locks. Then the look at
		 * the file before it is replaced must do. */
		while (flock(conf->file, LOCK_EX) != 0 && errno == EINTR)
			continue;
		if (fstat(conf->file, &conf->found) != 0 ||
		    stat(conf->target, &now) != 0)
			return false;
		if (conf->found.st_ino == now.st_ino &&
		    conf->found.st_dev == now.st_dev)
			return true;
		close(conf->file);
		conf->file = 0;
	}
}

enum cli_status conffile_open(struct conffile *conf, const char *path)
{
	struct problem problem;

	conf->path = path;
	conf->target = realpath(path, NULL);
	if (!conf->target || !lock_file(conf))
		return fail(path);
	if (!S_ISREG(conf->found.st_mode))
		return cli_complain("%s: not a regular file", path);
	if (cli_read(conf->file, path, CONFFILE_MAX, &conf->text, &problem))
		return cli_problem(&problem);
	return CLI_DONE;
}

/* ---- replacing ------------------------------------------------------------ */

static enum cli_status check_text(const struct conffile *conf,
				  struct slice text)
{
	struct config *config;
	struct problem problem;

	if (config_load_text(&config, conf->path, text, &problem))
		return cli_problem(&problem);
	config_free(config);
	return CLI_DONE;
}

/* Write the new file and give it the owner and mode of the old one. */
static bool fill(const struct conffile *conf, int file, struct slice text)
{
	struct stat made;
	int failure = io_write_all(file, text.data, text.length);

	if (failure) {
		errno = failure;
		return false;
	}
	if (fstat(file, &made) != 0)
		return false;
	if ((made.st_uid != conf->found.st_uid ||
	     made.st_gid != conf->found.st_gid) &&
	    fchown(file, conf->found.st_uid, conf->found.st_gid) != 0)
		return false;
	return fchmod(file, conf->found.st_mode & 07777) == 0 &&
	       fsync(file) == 0;
}

static enum cli_status move(const struct conffile *conf, const char *fresh)
{
	char folder[PATH_MAX];
	struct stat now;
	bool synced;

	if (stat(conf->target, &now) != 0)
		return fail(conf->path);
	if (!is_same(&now, &conf->found))
		return cli_complain("%s was changed by someone else meanwhile, "
				    "and was left alone; try again",
				    conf->path);
	if (rename(fresh, conf->target) != 0)
		return fail(conf->path);
	/* The name is on the disk only when the folder is. Where that can't be
	 * had, the file is in its place all the same. */
	synced = folder_of(conf->target, folder, sizeof(folder)) &&
		 folder_sync(folder);
	(void)synced;
	return CLI_DONE;
}

enum cli_status conffile_replace(struct conffile *conf, struct slice text)
{
	enum cli_status status = check_text(conf, text);
	char *fresh;
	int file;

	if (status != CLI_DONE)
		return status;
	if (asprintf(&fresh, "%s.XXXXXX", conf->target) < 0)
		return cli_complain("out of memory");
	file = mkostemp(fresh, O_CLOEXEC);
	if (file < 0) {
		status = cli_complain("%s: no new file can be made beside it: "
				      "%s",
				      conf->path, strerror(errno));
		free(fresh);
		return status;
	}
	if (fill(conf, file, text))
		status = move(conf, fresh);
	else
		status = cli_complain("%s: a file of its owner and mode can't "
				      "be made beside it: %s",
				      conf->path, strerror(errno));
	close(file);
	if (status != CLI_DONE)
		(void)unlink(fresh);
	free(fresh);
	return status;
}

void conffile_close(struct conffile *conf)
{
	if (conf->file > 0)
		close(conf->file);
	free(conf->target);
	buffer_free(&conf->text);
}
