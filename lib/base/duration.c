#include "duration.h"

#include <inttypes.h>

static const struct {
	const char *name;
	uint64_t seconds;
} units[] = {
	{ "", 1 },     { "s", 1 },     { "m", 60 },     { "min", 60 },
	{ "h", 3600 }, { "d", 86400 }, { "w", 604800 },
};

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

/* What is wrong with a text that names no length of time in range. */
enum fault { NO_DURATION, SEVERAL_UNITS, UNKNOWN_UNIT, TOO_SHORT, TOO_LONG };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Cut *rest behind its first digits, and return these. */
static struct slice take_digits(struct slice *rest)
{
	struct slice digits = *rest;
	size_t count = 0;

	while (count < rest->length && is_digit(rest->data[count]))
		count++;
	digits.length = count;
	if (count > 0)
		*rest = slice_of(rest->data + count, rest->length - count);
	return digits;
}

/* What is wrong with a text whose unit is none of ours? */
static enum fault judge_unit(struct slice unit)
{
	size_t letters = 0;

	for (size_t i = 0; i < unit.length; i++) {
		if (!is_letter(unit.data[i]) && !is_digit(unit.data[i]))
			return NO_DURATION;
		letters += is_letter(unit.data[i]);
	}
	if (letters == unit.length)
		return UNKNOWN_UNIT;
	return is_letter(unit.data[0]) &&
			       is_letter(unit.data[unit.length - 1]) ?
		       SEVERAL_UNITS :
		       NO_DURATION;
}

static enum error fail_range(struct slice shown, enum fault fault,
			     const char *pointer, uint64_t max,
			     struct problem *problem)
{
	uint64_t week = units[UNIT_COUNT - 1].seconds;

	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "'%.*s' is too %s: write 1 to %" PRIu64 " seconds%s",
			   (int)shown.length, shown.data,
			   fault == TOO_SHORT ? "short" : "long", max,
			   max >= week ? ", such as " DURATION_EXAMPLES : "");
}

static enum error fail(struct slice text, struct slice unit, enum fault fault,
		       const char *pointer, uint64_t max,
		       struct problem *problem)
{
	struct slice shown =
		slice_of(text.length ? text.data : "",
			 text.length > 32 ? (size_t)32 : text.length);

	switch (fault) {
	case SEVERAL_UNITS:
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'%.*s' has more than one unit: write it in "
				   "one, such as 90m for an hour and a half",
				   (int)shown.length, shown.data);
	case UNKNOWN_UNIT:
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'%.*s' has the unit '%.*s', and the units "
				   "are s, m, h, d and w: "
				   "write " DURATION_EXAMPLES,
				   (int)shown.length, shown.data,
				   unit.length > 16 ? 16 : (int)unit.length,
				   unit.data);
	case TOO_SHORT:
	case TOO_LONG:
		return fail_range(shown, fault, pointer, max, problem);
	case NO_DURATION:
		break;
	}
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "'%.*s' is not a length of time: write a whole "
			   "number of seconds, or one with a unit, such "
			   "as " DURATION_EXAMPLES,
			   (int)shown.length, shown.data);
}

enum error duration_read(struct slice text, const char *pointer, uint64_t max,
			 uint64_t *seconds, struct problem *problem)
{
	struct slice unit = text, digits = take_digits(&unit);
	uint64_t number;
	size_t i = 0;

	if (digits.length == 0 || (digits.length > 1 && digits.data[0] == '0'))
		return fail(text, unit, NO_DURATION, pointer, max, problem);
	while (i < UNIT_COUNT && !slice_is(unit, units[i].name))
		i++;
	if (i == UNIT_COUNT)
		return fail(text, unit, judge_unit(unit), pointer, max,
			    problem);
	/* A number of digits alone fails only where it is too large. */
	if (!slice_number(digits, max / units[i].seconds, &number))
		return fail(text, unit, TOO_LONG, pointer, max, problem);
	if (number == 0)
		return fail(text, unit, TOO_SHORT, pointer, max, problem);
	*seconds = number * units[i].seconds;
	return ERROR_NONE;
}
