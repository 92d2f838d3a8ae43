#include "place.h"

const struct config_value *config_place_value(const struct config_place *place,
					      const struct config_row *row)
{
	return config_parsed_find(place->section, row);
}

const struct config_value *config_place_named(const struct config_place *place,
					      const char *name)
{
	const struct config_value *value = place->section->values;

	while (value && strcmp(value->row->name, name) != 0)
		value = value->next;
	return value;
}

enum error config_place_empty(const struct config_place *place,
			      const struct config_value *value)
{
	const struct config_row *row = value->row;

	if (row->section)
		return CONFIG_FAIL(
			place, value,
			"'%s' is empty; write the NAME of one of the "
			"[%s NAME] sections",
			row->name, row->section);
	return CONFIG_FAIL(place, value, "'%s' is empty; give it a value%s",
			   row->name, row->needed ? "" : " or remove the line");
}

enum error config_place_text(const struct config_place *place,
			     const struct config_row *row,
			     const struct config_value **value)
{
	*value = config_place_value(place, row);
	if (!*value || (*value)->text[0] != '\0')
		return ERROR_NONE;
	return config_place_empty(place, *value);
}

enum error config_place_need(const struct config_place *place, const char *name)
{
	const struct config_section *section = place->section;

	if (config_place_named(place, name))
		return ERROR_NONE;
	return CONFIG_FAIL(place, section, "[%s%s%s] has no '%s'; add it",
			   section->kind->name, *section->name ? " " : "",
			   section->name, name);
}

enum error config_place_no_memory(const struct config_place *place)
{
	return config_fail(place->problem, place->path, 0, "out of memory");
}
