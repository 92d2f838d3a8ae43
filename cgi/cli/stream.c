#include "stream.h"

#include <sys/stat.h>
#include <unistd.h>

static bool keeps(const struct stat *found)
{
	return S_ISREG(found->st_mode) || S_ISFIFO(found->st_mode) ||
	       S_ISSOCK(found->st_mode);
}

bool stream_is_null(int file)
{
	struct stat found, null;

	return fstat(file, &found) == 0 && S_ISCHR(found.st_mode) &&
	       stat("/dev/null", &null) == 0 && found.st_rdev == null.st_rdev;
}

bool stream_are_one(int one, int other)
{
	struct stat a, b;

	return fstat(one, &a) == 0 && fstat(other, &b) == 0 && keeps(&a) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool stream_has_input(void)
{
	struct stat found;

	return fstat(STDIN_FILENO, &found) == 0 && keeps(&found);
}
