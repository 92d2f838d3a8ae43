#include "secret.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/opener.h"

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
	if (*length == size)
		return fail_length(path, problem);
	if (!io_is_whole(file, *length))
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: was changed while it was read; write "
				   "the new file beside it, and rename that",
				   path);
	return ERROR_NONE;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum error lines_check(const char *path, struct slice text,
			      struct problem *problem)
{
	if (text.length == 0)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: empty; it should hold the secret",
				   path);
	if (memchr(text.data, '\n', text.length))
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: more than one line; it should hold the "
				   "secret alone",
				   path);
	return text.length > SECRET_MAX ? fail_length(path, problem) :
					  ERROR_NONE;
}

static void keep(struct secret *secret, struct slice text)
{
	memcpy(secret->text, text.data, text.length);
	secret->length = text.length;
}

/* A secret of printable ASCII, with anything blank around it dropped. */
static enum error take_word(struct secret *secret, const char *path,
			    struct slice text, struct problem *problem)
{
	enum error error;

	while (text.length > 0 && is_space(text.data[0]))
		text = slice_of(text.data + 1, text.length - 1);
	while (text.length > 0 && is_space(text.data[text.length - 1]))
		text.length--;
	error = lines_check(path, text, problem);
	for (size_t i = 0; i < text.length && !error; i++) {
		if (text.data[i] > 0x20 && text.data[i] < 0x7f)
			continue;
		error = problem_set(
			problem, ERROR_CONFIG, NULL,
			"%s: a blank or a character that isn't "
			"ASCII at byte %zu of the secret; it should "
			"hold the secret alone",
			path, i + 1);
	}
	if (!error)
		keep(secret, text);
	return error;
}

/* Any text, with the end of its line dropped. */
static enum error take_text(struct secret *secret, const char *path,
			    struct slice text, struct problem *problem)
{
	enum error error;

	if (text.length > 0 && text.data[text.length - 1] == '\n')
		text.length--;
	if (text.length > 0 && text.data[text.length - 1] == '\r')
		text.length--;
	error = lines_check(path, text, problem);
	/* An editor wrote it, and no program that made links ever saw it. */
	if (!error && slice_starts(text, slice_text("\xef\xbb\xbf")))
		error = problem_set(problem, ERROR_CONFIG, NULL,
				    "%s: begins with a byte order mark; save "
				    "the file as UTF-8 without one",
				    path);
	for (size_t i = 0; i < text.length && !error; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if ((c >= 0x20 || c == '\t') && c != 0x7f)
			continue;
		error = problem_set(problem, ERROR_CONFIG, NULL,
				    "%s: a control character at byte %zu; it "
				    "should hold the secret as a line of text",
				    path, i + 1);
	}
	if (!error)
		keep(secret, text);
	return error;
}

typedef enum error take_fn(struct secret *secret, const char *path,
			   struct slice text, struct problem *problem);

static enum error load(struct secret *secret, const char *path, take_fn *take,
		       struct problem *problem)
{
	char text[4 * SECRET_MAX];
	size_t length = 0;
	enum error error;
	int file;

	secret_wipe(secret);
	file = opener_open(path);
	if (file < 0)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "%s: can't be opened: %s", path,
				   strerror(errno));
	error = file_check(file, path, problem);
	if (!error)
		error = read_file(file, path, text, sizeof(text), &length,
				  problem);
	if (!error)
		error = take(secret, path, slice_of(text, length), problem);
	explicit_bzero(text, sizeof(text));
	close(file);
	return error;
}

enum error secret_load(struct secret *secret, const char *path,
		       struct problem *problem)
{
	return load(secret, path, take_word, problem);
}

enum error secret_load_text(struct secret *secret, const char *path,
			    struct problem *problem)
{
	return load(secret, path, take_text, problem);
}

void secret_wipe(struct secret *secret)
{
	explicit_bzero(secret, sizeof(*secret));
}
