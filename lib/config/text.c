#include "text.h"

#include <stdio.h>
#include <stdlib.h>

enum error config_text_replace(const struct config_place *place, char **out,
			       char *text)
{
	if (!text)
		return config_place_no_memory(place);
	free(*out);
	*out = text;
	return ERROR_NONE;
}

bool config_text_is_quoted(const char *text)
{
	size_t length = strlen(text);

	return length >= 2 && (text[0] == '"' || text[0] == '\'') &&
	       text[length - 1] == text[0];
}

bool config_text_start(const struct config_row *row, void *target)
{
	char **out = config_member(row, target);

	*out = row->text ? strdup(row->text) : NULL;
	return *out || !row->text;
}

void config_text_release(const struct config_row *row, void *target)
{
	char **out = config_member(row, target);

	free(*out);
	*out = NULL;
}

static enum error read_text(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);

	if (error || !value)
		return error;
	return config_text_replace(place, config_member(row, target),
				   strdup(value->text));
}

static bool is_one_of(const char *const *names, const char *text)
{
	while (names && *names && strcmp(*names, text) != 0)
		names++;
	return names && *names;
}

enum error config_text_path_read(const struct config_place *place,
				 const struct config_row *row, char **out)
{
	const char *slash = strrchr(place->path, '/');
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);
	char *text;

	if (error || !value)
		return error;
	if (value->text[0] == '/' || !slash ||
	    is_one_of(row->names, value->text))
		return config_text_replace(place, out, strdup(value->text));
	if (asprintf(&text, "%.*s%s", (int)(slash + 1 - place->path),
		     place->path, value->text) < 0)
		text = NULL;
	return config_text_replace(place, out, text);
}

static enum error read_path(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	return config_text_path_read(place, row, config_member(row, target));
}

const struct config_kind config_text = {
	.start = config_text_start,
	.read = read_text,
	.release = config_text_release,
};

const struct config_kind config_text_path = {
	.start = config_text_start,
	.read = read_path,
	.release = config_text_release,
};
