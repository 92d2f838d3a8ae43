#include "renderer.h"

#include <stdio.h>
#include <stdlib.h>

#include "template_file.h"
#include "templates_data.h"

size_t renderer_format(const struct renderer *renderer, struct slice name)
{
	return format_find(renderer->formats, renderer->format_count, name);
}

static size_t other_count(const struct renderer *renderer)
{
	return renderer->others ? renderer->others->count : 0;
}

/* ---- opening -------------------------------------------------------------- */

static enum error load_own(struct renderer *renderer, struct problem *problem)
{
	const char *taken[FORMAT_COUNT + RENDERER_OTHERS_MAX];
	size_t count = 0;
	struct own own = {
		.formats = renderer->formats + FORMAT_COUNT,
		.templates = renderer->templates + FORMAT_COUNT,
		.texts = renderer->own_texts,
	};
	enum error error;

	while (count < FORMAT_COUNT) {
		taken[count] = renderer->formats[count].name;
		count++;
	}
	for (size_t i = 0; i < other_count(renderer); i++)
		taken[count++] = renderer->others->list[i].name;
	error = own_load(&own, renderer->folder, taken, count, problem);
	renderer->format_count += own.count;
	return error;
}

/* The languages of the compiled-in texts; English is the first. */
static void find_languages(struct renderer *renderer)
{
	static const char *const first = TEXTS_FIRST;
	size_t begin = strlen(TEXTS_BEGIN);

	renderer->languages[renderer->language_count++] = first;
	for (size_t i = 0; i < templates_data_count; i++) {
		const char *name = templates_data[i].name;

		if (strncmp(name, TEXTS_BEGIN, begin) == 0 &&
		    strcmp(name + begin, first) != 0 &&
		    renderer->language_count < RENDERER_LANGUAGES_MAX)
			renderer->languages[renderer->language_count++] =
				name + begin;
	}
}

enum error renderer_open(struct renderer *renderer, const char *folder,
			 const struct renderer_others *others,
			 struct problem *problem)
{
	*renderer = (struct renderer){ .folder = folder, .others = others };
	memcpy(renderer->formats, format_table, sizeof(format_table));
	renderer->format_count = FORMAT_COUNT;
	find_languages(renderer);
	return folder ? load_own(renderer, problem) : ERROR_NONE;
}

enum error renderer_load(struct renderer *renderer, const char *folder,
			 const struct renderer_others *others,
			 struct problem *problem)
{
	enum error error = renderer_open(renderer, folder, others, problem);

	return error ? error : renderer_need_all(renderer, problem);
}

/* ---- compiling when needed ------------------------------------------------ */

/* Remember why a template can't be compiled, for renderer->broken. Returns
 * `error`. */
static enum error keep_broken(struct renderer *renderer, enum error error,
			      const struct problem *problem)
{
	if (error)
		memcpy(renderer->broken, problem->message,
		       sizeof(renderer->broken));
	return error;
}

enum error renderer_need(struct renderer *renderer, const struct format *format,
			 struct problem *problem)
{
	struct template **template =
		&renderer->templates[format - renderer->formats];

	if (*template)
		return ERROR_NONE;
	return keep_broken(renderer,
			   template_file_load(template, renderer->folder,
					      format->name, &values_schema,
					      format->escape, NULL, problem),
			   problem);
}

/* Read the texts of a language, from the folder or else the compiled-in ones. */
static enum error need_texts(struct renderer *renderer, size_t language,
			     struct problem *problem)
{
	struct buffer *texts = &renderer->texts[language];
	char name[32], path[PATH_MAX];
	bool found = false;
	struct slice copy;
	enum error error;

	if (texts->length > 0)
		return ERROR_NONE;
	snprintf(name, sizeof(name), "%s%.16s", TEXTS_BEGIN,
		 renderer->languages[language]);
	if (renderer->folder) {
		error = template_file_path(path, renderer->folder, name, "",
					   problem);
		if (!error)
			error = template_file_read(texts, path, &found,
						   problem);
		if (!error && texts->length > TEMPLATE_SIZE_MAX)
			error = problem_set(problem, ERROR_TEMPLATE, NULL,
					    "%s: longer than %d bytes", path,
					    TEMPLATE_SIZE_MAX);
		/* Else a part of it would be taken for the whole next time. */
		if (error)
			buffer_free(texts);
		if (error || found)
			return error;
	}
	if (template_file_find(name, &copy) &&
	    buffer_add(texts, copy.data, copy.length))
		return ERROR_NONE;
	return problem_set(problem, ERROR_INTERNAL, NULL,
			   "%s: the texts are missing, or memory is out", name);
}

static enum error load_page(struct renderer *renderer, size_t number,
			    size_t language, struct problem *problem)
{
	const struct format *page = &renderer->others->list[number];
	struct texts texts = { .language = renderer->languages[language] };
	enum error error = need_texts(renderer, language, problem);

	if (!error)
		error = need_texts(renderer, 0, problem);
	texts.file = buffer_slice(&renderer->texts[language]);
	texts.otherwise = buffer_slice(&renderer->texts[0]);
	if (!template_file_find(TEXTS_BEGIN TEXTS_FIRST, &texts.compiled))
		texts.compiled = slice_of(NULL, 0);
	return error ? error :
		       template_file_load(
			       &renderer->other_templates[language][number],
			       renderer->folder, page->name,
			       renderer->others->schema, page->escape, &texts,
			       problem);
}

enum error renderer_need_other(struct renderer *renderer, size_t number,
			       size_t language, struct problem *problem)
{
	if (renderer->other_templates[language][number])
		return ERROR_NONE;
	return keep_broken(renderer,
			   load_page(renderer, number, language, problem),
			   problem);
}

static enum error need_in_all_languages(struct renderer *renderer,
					size_t number, struct problem *problem)
{
	bool is_page = renderer->others->list[number].uses & FORMAT_PAGE;
	size_t count = is_page ? renderer->language_count : 1;
	enum error error = ERROR_NONE;

	for (size_t i = 0; i < count && !error; i++)
		error = renderer_need_other(renderer, number, i, problem);
	return error;
}

enum error renderer_need_all(struct renderer *renderer, struct problem *problem)
{
	enum error error = ERROR_NONE;

	for (size_t i = 0; !error && i < FORMAT_COUNT; i++)
		error = renderer_need(renderer, &renderer->formats[i], problem);
	for (size_t i = 0; !error && i < other_count(renderer); i++)
		error = need_in_all_languages(renderer, i, problem);
	return error;
}

void renderer_free(struct renderer *renderer)
{
	for (size_t i = 0; i < renderer->format_count; i++)
		template_free(renderer->templates[i]);
	for (size_t i = 0; i < OWN_FORMATS_MAX; i++)
		free(renderer->own_texts[i]);
	for (size_t i = 0; i < RENDERER_LANGUAGES_MAX; i++) {
		buffer_free(&renderer->texts[i]);
		for (size_t j = 0; j < RENDERER_OTHERS_MAX; j++)
			template_free(renderer->other_templates[i][j]);
	}
	*renderer = (struct renderer){ 0 };
}
