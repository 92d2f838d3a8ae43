#include "language.h"

/* The weight behind a range, in thousandths: ";q=0.5". */
static unsigned weight_of(struct slice parameters)
{
	struct slice text = slice_trim(parameters);
	unsigned weight = 0, unit = 1000;

	if (text.length == 0)
		return 1000;
	if (text.length < 3 || (text.data[0] | 0x20) != 'q' ||
	    text.data[1] != '=')
		return 0;
	for (size_t i = 2; i < text.length && unit > 0; i++) {
		char c = text.data[i];

		if (c == '.' && i == 3)
			continue;
		if (c < '0' || c > '9')
			return 0;
		weight += (unsigned)(c - '0') * unit;
		unit /= 10;
	}
	return weight < 1000 ? weight : 1000;
}

/* The range without its last hyphen and what stands behind that; an empty one
 * where the range has no hyphen. */
static struct slice shorten(struct slice range)
{
	while (range.length > 0 && range.data[range.length - 1] != '-')
		range.length--;
	if (range.length > 0)
		range.length--;
	return range;
}

/* The place of the language that the range stands for, or `count` where it
 * stands for none of them. */
static size_t find(struct slice range, const char *const languages[],
		   size_t count)
{
	for (; range.length > 0; range = shorten(range)) {
		for (size_t i = 0; i < count; i++) {
			if (slice_equal_nocase(range, slice_text(languages[i])))
				return i;
		}
	}
	return count;
}

size_t language_choose(struct slice accept_language,
		       const char *const languages[], size_t count)
{
	unsigned best = 0;
	size_t chosen = 0;
	struct slice one, range;

	while (slice_split(&accept_language, ',', &one)) {
		unsigned weight;
		size_t found;

		slice_split(&one, ';', &range);
		weight = weight_of(one);
		found = find(slice_trim(range), languages, count);
		if (found < count && weight > best) {
			best = weight;
			chosen = found;
		}
	}
	return chosen;
}
