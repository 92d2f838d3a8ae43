#include "shape_pattern.h"

/* Each of these functions returns how many bytes at the beginning of `text` are
 * its piece; 0 when the piece is not there. */
typedef size_t piece_fn(struct slice text);

/* The number of leading bytes that are among `set`, but at most `max`. */
static size_t count_of(struct slice text, const char *set, size_t max)
{
	size_t count = 0;

	while (count < text.length && count < max && text.data[count] != '\0' &&
	       strchr(set, text.data[count]))
		count++;
	return count;
}

static struct slice after(struct slice text, size_t count)
{
	return slice_of(text.data + count, text.length - count);
}

#define DIGITS "0123456789"

static size_t digits(struct slice text)
{
	return count_of(text, DIGITS, text.length);
}

static size_t signed_digits(struct slice text)
{
	size_t sign = count_of(text, "-", 1);
	size_t count = digits(after(text, sign));

	return count > 0 ? sign + count : 0;
}

static size_t many_digits(struct slice text)
{
	size_t count = digits(text);

	return count >= 9 ? count : 0;
}

/* The unit behind a number. */
static size_t unit(struct slice text)
{
	static const char *const spelt[] = { " Bytes", " KiB", " MiB", " GiB",
					     " TiB",   " PiB", " EiB" };
	size_t count;

	for (size_t i = 0; i < sizeof(spelt) / sizeof(spelt[0]); i++) {
		if (slice_starts(text, slice_text(spelt[i])))
			return strlen(spelt[i]);
	}
	count = count_of(text, "kKMGTPE", 1);
	count += count_of(after(text, count), "i", count);
	return count + count_of(after(text, count), "B", 1);
}

static size_t size(struct slice text)
{
	size_t count = digits(text), fraction;

	if (count == 0)
		return 0;
	if (count_of(after(text, count), ".,", 1) == 1) {
		fraction = digits(after(text, count + 1));
		count += fraction > 0 ? 1 + fraction : 0;
	}
	return count + unit(after(text, count));
}

static size_t hex(struct slice text)
{
	size_t count = count_of(text, DIGITS "abcdefABCDEF", text.length);

	return count >= 32 ? count : 0;
}

/* The length of `form` when the text begins as it: a 0 in the form is a digit,
 * other bytes are themselves. */
static size_t formed(struct slice text, const char *form)
{
	size_t length = strlen(form);

	if (text.length < length)
		return 0;
	for (size_t i = 0; i < length; i++) {
		char c = text.data[i];

		if (form[i] == '0' ? c < '0' || c > '9' : c != form[i])
			return 0;
	}
	return length;
}

static size_t day(struct slice text)
{
	return formed(text, "0000-00-00");
}

static size_t short_time(struct slice text)
{
	size_t count = formed(text, "00:00");

	return count > 0 ? count : formed(text, "0:00");
}

static size_t long_time(struct slice text)
{
	size_t count = formed(text, "00:00:00"), fraction;

	if (count == 0 || count_of(after(text, count), ".", 1) == 0)
		return count;
	fraction = digits(after(text, count + 1));
	return fraction > 0 ? count + 1 + fraction : count;
}

static size_t any_day(struct slice text)
{
	size_t used = 0, count;

	for (int part = 0; part < 3; part++) {
		used += part > 0 ? count_of(after(text, used), "./-", 1) : 0;
		count = count_of(after(text, used), DIGITS, 4);
		if (count == 0 ||
		    (part > 0 && !strchr("./-", text.data[used - 1])))
			return 0;
		used += count;
	}
	return used;
}

static size_t word(struct slice text)
{
	size_t count = 0;

	while (count < text.length && text.data[count] != ' ' &&
	       text.data[count] != '\t')
		count++;
	return count;
}

static size_t mode(struct slice text)
{
	if (count_of(text, "-.dlbcpsD", 1) != 1 ||
	    count_of(after(text, 1), "-rwxsStT", 9) != 9)
		return 0;
	return 10 + count_of(after(text, 10), ".+@", 1);
}

static size_t attributes(struct slice text)
{
	size_t count = word(text);

	if (count < 5 || count > 7 || count_of(text, "-darhsl", count) != count)
		return 0;
	return count;
}

static size_t blanks(struct slice text)
{
	return count_of(text, " ", text.length);
}

static size_t wide_blanks(struct slice text)
{
	size_t count = blanks(text);

	return count >= 2 ? count : 0;
}

static size_t dashes(struct slice text)
{
	size_t count = count_of(text, "- ", text.length);

	return count == text.length && count >= 3 ? count : 0;
}

static size_t anything(struct slice text)
{
	return text.length;
}

static size_t percent(struct slice text)
{
	return count_of(text, "%", 1);
}

static const struct {
	char letter;
	piece_fn *length;
} pieces[] = {
	{ 'd', digits },      { 'n', signed_digits }, { 'N', many_digits },
	{ 's', size },        { 'X', hex },           { 'w', word },
	{ '_', wide_blanks }, { '-', dashes },        { '%', percent },
	{ 'D', day },         { 't', short_time },    { 'T', long_time },
	{ 'q', any_day },     { 'm', mode },          { 'a', attributes },
	{ '*', anything },
};

static size_t piece(char letter, struct slice text)
{
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		if (pieces[i].letter == letter)
			return pieces[i].length(text);
	}
	return 0;
}

bool shape_pattern_matches(const char *pattern, struct slice line)
{
	size_t count;

	for (; *pattern != '\0'; pattern++) {
		if (pattern[0] == '%' && pattern[1] == '~') {
			pattern++;
			line = after(line, blanks(line));
			continue;
		}
		if (*pattern == ' ')
			count = blanks(line);
		else if (*pattern == '%')
			count = piece(*++pattern, line);
		else
			count = line.length > 0 && line.data[0] == *pattern;
		if (count == 0)
			return false;
		line = after(line, count);
	}
	return line.length == 0;
}
