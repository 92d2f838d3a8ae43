#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* This looks at the open file, not at its name, so that nobody can put another
 * file in its place between the check and the reading. */
static enum error file_check(int file, const char *path,
			     struct problem *problem)
{
	struct stat status;
	unsigned mode;

	if (fstat(file, &status) != 0)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: can't be examined: %s", path,
				   strerror(errno));
	if (!S_ISREG(status.st_mode))
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: not a regular file; name the file that "
				   "holds the secret",
				   path);
	mode = (unsigned)status.st_mode & 07777;
	if (mode & (S_IROTH | S_IWOTH))
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: mode %04o lets others %s it; run: "
				   "chmod 600 %s",
				   path, mode,
				   mode & S_IROTH ? "read" : "write", path);
	if (mode & S_IWGRP)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: mode %04o lets its group write it; "
				   "run: chmod g-w %s",
				   path, mode, path);
	return ERROR_NONE;
}

static enum error fail_length(const char *path, struct problem *problem)
{
	return problem_set(problem, ERROR_CONFIG, NULL,
			   "%s: longer than %d bytes; it should hold the "
			   "secret alone",
			   path, SECRET_MAX);
}

/* Read the whole file, which must have less than `size` bytes. */
static enum error read_file(int file, const char *path, char *text, size_t size,
			    size_t *length, struct problem *problem)
{
	ssize_t n = 1;

	*length = 0;
	while (n > 0 && *length < size) {
		n = read(file, text + *length, size - *length);
		if (n > 0)
			*length += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	if (n < 0)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: can't be read: %s", path,
				   strerror(errno));
	return *length < size ? ERROR_NONE : fail_length(path, problem);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum error take_text(struct secret *secret, const char *path,
			    struct slice text, struct problem *problem)
{
	while (text.length > 0 && is_space(text.data[0]))
		text = slice_of(text.data + 1, text.length - 1);
	while (text.length > 0 && is_space(text.data[text.length - 1]))
		text.length--;

	if (text.length == 0)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: empty; it should hold the secret",
				   path);
	if (memchr(text.data, '\n', text.length))
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: more than one line; it should hold the "
				   "secret alone",
				   path);
	if (text.length > SECRET_MAX)
		return fail_length(path, problem);
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] > 0x20 && text.data[i] < 0x7f)
			continue;
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: a blank or a character that isn't "
				   "ASCII at byte %zu of the secret; it should "
				   "hold the secret alone",
				   path, i + 1);
	}
	memcpy(secret->text, text.data, text.length);
	secret->length = text.length;
	return ERROR_NONE;
}

enum error secret_load(struct secret *secret, const char *path,
		       struct problem *problem)
{
	char text[4 * SECRET_MAX];
	size_t length = 0;
	enum error error;
	int file;

	secret_wipe(secret);
	/* O_NONBLOCK: to open a named pipe must not wait for its writer. */
	file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file < 0)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: can't be opened: %s", path,
				   strerror(errno));
	error = file_check(file, path, problem);
	if (!error)
		error = read_file(file, path, text, sizeof(text), &length,
				  problem);
	if (!error)
		error = take_text(secret, path, slice_of(text, length),
				  problem);
	explicit_bzero(text, sizeof(text));
	close(file);
	return error;
}

void secret_wipe(struct secret *secret)
{
	explicit_bzero(secret, sizeof(*secret));
}
