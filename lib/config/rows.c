#include "rows.h"

const struct config_kind config_rows_custom = { 0 };

bool config_rows_start(const struct config_section_kind *kind, void *target)
{
	for (size_t i = 0; i < kind->row_count; i++) {
		const struct config_row *row = &kind->rows[i];

		if (row->kind->start && !row->kind->start(row, target))
			return false;
	}
	return true;
}

/* A list may begin in the line below its key; its kind looks whether it is
 * empty. */
static enum error check_value(const struct config_place *place,
			      const struct config_row *row)
{
	const struct config_value *value;

	if (row->kind->list)
		return ERROR_NONE;
	return config_place_text(place, row, &value);
}

static enum error read_row(const struct config_place *place,
			   const struct config_row *row, void *target)
{
	enum error error = ERROR_NONE;

	if (row->needed)
		error = config_place_need(place, row->name);
	if (!error)
		error = check_value(place, row);
	if (!error && row->kind->read)
		error = row->kind->read(place, row, target);
	if (!error && row->settle)
		error = row->settle(place, target);
	return error;
}

enum error config_rows_read(const struct config_place *place, void *target)
{
	const struct config_section_kind *kind = place->section->kind;
	enum error error = ERROR_NONE;

	for (size_t i = 0; i < kind->row_count && !error; i++)
		error = read_row(place, &kind->rows[i], target);
	if (!error && kind->settle)
		error = kind->settle(place, target);
	return error;
}

void config_rows_release(const struct config_section_kind *kind, void *target)
{
	for (size_t i = 0; i < kind->row_count; i++) {
		const struct config_row *row = &kind->rows[i];

		if (row->kind->release)
			row->kind->release(row, target);
	}
	if (kind->release)
		kind->release(target);
}
