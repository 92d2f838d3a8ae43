#include "accept.h"

#include "header.h"

#define QUALITY_MAX 1000

/* What a weight that can't be read counts as. */
#define QUALITY_UNREADABLE 1

/* ---- values ---------------------------------------------------------------- */

/* Take the next character of a value; the quotes around it and the backslashes
 * between them are passed over. False at its end. */
static bool next_character(struct slice *value, struct slice *character)
{
	size_t used = 0;

	while (used < value->length && value->data[used] == '"')
		used++;
	if (used + 1 < value->length && value->data[used] == '\\')
		used++;
	if (used >= value->length)
		return false;
	*character = slice_of(value->data + used, 1);
	*value = slice_of(value->data + used + 1, value->length - used - 1);
	return true;
}

static bool values_are_equal(struct slice a, struct slice b)
{
	struct slice one, other;

	while (next_character(&a, &one)) {
		if (!next_character(&b, &other) ||
		    !slice_equal_nocase(one, other))
			return false;
	}
	return !next_character(&b, &other);
}

static bool is(struct slice a, const char *text)
{
	return slice_equal_nocase(a, slice_text(text));
}

/* ---- the weight ----------------------------------------------------------- */

/* "0.75" -> 750. */
static unsigned read_quality(struct slice text)
{
	unsigned value = 0, scale = QUALITY_MAX;
	bool has_digit = false, has_point = false, is_zero = true;
	struct slice c;

	while (next_character(&text, &c)) {
		unsigned digit = (unsigned)(unsigned char)*c.data - '0';

		if (*c.data == '.' && !has_point) {
			has_point = true;
			scale /= 10;
			continue;
		}
		if (digit > 9)
			return QUALITY_UNREADABLE;
		has_digit = true;
		is_zero = is_zero && digit == 0;
		if (has_point || value == 0)
			value += digit * scale;
		if (has_point)
			scale /= 10;
	}
	if (!has_digit)
		return QUALITY_UNREADABLE;
	if (value == 0 && !is_zero)
		return 1;
	return value < QUALITY_MAX ? value : QUALITY_MAX;
}

/* ---- one range ------------------------------------------------------------ */

/* How exactly `range` names `type`: struct accept_rank lists the kinds. */
static unsigned kind_of(struct slice range, struct slice type)
{
	struct slice rest = type, major;

	if (slice_is(range, "*/*") || slice_is(range, "*"))
		return 1;
	if (slice_equal_nocase(range, type))
		return 3;
	if (slice_split(&rest, '/', &major) &&
	    range.length == major.length + 2 &&
	    slice_equal_nocase(slice_of(range.data, major.length), major) &&
	    slice_is(slice_of(range.data + major.length, 2), "/*"))
		return 2;
	return 0;
}

/* Does the type with these parameters have one of this name and value? */
static bool has_parameter(struct slice parameters, struct slice name,
			  struct slice value)
{
	bool is_charset = is(name, "charset");
	struct slice other, its;

	while (header_next_parameter(&parameters, &other, &its)) {
		if (slice_equal_nocase(other, name))
			return values_are_equal(its, value);
	}
	return is_charset && values_are_equal(value, slice_text("utf-8"));
}

/* What one range says of a type. `exactness` is 0 where it doesn't match, and
 * else grows with its kind and the number of its parameters. */
struct opinion {
	unsigned kind;
	unsigned quality;
	size_t exactness;
};

static struct opinion read_range(struct slice range, struct slice content_type)
{
	struct opinion opinion = { .quality = QUALITY_MAX };
	struct slice type = slice_of("", 0), name = type, value;
	bool has_quality = false;
	size_t parameters = 0;

	(void)header_next_part(&content_type, ';', &type);
	(void)header_next_part(&range, ';', &name);
	opinion.kind = kind_of(name, type);
	while (header_next_parameter(&range, &name, &value)) {
		if (!is(name, "q")) {
			parameters++;
			if (!has_parameter(content_type, name, value))
				opinion.kind = 0;
		} else if (!has_quality) {
			has_quality = true;
			opinion.quality = read_quality(value);
		}
	}
	/* No header has so many parameters that one kind reaches the next. */
	if (opinion.kind > 0)
		opinion.exactness = ((size_t)opinion.kind << 24) + parameters;
	return opinion;
}

/* ---- all of them ---------------------------------------------------------- */

struct accept_rank accept_rank(struct slice accept, struct slice content_type)
{
	struct accept_rank rank = { .quality = 0 };
	struct slice range;
	size_t best = 0, place = 0;

	while (header_next_part(&accept, ',', &range)) {
		struct opinion opinion;

		if (range.length == 0)
			continue;
		opinion = read_range(range, content_type);
		if (opinion.exactness > best) {
			best = opinion.exactness;
			rank.quality = opinion.quality;
			rank.kind = opinion.kind;
			rank.place = place;
		}
		place++;
	}
	if (place == 0)
		rank.quality = QUALITY_MAX;
	return rank;
}

bool accept_prefers(struct accept_rank a, struct accept_rank b)
{
	if (a.quality != b.quality)
		return a.quality > b.quality;
	if (a.quality == 0)
		return false;
	if (a.kind != b.kind)
		return a.kind > b.kind;
	return a.place < b.place;
}
