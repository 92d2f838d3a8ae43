#include "render.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "own.h"
#include "unfit.h"

#define FORMAT_ROW(id, name, content_type, escape, headers, uses, unfit) \
	[FORMAT_##id] = { name, content_type, escape, headers, uses, unfit },
static const struct format our_formats[FORMAT_COUNT] = { FORMAT_TABLE(
	FORMAT_ROW) };
#undef FORMAT_ROW

const struct format pages[PAGE_COUNT] = {
	[PAGE_FORM] = { "form", "text/html; charset=utf-8", escape_html,
			HTML_HEADERS, FORMAT_PAGE, NULL },
	[PAGE_INDEX] = { "index", "application/json", escape_json, NULL, 0,
			 NULL },
	[PAGE_ERROR] = { "error", "application/json", escape_json, NULL, 0,
			 NULL },
};

size_t renderer_format(const struct renderer *renderer, struct slice name)
{
	size_t i = 0;

	while (i < renderer->format_count &&
	       !slice_is(name, renderer->formats[i].name))
		i++;
	return i;
}

/* ---- loading ------------------------------------------------------------- */

#define ENDING ".tmpl"

static enum error file_problem(struct problem *problem, const char *path)
{
	return problem_set(problem, ERROR_TEMPLATE, NULL, "%s: %s", path,
			   strerror(errno));
}

/* The whole of `path` behind what `text` holds. *found is false, and nothing
 * is wrong, when there is no such file. */
static enum error file_read(struct buffer *text, const char *path, bool *found,
			    struct problem *problem)
{
	enum error error = ERROR_NONE;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	ssize_t length;

	*found = file >= 0 || (errno != ENOENT && errno != ENOTDIR);
	if (file < 0)
		return *found ? file_problem(problem, path) : ERROR_NONE;
	if (fstat(file, &status) == 0 && (status.st_mode & S_IWOTH)) {
		close(file);
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "%s: mode %04o lets others write it; run: "
				   "chmod o-w %s",
				   path, (unsigned)status.st_mode & 07777,
				   path);
	}
	do {
		if (!buffer_reserve(text, 4096)) {
			errno = ENOMEM;
			length = -1;
			break;
		}
		length = read(file, text->data + text->length, 4096);
		if (length > 0)
			text->length += (size_t)length;
	} while (length > 0 && text->length <= TEMPLATE_SIZE_MAX);
	if (length < 0)
		error = file_problem(problem, path);
	close(file);
	return error;
}

static enum error compiled_in(struct template **template,
			      const struct format *format,
			      struct problem *problem)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.tmpl (compiled in)", format->name);
	for (size_t i = 0; i < template_source_count; i++) {
		const struct template_source *source = &template_sources[i];

		if (strcmp(source->name, format->name) == 0)
			return template_compile(
				template, file,
				slice_of(source->text, source->length),
				&value_schema, format->escape, problem);
	}
	return problem_set(problem, ERROR_TEMPLATE, NULL, "%s: missing", file);
}

static enum error template_path(char path[PATH_MAX], const char *directory,
				const char *name, const char *ending,
				struct problem *problem)
{
	int length =
		snprintf(path, PATH_MAX, "%s/%s%s", directory, name, ending);

	if (length >= 0 && length < PATH_MAX)
		return ERROR_NONE;
	return problem_set(problem, ERROR_TEMPLATE, NULL,
			   "%.100s...: too long a path", directory);
}

static enum error load(struct template **template, const struct format *format,
		       const char *directory, struct problem *problem)
{
	char path[PATH_MAX];
	struct buffer text = { 0 };
	bool found = false;
	enum error error = ERROR_NONE;

	if (directory) {
		error = template_path(path, directory, format->name, ENDING,
				      problem);
		if (!error)
			error = file_read(&text, path, &found, problem);
	}
	if (!error && found)
		error = template_compile(template, path, buffer_slice(&text),
					 &value_schema, format->escape,
					 problem);
	else if (!error)
		error = compiled_in(template, format, problem);
	buffer_free(&text);
	return error;
}

