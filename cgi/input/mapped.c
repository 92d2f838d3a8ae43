#include "mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Open an unlinked file in `directory`. -1 and errno when that fails. */
static int file_in(const char *directory)
{
	char path[PATH_MAX];
	int length;
	int file;

	file = open(directory, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (file >= 0)
		return file;
	/* Some file systems have no O_TMPFILE, such as NFS and old overlays. */
	length = snprintf(path, sizeof(path), "%s/mintage-XXXXXX", directory);
	if (length < 0 || (size_t)length >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	file = mkostemp(path, O_CLOEXEC);
	if (file >= 0)
		(void)unlink(path);
	return file;
}

/* Open an unlinked file where one can be made. -1 and errno when that fails. */
static int file_open(void)
{
	const char *chosen = getenv("TMPDIR");
	int file = -1;

	if (chosen && chosen[0] == '/')
		file = file_in(chosen);
	/* /tmp comes last, because it is often in memory. */
	if (file < 0)
		file = file_in("/var/tmp");
	if (file < 0)
		file = file_in("/tmp");
	return file;
}

int mapped_open(struct mapped *mapped, size_t size)
{
	void *data = MAP_FAILED;
	int file = file_open();
	int error;

	*mapped = (struct mapped){ NULL, 0 };
	if (file < 0)
		return errno;
	error = posix_fallocate(file, 0, (off_t)size);
	if (error == 0) {
		data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			    file, 0);
		error = data == MAP_FAILED ? errno : 0;
	}
	if (error == 0)
		*mapped = (struct mapped){ data, size };
	(void)close(file);
	return error;
}

void mapped_close(struct mapped *mapped)
{
	if (mapped->data)
		(void)munmap(mapped->data, mapped->size);
	*mapped = (struct mapped){ NULL, 0 };
}
