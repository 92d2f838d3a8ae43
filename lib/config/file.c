#include "file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"
#include "lib/base/io.h"
#include "lib/base/opener.h"

/* A longer file is a mistake, not a configuration. */
#define FILE_MAX ((size_t)16 * 1024 * 1024)

static enum error read_all(struct buffer *text, int file, const char *path,
			   struct problem *problem)
{
	struct stat status;
	int failure;

	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
		return config_fail(problem, path, 0, "not a regular file");
	if (status.st_mode & S_IWOTH)
		return config_fail(problem, path, 0,
				   "mode %04o lets others write it; run: "
				   "chmod o-w %s",
				   (unsigned)status.st_mode & 07777, path);
	/* With one byte more, the end is found without more space. */
	if (status.st_size < (off_t)FILE_MAX &&
	    !buffer_reserve(text, (size_t)status.st_size + 1))
		return config_fail(problem, path, 0, "out of memory");
	failure = io_read_all(file, FILE_MAX, text);
	if (failure == ENOMEM)
		return config_fail(problem, path, 0, "out of memory");
	if (failure == EFBIG)
		return config_fail(problem, path, 0,
				   "longer than %zu MiB; is this the right "
				   "file?",
				   FILE_MAX >> 20);
	if (failure)
		return config_fail(problem, path, 0, "can't be read: %s",
				   strerror(failure));
	if (!io_is_whole(file, text->length))
		return config_fail(problem, path, 0,
				   "was changed while it was read; write the "
				   "new file beside it, and rename that");
	return ERROR_NONE;
}

enum error config_file_read(struct buffer *text, const char *path,
			    struct problem *problem)
{
	enum error error;
	int file = opener_open(path);

	if (file < 0)
		return config_fail(problem, path, 0, "can't be opened: %s",
				   strerror(errno));
	error = read_all(text, file, path, problem);
	close(file);
	return error;
}
