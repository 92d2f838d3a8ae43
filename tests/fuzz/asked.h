/*
 * asked - was this text in the request? A request may say it in several
 * writings; these are the request as it came, and decoded loosely in each way
 * that a client may write: more than the product does, so a text that is in
 * none of them was never asked for.
 */
#ifndef MINTAGE_FUZZ_ASKED_H
#define MINTAGE_FUZZ_ASKED_H

#include "check.h"
#include "codes.h"

#define ASKED_SIZE 65536
#define ASKED_WRITINGS 8

static struct {
	struct {
		char text[ASKED_SIZE];
		size_t length;
	} writing[ASKED_WRITINGS];
	size_t count;
	bool is_utf16; /* then nothing is found in it */
} asked;

static inline size_t asked_utf8(unsigned long code, char *dst)
{
	if (code < 0x80) {
		dst[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		dst[0] = (char)(0xc0 | code >> 6);
		dst[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		dst[0] = (char)(0xe0 | code >> 12);
		dst[1] = (char)(0x80 | (code >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	dst[0] = (char)(0xf0 | code >> 18);
	dst[1] = (char)(0x80 | (code >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (code >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* The number that stands in the four digits of "\uXXXX", or -1. */
static inline long asked_unit(const char *text, size_t length)
{
	long code = 0;

	if (length < 6 || text[0] != '\\' || text[1] != 'u')
		return -1;
	for (size_t i = 2; i < 6; i++) {
		if (codes_digit(text[i]) < 0)
			return -1;
		code = code * 16 + codes_digit(text[i]);
	}
	return code;
}

/* Decode one escape of JSON, or of the lists of sha256sum. Returns how much of
 * `text` it takes. */
static inline size_t asked_escape(const char *text, size_t length, char *dst,
				  size_t *used)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	long code = asked_unit(text, length), low;
	const char *found;

	if (code >= 0xd800 && code < 0xdc00) {
		low = asked_unit(text + 6, length - 6);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + low - 0xdc00;
			*used += asked_utf8((unsigned long)code, dst + *used);
			return 12;
		}
	}
	if (code >= 0) {
		*used += asked_utf8((unsigned long)code, dst + *used);
		return 6;
	}
	found = text[1] ? strchr(from, text[1]) : NULL;
	dst[(*used)++] = found ? to[found - from] : text[1];
	return 2;
}

static inline size_t asked_unescape(struct slice text, char *dst)
{
	size_t used = 0;

	for (size_t i = 0; i < text.length;) {
		if (text.data[i] == '\\' && i + 1 < text.length)
			i += asked_escape(text.data + i, text.length - i, dst,
					  &used);
		else
			dst[used++] = text.data[i++];
	}
	return used;
}

/* What stands in quotes has each quote twice. */
static inline size_t asked_unquote(struct slice text, char *dst)
{
	size_t used = 0;

	for (size_t i = 0; i < text.length; i++) {
		dst[used++] = text.data[i];
		if (text.data[i] == '"' && i + 1 < text.length &&
		    text.data[i + 1] == '"')
			i++;
	}
	return used;
}

static inline struct slice asked_slice(size_t number)
{
	return slice_of(asked.writing[number].text,
			asked.writing[number].length);
}

/* Note the request, which has ASKED_SIZE - 1 bytes at most. */
static inline void asked_begin(struct slice text)
{
	CHECK(text.length < ASKED_SIZE);
	memcpy(asked.writing[0].text, text.data, text.length);
	asked.writing[0].length = text.length;
	asked.writing[1].length =
		codes_unpercent(text, true, asked.writing[1].text);
	asked.writing[2].length =
		codes_unpercent(text, false, asked.writing[2].text);
	/* Each of these as JSON says it, and the first two as CSV does. */
	for (size_t i = 0; i < 3; i++)
		asked.writing[3 + i].length = asked_unescape(
			asked_slice(i), asked.writing[3 + i].text);
	for (size_t i = 0; i < 2; i++)
		asked.writing[6 + i].length = asked_unquote(
			asked_slice(i), asked.writing[6 + i].text);
	asked.is_utf16 = memmem(text.data, text.length, "\xff\xfe", 2) ||
			 memmem(text.data, text.length, "\xfe\xff", 2) ||
			 memmem(asked.writing[1].text, asked.writing[1].length,
				"\xff\xfe", 2) ||
			 memmem(asked.writing[1].text, asked.writing[1].length,
				"\xfe\xff", 2);
}

/* Whether one of the writings of the request contains this text. */
static inline bool asked_says(struct slice text)
{
	for (size_t i = 0; i < ASKED_WRITINGS; i++) {
		if (is_in(asked_slice(i), text))
			return true;
	}
	return false;
}

/* Whether the request says this text. A request with a part in UTF-16 counts as
 * saying any text, because that part is not decoded here. */
static inline bool asked_has(struct slice text)
{
	return asked_says(text) || asked.is_utf16;
}

#endif
