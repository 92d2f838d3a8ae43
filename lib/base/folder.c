#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Was that many bytes the whole of it? Else false with errno. */
static bool fits(int length, size_t size)
{
	if (length >= 0 && (size_t)length < size)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

bool folder_of(const char *path, char *dst, size_t size)
{
	const char *slash = strrchr(path, '/');
	int length = slash ? snprintf(dst, size, "%.*s",
				      (int)(slash - path) + (slash == path),
				      path) :
			     snprintf(dst, size, ".");

	return fits(length, size);
}

bool folder_join(const char *folder, const char *name, char *dst, size_t size)
{
	return fits(snprintf(dst, size, "%s/%s", folder, name), size);
}

bool folder_give(const char *folder, int file)
{
	struct stat found;

	return geteuid() != 0 ||
	       (stat(folder, &found) == 0 &&
		fchown(file, found.st_uid, found.st_gid) == 0);
}

bool folder_sync(const char *folder)
{
	int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failure;

	if (file < 0)
		return false;
	/* A file system that keeps nothing on a disk says EINVAL. */
	failure = fsync(file) == 0 || errno == EINVAL ? 0 : errno;
	(void)close(file);
	errno = failure;
	return failure == 0;
}
