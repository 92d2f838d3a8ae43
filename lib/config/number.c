#include "number.h"

#include "lib/base/duration.h"
#include "lib/sign/key.h"

void config_number_set(const struct config_row *row, void *target,
		       uint64_t number)
{
	void *member = config_member(row, target);
	uint32_t narrow = (uint32_t)number;
	bool truth = number != 0;

	if (row->size == sizeof(number))
		memcpy(member, &number, sizeof(number));
	else if (row->size == sizeof(narrow))
		memcpy(member, &narrow, sizeof(narrow));
	else
		memcpy(member, &truth, sizeof(truth));
}

bool config_number_start(const struct config_row *row, void *target)
{
	config_number_set(row, target, row->number);
	return true;
}

static enum error fail_number(const struct config_place *place,
			      const struct config_row *row,
			      const struct config_value *value,
			      const char *units)
{
	char quoted[KEY_QUOTE_MAX];

	return CONFIG_FAIL(place, value,
			   "'%s' is '%s'; write a whole number from %llu to "
			   "%llu%s",
			   row->name,
			   key_quote(quoted, slice_text(value->text)),
			   (unsigned long long)row->min,
			   (unsigned long long)row->max, units);
}

static enum error read_number(const struct config_place *place,
			      const struct config_row *row, void *target)
{
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);
	uint64_t number;

	if (error || !value)
		return error;
	if (!slice_number(slice_text(value->text), row->max, &number) ||
	    number < row->min)
		return fail_number(place, row, value, "");
	config_number_set(row, target, number);
	return ERROR_NONE;
}

/* Take the unit from the end of *digits: by how many bits it shifts them. */
static unsigned take_unit(struct slice *digits)
{
	static const char units[] = "KMG";
	const char *unit = memchr(units, digits->data[digits->length - 1],
				  sizeof(units) - 1);

	if (!unit)
		return 0;
	digits->length--;
	return (unsigned)(unit + 1 - units) * 10;
}

static enum error read_size(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);
	struct slice digits;
	unsigned shift;
	uint64_t number;

	if (error || !value)
		return error;
	digits = slice_text(value->text);
	shift = take_unit(&digits);
	if (!slice_number(digits, row->max >> shift, &number) ||
	    number << shift < row->min)
		return fail_number(place, row, value,
				   ", or with K, M or G behind it");
	config_number_set(row, target, number << shift);
	return ERROR_NONE;
}

static enum error read_rate(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);
	char quoted[KEY_QUOTE_MAX];
	struct slice rest, digits;
	uint64_t number = UINT32_MAX;

	if (error || !value)
		return error;
	rest = slice_text(value->text);
	if (!slice_is(rest, "none") &&
	    (!slice_split(&rest, '/', &digits) || !slice_is(rest, "min") ||
	     !slice_number(digits, row->max, &number)))
		return CONFIG_FAIL(place, value,
				   "'%s' is '%s'; write a rate such as 60/min, "
				   "up to %llu/min, or none for no limit",
				   row->name,
				   key_quote(quoted, slice_text(value->text)),
				   (unsigned long long)row->max);
	config_number_set(row, target, number);
	return ERROR_NONE;
}

static enum error read_duration(const struct config_place *place,
				const struct config_row *row, void *target)
{
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);
	struct problem problem;
	uint64_t seconds;

	if (error || !value)
		return error;
	if (duration_read(slice_text(value->text), NULL, row->max, &seconds,
			  &problem))
		return CONFIG_FAIL(place, value, "'%s': %s", row->name,
				   problem.message);
	config_number_set(row, target, seconds);
	return ERROR_NONE;
}

const struct config_kind config_number = {
	.start = config_number_start,
	.read = read_number,
};

const struct config_kind config_number_size = {
	.start = config_number_start,
	.read = read_size,
};

const struct config_kind config_number_rate = {
	.start = config_number_start,
	.read = read_rate,
};

const struct config_kind config_number_duration = {
	.start = config_number_start,
	.read = read_duration,
};
