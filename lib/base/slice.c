#include "slice.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool slice_equal_nocase(struct slice a, struct slice b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++) {
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	}
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_trim(struct slice a)
{
	while (a.length > 0 && is_blank(a.data[0])) {
		a.data++;
		a.length--;
	}
	while (a.length > 0 && is_blank(a.data[a.length - 1]))
		a.length--;
	return a;
}

bool slice_split(struct slice *rest, char separator, struct slice *part)
{
	const char *end;

	if (!rest->data)
		return false;
	end = rest->length ? memchr(rest->data, separator, rest->length) : NULL;
	if (!end) {
		*part = *rest;
		*rest = slice_of(NULL, 0);
		return true;
	}
	*part = slice_of(rest->data, (size_t)(end - rest->data));
	*rest = slice_of(end + 1, rest->length - part->length - 1);
	return true;
}

bool slice_number(struct slice a, uint64_t max, uint64_t *number)
{
	uint64_t value = 0;

	if (a.length == 0 || a.length > 20 ||
	    (a.length > 1 && a.data[0] == '0'))
		return false;
	for (size_t i = 0; i < a.length; i++) {
		unsigned digit = (unsigned)(unsigned char)a.data[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value > max)
		return false;
	*number = value;
	return true;
}

#define NEAREST_MAX 32

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same_letter(struct slice a, size_t i, struct slice b, size_t j)
{
	return lower(a.data[i - 1]) == lower(b.data[j - 1]);
}

/* Count the letters that are wrong, missing, too many, or swapped with their
 * neighbour (optimal string alignment). Case does not count. */
static size_t edit_distance(struct slice a, struct slice b)
{
	size_t rows[NEAREST_MAX + 1][NEAREST_MAX + 1];

	for (size_t i = 0; i <= a.length; i++)
		rows[i][0] = i;
	for (size_t j = 0; j <= b.length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.length; i++) {
		for (size_t j = 1; j <= b.length; j++) {
			size_t least = min(rows[i - 1][j], rows[i][j - 1]) + 1;

			least = min(least, rows[i - 1][j - 1] +
						   !same_letter(a, i, b, j));
			if (i > 1 && j > 1 && same_letter(a, i, b, j - 1) &&
			    same_letter(a, i - 1, b, j))
				least = min(least, rows[i - 2][j - 2] + 1);
			rows[i][j] = least;
		}
	}
	return rows[a.length][b.length];
}

const char *slice_nearest(struct slice name, const char *const names[],
			  size_t count)
{
	const char *best = NULL;
	size_t best_distance = 0;

	if (name.length == 0 || name.length > NEAREST_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct slice candidate = slice_text(names[i]);
		size_t distance, most;

		if (candidate.length == 0 || candidate.length > NEAREST_MAX)
			continue;
		most = 1 + candidate.length / 4;
		/* At least this many are missing or too many. */
		if (name.length > candidate.length + most ||
		    candidate.length > name.length + most)
			continue;
		distance = edit_distance(name, candidate);
		if (distance > most)
			continue;
		if (!best || distance < best_distance) {
			best = names[i];
			best_distance = distance;
		}
	}
	return best;
}
