#include "own.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/base/opener.h"
#include "own_head.h"
#include "template_file.h"
#include "values.h"

#define NAME_MAX_LENGTH 32

static bool is_name(struct slice name)
{
	if (name.length == 0 || name.length > NAME_MAX_LENGTH ||
	    name.data[0] == '-')
		return false;
	for (size_t i = 0; i < name.length; i++) {
		char c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '-'))
			return false;
	}
	return true;
}

/* "NAME.tmpl" -> "NAME" */
static struct slice name_of(const char *file)
{
	return slice_of(file, strlen(file) - strlen(TEMPLATE_FILE_ENDING));
}

/* Is it NAME.tmpl? Files that begin with a dot are those that editors and
 * tools hide. */
static bool is_template(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);
	size_t ending = strlen(TEMPLATE_FILE_ENDING);

	return entry->d_name[0] != '.' && length >= ending &&
	       strcmp(entry->d_name + length - ending, TEMPLATE_FILE_ENDING) ==
		       0;
}

/* By bytes, so that the order is the same in every locale. */
static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Append the format, without its template. */
static enum error append(struct own *own, struct slice name,
			 const struct own_head *head)
{
	/* One block holds name and type, each with its terminating NUL. */
	char *text = calloc(1, name.length + head->type.length + 2);
	char *type;

	if (!text)
		return problem_set(head->problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	type = text + name.length + 1;
	memcpy(text, name.data, name.length);
	memcpy(type, head->type.data, head->type.length);
	own->texts[own->count] = text;
	own->formats[own->count] = (struct format){
		.name = text,
		.content_type = type,
		.ending = own_head_ending(head),
		.escape = head->escaper->escape,
		.uses = head->uses | FORMAT_OWN,
		.unfit = head->escaper->unfit,
	};
	own->count++;
	return ERROR_NONE;
}

static enum error compile(struct own *own, const char *path, struct slice name,
			  struct slice text, struct problem *problem)
{
	struct own_head head;
	size_t at = own->count;
	enum error error;

	if (!is_name(name))
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "%s: a format's name is 1 to %d of a-z, "
				   "0-9 and '-'",
				   path, NAME_MAX_LENGTH);
	if (at == OWN_FORMATS_MAX)
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "%s: more than %d formats that are not ours",
				   path, OWN_FORMATS_MAX);
	error = own_head_read(&head, path, text, problem);
	if (!error)
		error = append(own, name, &head);
	if (error)
		return error;
	return template_compile(&own->templates[at], path, text, &values_schema,
				own->formats[at].escape, problem);
}

static enum error load(struct own *own, const char *folder, const char *file,
		       struct problem *problem)
{
	char path[PATH_MAX];
	struct buffer text = { 0 };
	bool found = false;
	enum error error;

	error = template_file_path(path, folder, file, "", problem);
	if (!error)
		error = template_file_read(&text, path, &found, problem);
	if (!error && found)
		error = compile(own, path, name_of(file), buffer_slice(&text),
				problem);
	buffer_free(&text);
	return error;
}

static bool is_taken(struct slice name, const char *const *taken, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_is(name, taken[i]))
			return true;
	}
	return false;
}

/* The names of the templates in the folder. */
struct names {
	char **list; /* owned, as are the texts */
	size_t count;
};

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i]);
	free(names->list);
}

static bool names_add(struct names *names, const char *name)
{
	char **more =
		reallocarray(names->list, names->count + 1, sizeof(*more));

	if (!more)
		return false;
	names->list = more;
	more[names->count] = strdup(name);
	return more[names->count] && ++names->count;
}

/* The names in their order; false with errno. */
static bool names_read(struct names *names, const char *folder)
{
	DIR *listing = opener_list(folder);
	const struct dirent *entry;
	bool done = listing != NULL;

	while (done) {
		errno = 0;
		entry = readdir(listing);
		if (!entry)
			break;
		if (is_template(entry))
			done = names_add(names, entry->d_name);
	}
	/* readdir leaves errno as it is at the end, and sets it otherwise. */
	done = done && errno == 0;
	if (listing) {
		int failure = errno;

		(void)closedir(listing);
		errno = failure;
	}
	if (done && names->count > 1)
		qsort(names->list, names->count, sizeof(*names->list),
		      compare_names);
	return done;
}

enum error own_load(struct own *own, const char *folder,
		    const char *const *taken, size_t taken_count,
		    struct problem *problem)
{
	enum error error = ERROR_NONE;
	struct names names = { 0 };

	if (!names_read(&names, folder) && errno != ENOENT && errno != ENOTDIR)
		error = template_file_problem(problem, folder);
	for (size_t i = 0; i < names.count && !error; i++) {
		const char *file = names.list[i];

		if (!is_taken(name_of(file), taken, taken_count))
			error = load(own, folder, file, problem);
	}
	names_free(&names);
	return error;
}
