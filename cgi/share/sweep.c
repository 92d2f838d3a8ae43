#include "sweep.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "lib/base/folder.h"
#include "writer.h"

/* The name of a file whose time of change says when the folder was swept last. */
#define MARK "swept"

/* Is it time to sweep? If so, set the mark, so that other processes do not
 * sweep now. No byte is written for it, because the disk may be full of files
 * that are to be removed. */
static bool is_due(const char *folder, int64_t now)
{
	char path[PATH_MAX];
	struct stat status;
	bool done;
	int mark;

	if (!folder_join(folder, MARK, path, sizeof(path)))
		return false;
	/* A mark that is far ahead was made before the clock was set back. */
	if (lstat(path, &status) == 0 &&
	    now - status.st_mtime < SHARE_SWEEP_PAUSE &&
	    status.st_mtime - now < SHARE_SWEEP_PAUSE)
		return false;
	mark = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (mark < 0)
		return false;
	done = futimens(mark, NULL) == 0;
	(void)close(mark);
	return done;
}

static bool is_unfinished(const char *name)
{
	return strncmp(name, SHARE_WRITER_UNFINISHED,
		       strlen(SHARE_WRITER_UNFINISHED)) == 0;
}

/* A file that can't be read is left to the administrator. */
static bool is_over(const char *folder, const char *name, int64_t now)
{
	static struct share_file share;
	struct problem unused;
	bool over;

	over = share_file_open(&share, folder, name, &unused) == ERROR_NONE &&
	       now - (int64_t)share.head.number[SHARE_EXPIRES] >
		       SHARE_SWEEP_KEEP;
	share_file_close(&share);
	return over;
}

/* The file's time of change says whether it need be opened: see file.h. */
static bool is_needless(const char *folder, const char *name, const char *path,
			int64_t now)
{
	struct stat status;

	if (lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	if (is_unfinished(name))
		return now - status.st_mtime > SHARE_SWEEP_UNFINISHED;
	return share_id_is(slice_text(name)) &&
	       now - status.st_mtime > SHARE_SWEEP_KEEP &&
	       is_over(folder, name, now);
}

void share_sweep(const char *folder, int64_t now)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *listing;

	if (!is_due(folder, now))
		return;
	listing = opendir(folder);
	while (listing && (entry = readdir(listing))) {
		if (folder_join(folder, entry->d_name, path, sizeof(path)) &&
		    is_needless(folder, entry->d_name, path, now))
			(void)unlink(path);
	}
	if (listing)
		(void)closedir(listing);
}
