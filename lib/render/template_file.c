#include "template_file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/opener.h"
#include "templates_data.h"

enum error template_file_problem(struct problem *problem, const char *path)
{
	return problem_set(problem, ERROR_TEMPLATE, NULL, "%s: %s", path,
			   strerror(errno));
}

enum error template_file_path(char path[PATH_MAX], const char *folder,
			      const char *name, const char *ending,
			      struct problem *problem)
{
	int length = snprintf(path, PATH_MAX, "%s/%s%s", folder, name, ending);

	if (length >= 0 && length < PATH_MAX)
		return ERROR_NONE;
	return problem_set(problem, ERROR_TEMPLATE, NULL,
			   "%.100s...: too long a path", folder);
}

/* A template that others can write could make the program say anything. A pipe
 * would be empty for a responder that is confined: it is handed what the keeper
 * has read before. */
static enum error file_check(int file, const char *path,
			     struct problem *problem)
{
	struct stat status;

	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "%s: not a regular file", path);
	if (!(status.st_mode & S_IWOTH))
		return ERROR_NONE;
	return problem_set(problem, ERROR_TEMPLATE, NULL,
			   "%s: mode %04o lets others write it; run: "
			   "chmod o-w %s",
			   path, (unsigned)status.st_mode & 07777, path);
}

/* What lies behind TEMPLATE_SIZE_MAX need not be read: the compiler refuses a
 * text that is longer. False with errno set. */
static bool content_read(struct buffer *text, int file)
{
	ssize_t length;

	do {
		if (!buffer_reserve(text, 4096)) {
			errno = ENOMEM;
			return false;
		}
		length = read(file, text->data + text->length, 4096);
		if (length > 0)
			text->length += (size_t)length;
	} while (length > 0 && text->length <= TEMPLATE_SIZE_MAX);
	return length >= 0;
}

enum error template_file_read(struct buffer *text, const char *path,
			      bool *found, struct problem *problem)
{
	int file = opener_open(path);
	enum error error;

	*found = file >= 0 || (errno != ENOENT && errno != ENOTDIR);
	if (file < 0)
		return *found ? template_file_problem(problem, path) :
				ERROR_NONE;
	error = file_check(file, path, problem);
	if (!error && !content_read(text, file))
		error = template_file_problem(problem, path);
	else if (!error && text->length <= TEMPLATE_SIZE_MAX &&
		 !io_is_whole(file, text->length))
		error = problem_set(problem, ERROR_TEMPLATE, NULL,
				    "%s: was changed while it was read; write "
				    "the new file beside it, and rename that",
				    path);
	close(file);
	return error;
}

bool template_file_find(const char *name, struct slice *text)
{
	for (size_t i = 0; i < templates_data_count; i++) {
		const struct embedded_template *copy = &templates_data[i];

		if (strcmp(copy->name, name) == 0) {
			*text = slice_of(copy->text, copy->length);
			return true;
		}
	}
	return false;
}

/* What a template is compiled with. */
struct making {
	const struct template_schema *schema;
	escape_fn *escape;
	const struct texts *texts; /* or NULL */
};

static enum error make(struct template **template, const char *file,
		       struct slice source, const struct making *making,
		       struct problem *problem)
{
	struct buffer whole = { 0 };
	enum error error;

	if (!making->texts)
		return template_compile(template, file, source, making->schema,
					making->escape, problem);
	error = texts_expand(&whole, source, making->texts, making->escape,
			     file, problem);
	if (!error)
		error = template_compile(template, file, buffer_slice(&whole),
					 making->schema, making->escape,
					 problem);
	buffer_free(&whole);
	return error;
}

static enum error compiled_in(struct template **template, const char *name,
			      const struct making *making,
			      struct problem *problem)
{
	struct slice text;
	char file[64];

	snprintf(file, sizeof(file), "%s" TEMPLATE_FILE_ENDING " (compiled in)",
		 name);
	if (template_file_find(name, &text))
		return make(template, file, text, making, problem);
	return problem_set(problem, ERROR_TEMPLATE, NULL, "%s: missing", file);
}

enum error template_file_load(struct template **template, const char *folder,
			      const char *name,
			      const struct template_schema *schema,
			      escape_fn *escape, const struct texts *texts,
			      struct problem *problem)
{
	const struct making making = { schema, escape, texts };
	char path[PATH_MAX];
	struct buffer text = { 0 };
	bool found = false;
	enum error error = ERROR_NONE;

	*template = NULL;
	if (folder) {
		error = template_file_path(path, folder, name,
					   TEMPLATE_FILE_ENDING, problem);
		if (!error)
			error = template_file_read(&text, path, &found,
						   problem);
	}
	if (!error && found)
		error = make(template, path, buffer_slice(&text), &making,
			     problem);
	else if (!error)
		error = compiled_in(template, name, &making, problem);
	buffer_free(&text);
	return error;
}
