#include "renderer.h"

#include <stdlib.h>

#include "template_file.h"

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

enum error renderer_open(struct renderer *renderer, const char *folder,
			 const struct renderer_others *others,
			 struct problem *problem)
{
	*renderer = (struct renderer){ .folder = folder, .others = others };
	memcpy(renderer->formats, format_table, sizeof(format_table));
	renderer->format_count = FORMAT_COUNT;
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

static enum error need(struct renderer *renderer, struct template **template,
		       const struct format *format,
		       const struct template_schema *schema,
		       struct problem *problem)
{
	enum error error;

	if (*template)
		return ERROR_NONE;
	error = template_file_load(template, renderer->folder, format->name,
				   schema, format->escape, problem);
	if (error)
		memcpy(renderer->broken, problem->message,
		       sizeof(renderer->broken));
	return error;
}

enum error renderer_need(struct renderer *renderer, const struct format *format,
			 struct problem *problem)
{
	return need(renderer, &renderer->templates[format - renderer->formats],
		    format, &values_schema, problem);
}

enum error renderer_need_other(struct renderer *renderer, size_t number,
			       struct problem *problem)
{
	return need(renderer, &renderer->other_templates[number],
		    &renderer->others->list[number], renderer->others->schema,
		    problem);
}

enum error renderer_need_all(struct renderer *renderer, struct problem *problem)
{
	enum error error = ERROR_NONE;

	for (size_t i = 0; !error && i < FORMAT_COUNT; i++)
		error = renderer_need(renderer, &renderer->formats[i], problem);
	for (size_t i = 0; !error && i < other_count(renderer); i++)
		error = renderer_need_other(renderer, i, problem);
	return error;
}

void renderer_free(struct renderer *renderer)
{
	for (size_t i = 0; i < renderer->format_count; i++)
		template_free(renderer->templates[i]);
	for (size_t i = 0; i < OWN_FORMATS_MAX; i++)
		free(renderer->own_texts[i]);
	for (size_t i = 0; i < RENDERER_OTHERS_MAX; i++)
		template_free(renderer->other_templates[i]);
	*renderer = (struct renderer){ 0 };
}
