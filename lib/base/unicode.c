#include "unicode.h"

#include <utf8proc.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Skip ASCII from `p` on: to its end, or to at most 7 bytes before it. */
static const unsigned char *skip_ascii(const unsigned char *p,
				       const unsigned char *end)
{
	uint64_t word;

	while (end - p >= (ptrdiff_t)sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		if (word & HIGH_BITS)
			break;
		p += sizeof(word);
	}
	return p;
}

static bool is_tail(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/*
 * The length of the well-formed sequence of two to four bytes at `p`, or 0. The
 * bounds of the second byte are those of The Unicode Standard, table 3-7: they
 * keep out overlong forms, surrogates and what lies above U+10FFFF.
 */
static size_t sequence_length(const unsigned char *p, size_t left)
{
	unsigned char low = 0x80, high = 0xBF;
	size_t length;

	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	length = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (left < length)
		return 0;
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (!is_tail(p[i]))
			return 0;
	return length;
}

size_t unicode_valid(struct slice text)
{
	const unsigned char *start = (const unsigned char *)text.data;
	const unsigned char *p = start, *end;
	size_t length;

	if (text.length == 0)
		return 0;
	end = start + text.length;
	while ((p = skip_ascii(p, end)) < end) {
		/* To look for eight bytes of ASCII after every character would
		 * slow down text without ASCII. */
		do {
			length = 1;
			if (*p >= 0x80)
				length = sequence_length(p, (size_t)(end - p));
			if (length == 0)
				return (size_t)(p - start);
			p += length;
		} while (p < end && *p >= 0x80);
	}
	return text.length;
}

/* The longest text that is checked, and the most code points that it can
 * decompose into: a character of two bytes becomes three at most, one of three
 * bytes becomes four. */
#define NFC_TEXT_MAX 1024
#define NFC_CODES_MAX (NFC_TEXT_MAX * 3 / 2)

/* True when all characters are below U+0300, the first that can make a text not
 * NFC. */
static bool is_below_marks(struct slice text)
{
	const unsigned char *p = (const unsigned char *)text.data;
	const unsigned char *end = p + text.length;

	while ((p = skip_ascii(p, end)) < end) {
		const unsigned char *stop = end - p < 8 ? end : p + 8;

		for (; p < stop; p++)
			if (*p >= 0xCC)
				return false;
	}
	return true;
}

/* Four characters decompose into marks only. */
static bool is_compound_mark(utf8proc_int32_t code)
{
	return code == 0x0344 || code == 0x0F73 || code == 0x0F75 ||
	       code == 0x0F81;
}

/*
 * Decode to `codes`. Returns how many there are, or 0 when marks are out of
 * canonical order. The library sorts such marks in quadratic time, which an
 * attacker could use, so it must not see them.
 */
static size_t decode_ordered(struct slice text, utf8proc_int32_t *codes)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text.data;
	const utf8proc_uint8_t *end = p + text.length;
	utf8proc_propval_t class, last = 0;
	utf8proc_ssize_t length;
	size_t count = 0;

	for (; p < end; p += length) {
		length = utf8proc_iterate(p, end - p, &codes[count]);
		if (length <= 0 || is_compound_mark(codes[count]))
			return 0;
		class = utf8proc_get_property(codes[count])->combining_class;
		if (class != 0 && class < last)
			return 0;
		last = class;
		count++;
	}
	return count;
}

/* Not part of unicode_is_nfc, so that the many texts that never get here don't
 * pay for such large arrays. */
__attribute__((noinline)) static bool is_normal(struct slice text)
{
	const utf8proc_option_t options = UTF8PROC_COMPOSE | UTF8PROC_STABLE;
	utf8proc_int32_t codes[NFC_TEXT_MAX], normal[NFC_CODES_MAX];
	utf8proc_ssize_t length;
	size_t count;

	count = decode_ordered(text, codes);
	if (count == 0)
		return false;
	length = utf8proc_decompose((const utf8proc_uint8_t *)text.data,
				    (utf8proc_ssize_t)text.length, normal,
				    NFC_CODES_MAX, options);
	if (length < 0 || length > NFC_CODES_MAX)
		return false;
	length = utf8proc_normalize_utf32(normal, length, options);
	return length == (utf8proc_ssize_t)count &&
	       memcmp(codes, normal, count * sizeof(codes[0])) == 0;
}

bool unicode_is_nfc(struct slice text)
{
	if (text.length == 0 || is_below_marks(text))
		return true;
	return text.length <= NFC_TEXT_MAX && is_normal(text);
}

size_t unicode_put(char *dst, uint32_t code)
{
	if (code < 0x80) {
		dst[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		dst[0] = (char)(0xC0 | code >> 6);
		dst[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		dst[0] = (char)(0xE0 | code >> 12);
		dst[1] = (char)(0x80 | (code >> 6 & 0x3F));
		dst[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	dst[0] = (char)(0xF0 | code >> 18);
	dst[1] = (char)(0x80 | (code >> 12 & 0x3F));
	dst[2] = (char)(0x80 | (code >> 6 & 0x3F));
	dst[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}