/* ---- an administrator's own formats --------------------------------------- */

#define OWN_NAME_MAX 32

static bool is_name(struct slice name)
{
	if (name.length == 0 || name.length > OWN_NAME_MAX ||
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
	return slice_of(file, strlen(file) - strlen(ENDING));
}

/* What editors hide is none. */
static int is_template(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length >= strlen(ENDING) &&
	       strcmp(entry->d_name + length - strlen(ENDING), ENDING) == 0;
}

/* The same order in every locale. */
static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_ours(const struct renderer *renderer, struct slice name)
{
	for (size_t i = 0; i < PAGE_COUNT; i++) {
		if (slice_is(name, pages[i].name))
			return true;
	}
	return renderer_format(renderer, name) < FORMAT_COUNT;
}

/* The next format, without its template. */
static enum error own_append(struct renderer *renderer, struct slice name,
			     const struct own_head *head)
{
	size_t at = renderer->format_count;
	/* Both with their ends. */
	char *text = calloc(1, name.length + head->type.length + 2);
	char *type;

	if (!text)
		return problem_set(head->problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	type = text + name.length + 1;
	memcpy(text, name.data, name.length);
	memcpy(type, head->type.data, head->type.length);
	renderer->own_texts[at - FORMAT_COUNT] = text;
	renderer->formats[at] = (struct format){
		.name = text,
		.content_type = type,
		.escape = head->escaper->escape,
		/* Whatever it holds, nothing in it runs in a browser. */
		.headers = HTML_HEADERS,
		.uses = head->uses | FORMAT_OWN |
			(head->is_html ? FORMAT_PAGE : 0),
		.unfit = head->escaper->unfit,
	};
	renderer->format_count++;
	return ERROR_NONE;
}

static enum error own_compile(struct renderer *renderer, const char *path,
			      struct slice name, struct slice text,
			      struct problem *problem)
{
	struct own_head head;
	size_t at = renderer->format_count;
	enum error error;

	if (!is_name(name))
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "%s: a format's name is 1 to %d of a-z, "
				   "0-9 and '-'",
				   path, OWN_NAME_MAX);
	if (at == FORMATS_MAX)
		return problem_set(problem, ERROR_TEMPLATE, NULL,
				   "%s: more than %d formats that are not ours",
				   path, OWN_FORMATS_MAX);
	error = own_head_read(&head, path, text, problem);
	if (!error)
		error = own_append(renderer, name, &head);
	if (error)
		return error;
	return template_compile(&renderer->templates[at], path, text,
				&value_schema, renderer->formats[at].escape,
				problem);
}

static enum error own_load(struct renderer *renderer, const char *directory,
			   const char *file, struct problem *problem)
{
	char path[PATH_MAX];
	struct buffer text = { 0 };
	bool found = false;
	enum error error;

	if (is_ours(renderer, name_of(file)))
		return ERROR_NONE;
	error = template_path(path, directory, file, "", problem);
	if (!error)
		error = file_read(&text, path, &found, problem);
	if (!error && found)
		error = own_compile(renderer, path, name_of(file),
				    buffer_slice(&text), problem);
	buffer_free(&text);
	return error;
}

static enum error load_own(struct renderer *renderer, const char *directory,
			   struct problem *problem)
{
	enum error error = ERROR_NONE;
	struct dirent **list;
	int count = scandir(directory, &list, is_template, compare_names);

	if (count < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ERROR_NONE;
	if (count < 0)
		return file_problem(problem, directory);
	for (int i = 0; i < count; i++) {
		if (!error)
			error = own_load(renderer, directory, list[i]->d_name,
					 problem);
		free(list[i]);
	}
	free(list);
	return error;
}

/* ---- all of them --------------------------------------------------------- */

enum error renderer_open(struct renderer *renderer, const char *directory,
			 struct problem *problem)
{
	*renderer = (struct renderer){ .directory = directory };
	memcpy(renderer->formats, our_formats, sizeof(our_formats));
	renderer->format_count = FORMAT_COUNT;
	return directory ? load_own(renderer, directory, problem) : ERROR_NONE;
}

enum error renderer_load(struct renderer *renderer, const char *directory,
			 struct problem *problem)
{
	enum error error = renderer_open(renderer, directory, problem);

	return error ? error : renderer_need_all(renderer, problem);
}

static enum error need(struct renderer *renderer, struct template **template,
		       const struct format *format, struct problem *problem)
{
	enum error error;

	if (*template)
		return ERROR_NONE;
	error = load(template, format, renderer->directory, problem);
	if (error)
		memcpy(renderer->broken, problem->message,
		       sizeof(renderer->broken));
	return error;
}

enum error renderer_need(struct renderer *renderer, const struct format *format,
			 struct problem *problem)
{
	return need(renderer, &renderer->templates[format - renderer->formats],
		    format, problem);
}

enum error renderer_need_page(struct renderer *renderer, enum page_id page,
			      struct problem *problem)
{
	return need(renderer, &renderer->pages[page], &pages[page], problem);
}

enum error renderer_need_all(struct renderer *renderer, struct problem *problem)
{
	enum error error = ERROR_NONE;

	for (size_t i = 0; !error && i < FORMAT_COUNT; i++)
		error = renderer_need(renderer, &renderer->formats[i], problem);
	for (size_t i = 0; !error && i < PAGE_COUNT; i++)
		error = renderer_need_page(renderer, (enum page_id)i, problem);
	return error;
}

void renderer_free(struct renderer *renderer)
{
	for (size_t i = 0; i < renderer->format_count; i++)
		template_free(renderer->templates[i]);
	for (size_t i = 0; i < OWN_FORMATS_MAX; i++)
		free(renderer->own_texts[i]);
	for (size_t i = 0; i < PAGE_COUNT; i++)
		template_free(renderer->pages[i]);
	*renderer = (struct renderer){ 0 };
}

/* ---- refusals ------------------------------------------------------------ */

struct errors {
	const struct problems *problems;
	size_t row;
	struct slice values[VALUE_NUMBER_OF_NAMES];
	char code[16];
	char more[96];
};

/* The row behind the last: the code is that of the first, as the status is. */
static void errors_more(struct errors *errors)
{
	size_t more = errors->problems->count - problems_kept(errors->problems);

	snprintf(errors->more, sizeof(errors->more),
		 "%zu more %s not listed here", more,
		 more == 1 ? "problem is" : "problems are");
	errors->values[VALUE_ERROR_MESSAGE] = slice_text(errors->more);
	errors->values[VALUE_ERROR_POINTER] = slice_of(NULL, 0);
	snprintf(errors->code, sizeof(errors->code), "%u",
		 (unsigned)errors->problems->list[0].error);
}

static bool errors_next(void *context, size_t number)
{
	struct errors *errors = context;
	size_t row = errors->row++;
	size_t kept = problems_kept(errors->problems);
	const struct problem *problem;

	if (number != VALUE_ERRORS || row >= errors->problems->count ||
	    row > kept) {
		errors->row = 0;
		return false;
	}
	errors->values[VALUE_FIRST] = slice_text(row == 0 ? "1" : NULL);
	if (row == kept) {
		errors_more(errors);
	} else {
		problem = &errors->problems->list[row];
		snprintf(errors->code, sizeof(errors->code), "%u",
			 (unsigned)problem->error);
		errors->values[VALUE_ERROR_MESSAGE] =
			slice_text(problem->message);
		errors->values[VALUE_ERROR_POINTER] =
			slice_text(problem->pointer);
	}
	errors->values[VALUE_ERROR_CODE] = slice_text(errors->code);
	return true;
}

void render_errors(const struct renderer *renderer,
		   const struct problems *problems, struct sink *sink)
{
	struct errors errors = { .problems = problems };
	const struct template_data data = { errors.values, errors_next,
					    &errors };

	template_run(renderer->pages[PAGE_ERROR], &data, sink);
}
