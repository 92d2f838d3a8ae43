#include "rate.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/sign/key.h"

/* The first name of each length is the one that is written. */
static const struct {
	const char *name, *words;
	uint32_t seconds;
} units[] = {
	{ "s", "second", 1 },  { "min", "minute", 60 }, { "m", "minute", 60 },
	{ "h", "hour", 3600 }, { "day", "day", 86400 }, { "d", "day", 86400 },
};

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

/* Set *seconds to the length that the unit names. */
static bool find_unit(struct slice name, uint32_t *seconds)
{
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		if (slice_is(name, units[i].name)) {
			*seconds = units[i].seconds;
			return true;
		}
	}
	return false;
}

static enum error read_rate(const struct config_place *place,
			    const struct config_row *row, void *target)
{
	struct rate rate = { .most = 0 }, *member = config_member(row, target);
	const struct config_value *value;
	enum error error = config_place_text(place, row, &value);
	char quoted[KEY_QUOTE_MAX];
	struct slice rest, digits;
	uint64_t number = 0;

	if (error || !value)
		return error;
	rest = slice_text(value->text);
	if (!slice_is(rest, "none") &&
	    (!slice_split(&rest, '/', &digits) ||
	     !find_unit(rest, &rate.seconds) ||
	     !slice_number(digits, row->max, &number) || number == 0))
		return CONFIG_FAIL(place, value,
				   "'%s' is '%s'; write a number from 1 to "
				   "%llu and a unit, such as 10/s, 100/min, "
				   "1000/h or 5000/day, or none for no limit",
				   row->name,
				   key_quote(quoted, slice_text(value->text)),
				   (unsigned long long)row->max);
	rate.most = (uint32_t)number;
	*member = rate;
	return ERROR_NONE;
}

enum error config_rate_need_folder(const struct config_place *at,
				   const char *key)
{
	if (at->config->state_dir)
		return ERROR_NONE;
	return CONFIG_FAIL(at, config_place_named(at, key),
			   "'%s' is counted in a file; name a folder for it by "
			   "'state-dir' in [mintage]",
			   key);
}

const char *config_rate_unit(uint32_t seconds)
{
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		if (units[i].seconds == seconds)
			return units[i].words;
	}
	return "";
}

const char *config_rate_text(char dst[CONFIG_RATE_TEXT_MAX],
			     const struct rate *rate)
{
	size_t i = 0;

	while (i + 1 < UNIT_COUNT && units[i].seconds != rate->seconds)
		i++;
	if (rate->most == 0)
		snprintf(dst, CONFIG_RATE_TEXT_MAX, "none");
	else
		snprintf(dst, CONFIG_RATE_TEXT_MAX, "%" PRIu32 "/%s",
			 rate->most, units[i].name);
	return dst;
}

const struct config_kind config_rate = {
	.read = read_rate,
};
