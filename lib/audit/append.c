#include "append.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

/* True where the file ends in the middle of a line. One that can't be read is
 * taken to end well: then processes only know of what they cut themselves. */
static bool ends_within_line(int file, off_t size)
{
	char last = '\n';

	return size > 0 && pread(file, &last, 1, size - 1) == 1 && last != '\n';
}

/* Write `text`; the rest of what was written in part only where nobody else can
 * have written something meanwhile. */
static int write_whole(int file, struct slice text, bool locked)
{
	while (text.length > 0) {
		ssize_t put = write(file, text.data, text.length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno;
		text = slice_of(text.data + put, text.length - (size_t)put);
		if (put == 0 || (text.length > 0 && !locked))
			return EIO;
	}
	return 0;
}

/* Cut the file back to `size` bytes, where what follows can only be of this
 * process: it is no more than `most` bytes. Rotation by copying and truncating
 * takes no lock, and a file that has become shorter must not be made longer. */
static void cut_back(int file, off_t size, size_t most)
{
	struct stat now;

	if (fstat(file, &now) == 0 && now.st_size > size &&
	    now.st_size - size <= (off_t)most && ftruncate(file, size) != 0)
		return; /* The next line is begun with a newline. */
}

static int append(int file, off_t *end, struct slice line, bool locked)
{
	static const struct slice newline = SLICE("\n");
	const off_t known_end = *end;
	struct stat before;
	int failure = 0;
	bool is_torn;

	*end = 0;
	if (fstat(file, &before) != 0)
		return errno;
	if (before.st_nlink == 0)
		return ESTALE;
	is_torn = before.st_size != known_end &&
		  ends_within_line(file, before.st_size);
	if (is_torn)
		failure = write_whole(file, newline, locked);
	if (!failure)
		failure = write_whole(file, line, locked);
	if (failure && locked)
		cut_back(file, before.st_size, line.length + newline.length);
	if (!failure && locked && !is_torn)
		*end = before.st_size + (off_t)line.length;
	return failure;
}

int audit_append_line(int file, off_t *end, struct slice line,
		      unsigned milliseconds)
{
	bool locked = shared_file_lock(file, milliseconds);
	int failure;

	/* Some file systems know no locks. There, only the line's one write
	 * keeps it whole. */
	if (!locked && errno == ETIMEDOUT)
		return errno;
	failure = append(file, end, line, locked);
	if (locked)
		shared_file_unlock(file);
	return failure;
}
