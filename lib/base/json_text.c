#include "json_text.h"

#include "hex.h"
#include "unicode.h"

static uint32_t hex_unit(const char *digits)
{
	uint32_t unit = 0;

	for (int i = 0; i < 4; i++)
		unit = unit << 4 | (uint32_t)hex_digit_value(digits[i]);
	return unit;
}

/*
 * Decode the escape whose backslash is at *p, and move *p behind it. The reader
 * has checked its form. False at a lone surrogate, where *p stays.
 */
static bool read_escape(const char **p, const char *end, uint32_t *code)
{
	static const char letters[] = "bfnrt", controls[] = "\b\f\n\r\t";
	const char *s = *p + 1, *letter;
	uint32_t low;

	if (*s != 'u') {
		letter = strchr(letters, *s);
		*code = (unsigned char)(letter ? controls[letter - letters] :
						 *s);
		*p = s + 1;
		return true;
	}
	*code = hex_unit(s + 1);
	s += 5;
	if (*code >= 0xD800 && *code <= 0xDFFF) {
		if (*code > 0xDBFF || end - s < 6 || s[0] != '\\' ||
		    s[1] != 'u')
			return false;
		low = hex_unit(s + 2);
		if (low < 0xDC00 || low > 0xDFFF)
			return false;
		*code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
		s += 6;
	}
	*p = s;
	return true;
}

enum error json_text_unescape(const struct json *json, char *scratch,
			      size_t size, struct slice *text)
{
	const char *p = json->text.data, *end = p + json->text.length, *stop;
	size_t used = 0, length;
	uint32_t code;
	char utf8[4];

	if (!json->escaped) {
		*text = json->text;
		return ERROR_NONE;
	}
	while (p < end) {
		stop = memchr(p, '\\', (size_t)(end - p));
		length = (size_t)((stop ? stop : end) - p);
		if (length > size - used)
			return ERROR_TOO_LARGE;
		memcpy(scratch + used, p, length);
		used += length;
		if (stop == NULL)
			break;
		p = stop;
		if (!read_escape(&p, end, &code))
			return ERROR_MALFORMED;
		length = unicode_put(utf8, code);
		if (length > size - used)
			return ERROR_TOO_LARGE;
		memcpy(scratch + used, utf8, length);
		used += length;
	}
	*text = slice_of(scratch, used);
	return ERROR_NONE;
}

enum error json_text_problem(const struct json *json, enum error error,
			     const char *pointer, struct problem *problem)
{
	const char *p = json->text.data, *end = p + json->text.length;
	uint32_t code;

	while (p < end && (p = memchr(p, '\\', (size_t)(end - p))) != NULL)
		if (!read_escape(&p, end, &code))
			return problem_set(problem, ERROR_MALFORMED, pointer,
					   "a lone surrogate (%.6s) is not a "
					   "character; surrogates come in "
					   "pairs",
					   p);
	return problem_set(problem, error, pointer, "the text is too long");
}
