#include "parsed.h"

#include <stdlib.h>

void config_parsed_free(struct config_parsed *parsed)
{
	while (parsed->sections) {
		struct config_section *section = parsed->sections;

		parsed->sections = section->next;
		while (section->values) {
			struct config_value *value = section->values;

			section->values = value->next;
			free(value->text);
			free(value);
		}
		free(section->name);
		free(section);
	}
}

const struct config_value *
config_parsed_find(const struct config_section *section,
		   const struct config_row *row)
{
	const struct config_value *value = section->values;

	while (value && value->row != row)
		value = value->next;
	return value;
}
