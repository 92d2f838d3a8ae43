#include "spool.h"

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
static int file_open(const char *folder)
{
	int file = -1;

	if (folder && folder[0] == '/')
		file = file_in(folder);
	/* /tmp comes last, because it is often in memory. */
	if (file < 0)
		file = file_in("/var/tmp");
	if (file < 0)
		file = file_in("/tmp");
	return file;
}

const char *spool_place(const char *folder)
{
	const char *const places[] = { folder, "/var/tmp", "/tmp" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i] && places[i][0] == '/' &&
		    access(places[i], W_OK | X_OK) == 0)
			return places[i];
	}
	return NULL;
}

int spool_open_mapped(struct spool *spool, const char *folder, size_t size)
{
	void *data;
	int file = file_open(folder);
	int error;

	*spool = (struct spool){ 0 };
	if (file < 0)
		return errno;
	/* Reserve every block now: a disk that is full later would end the
	 * process with SIGBUS. */
	error = posix_fallocate(file, 0, (off_t)size);
	if (error == 0) {
		data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			    file, 0);
		if (data == MAP_FAILED) {
			error = errno;
		} else {
			spool->data = data;
			spool->mapped = size;
		}
	}
	(void)close(file);
	return error;
}

int spool_open(struct spool *spool, const char *folder, size_t length)
{
	*spool = (struct spool){ 0 };
	if (length > SPOOL_HEAP_MAX)
		return spool_open_mapped(spool, folder, length + 1);
	spool->data = malloc(length + 1);
	return spool->data ? 0 : ENOMEM;
}

void spool_close(struct spool *spool)
{
	if (spool->mapped > 0)
		(void)munmap(spool->data, spool->mapped);
	else
		free(spool->data);
	*spool = (struct spool){ 0 };
}
