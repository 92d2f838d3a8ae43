#include "choice.h"

#include <stdio.h>

#include "lib/sign/key.h"

static enum error fail_choice(const struct config_place *place,
			      const struct config_row *row,
			      const struct config_value *value)
{
	char quoted[KEY_QUOTE_MAX], list[128] = "";
	size_t length = 0;

	for (size_t i = 0; row->names[i] && length < sizeof(list); i++)
		length += (size_t)snprintf(list + length, sizeof(list) - length,
					   "%s%s", i == 0 ? "" : ", ",
					   row->names[i]);
	return CONFIG_FAIL(place, value, "'%s' is '%s'; write one of %s",
			   row->name,
			   key_quote(quoted, slice_text(value->text)), list);
}

static enum error read_choice(const struct config_place *place,
			      const struct config_row *row, void *target)
{
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);
	size_t i = 0;

	if (error || !value)
		return error;
	while (row->names[i] && strcmp(value->text, row->names[i]) != 0)
		i++;
	if (!row->names[i])
		return fail_choice(place, row, value);
	config_number_set(row, target, i);
	return ERROR_NONE;
}

static enum error read_bool(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	static const struct {
		const char *name;
		bool value;
	} words[] = {
		{ "yes", true }, { "on", true },   { "true", true },
		{ "no", false }, { "off", false }, { "false", false },
	};
	char quoted[KEY_QUOTE_MAX];
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);

	if (error || !value)
		return error;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(value->text, words[i].name) == 0) {
			config_number_set(row, target, words[i].value);
			return ERROR_NONE;
		}
	}
	return CONFIG_FAIL(place, value, "'%s' is '%s'; write yes or no",
			   row->name,
			   key_quote(quoted, slice_text(value->text)));
}

const struct config_kind config_choice = {
	.start = config_number_start,
	.read = read_choice,
};

const struct config_kind config_choice_bool = {
	.start = config_number_start,
	.read = read_bool,
};
