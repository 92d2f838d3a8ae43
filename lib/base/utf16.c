#include "utf16.h"

#include <inttypes.h>

#include "unicode.h"

static const struct slice little = SLICE("\xFF\xFE");
static const struct slice big = SLICE("\xFE\xFF");

/* Where a text is being read, two bytes at a time. */
struct utf16 {
	const unsigned char *next;
	const unsigned char *end; /* an even number of bytes behind `next` */
	unsigned high;            /* where in a unit its high byte stands */
};

/* Begin behind the mark. */
static struct utf16 begin(struct slice text)
{
	const unsigned char *bytes = (const unsigned char *)text.data;

	return (struct utf16){
		.next = bytes + 2,
		.end = bytes + text.length - text.length % 2,
		.high = slice_starts(text, little) ? 1 : 0,
	};
}

static uint32_t unit_at(const struct utf16 *utf16, const unsigned char *p)
{
	return (uint32_t)p[utf16->high] << 8 | p[1 - utf16->high];
}

/* Read a character. False when it is half a surrogate pair. */
static bool next_code(struct utf16 *utf16, uint32_t *code)
{
	uint32_t unit = unit_at(utf16, utf16->next), low;

	utf16->next += 2;
	*code = unit;
	if (unit < 0xD800 || unit > 0xDFFF)
		return true;
	if (unit > 0xDBFF || utf16->next == utf16->end)
		return false;
	low = unit_at(utf16, utf16->next);
	if (low < 0xDC00 || low > 0xDFFF)
		return false;
	utf16->next += 2;
	*code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
	return true;
}

bool utf16_has_mark(struct slice text)
{
	return slice_starts(text, little) || slice_starts(text, big);
}

bool utf16_lacks_mark(struct slice text)
{
	const unsigned char *p = (const unsigned char *)text.data;

	if (text.length < 4)
		return false;
	return (p[0] != 0 && p[0] < 0x80 && p[1] == 0 && p[2] != 0 &&
		p[2] < 0x80 && p[3] == 0) ||
	       (p[0] == 0 && p[1] != 0 && p[1] < 0x80 && p[2] == 0 &&
		p[3] != 0 && p[3] < 0x80);
}

enum error utf16_measure(struct slice text, size_t *length,
			 struct problem *problem)
{
	struct utf16 utf16 = begin(text);
	uint64_t line = 1, character = 1;
	uint32_t code;

	*length = 0;
	if (slice_starts(text, little) && text.length >= 4 &&
	    text.data[2] == '\0' && text.data[3] == '\0')
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "the text is UTF-32; save it as UTF-8");
	while (utf16.next < utf16.end) {
		if (!next_code(&utf16, &code))
			return problem_set(problem, ERROR_MALFORMED, NULL,
					   "line %" PRIu64
					   ", character %" PRIu64
					   ": half a character (0x%04x) in "
					   "UTF-16; save the text as UTF-8",
					   line, character, (unsigned)code);
		*length += code < 0x80    ? 1 :
			   code < 0x800   ? 2 :
			   code < 0x10000 ? 3 :
					    4;
		character = code == '\n' ? 1 : character + 1;
		line += code == '\n';
	}
	if (text.length % 2)
		return problem_set(problem, ERROR_MALFORMED, NULL,
				   "line %" PRIu64
				   ": the text is UTF-16 with an odd number of "
				   "bytes (%zu), so it was cut or changed; "
				   "send it whole, or save it as UTF-8",
				   line, text.length);
	return ERROR_NONE;
}

void utf16_decode(char *dst, struct slice text)
{
	struct utf16 utf16 = begin(text);
	uint32_t code;

	while (utf16.next < utf16.end && next_code(&utf16, &code))
		dst += unicode_put(dst, code);
}
