#include "escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "slice.h"

/* Sixteen bytes at once, in vector types of the compiler. */
typedef int8_t bytes16 __attribute__((vector_size(16)));
typedef uint8_t wide __attribute__((vector_size(16)));

static const char hex_digits[16] = "0123456789abcdef";
static const char hex_upper[16] = "0123456789ABCDEF";

size_t escape_none(char *dst, const char *src, size_t length)
{
	memcpy(dst, src, length);
	return length;
}

/* True when any of sixteen bytes is below 0x20, a quote or a backslash. */
static bool json_special_wide(wide bytes)
{
	union {
		wide bytes;
		uint64_t halves[2];
	} special;

	special.bytes = (wide)(bytes < 0x20) | (wide)(bytes == '"') |
			(wide)(bytes == '\\');
	return (special.halves[0] | special.halves[1]) != 0;
}

/* True when any of the eight bytes is below 0x20, a quote or a backslash. */
static bool json_special(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t highs = UINT64_C(0x8080808080808080);
	uint64_t quote = word ^ ones * '"';
	uint64_t slash = word ^ ones * '\\';

	return (((word - ones * 0x20) | (quote - ones) | (slash - ones)) &
		~word & highs) != 0;
}

static size_t json_escape_one(char *dst, unsigned char c)
{
	static const char letters[] = "btn_fr";

	dst[0] = '\\';
	if (c == '"' || c == '\\') {
		dst[1] = (char)c;
		return 2;
	}
	if (c >= '\b' && c <= '\r' && c != '\v') {
		dst[1] = letters[c - '\b'];
		return 2;
	}
	memcpy(dst + 1, "u00", 3);
	dst[4] = hex_digits[c >> 4];
	dst[5] = hex_digits[c & 15];
	return 6;
}

size_t escape_json(char *dst, const char *src, size_t length)
{
	char *out = dst;
	size_t i = 0;

	while (i < length) {
		unsigned char c;

		if (length - i >= sizeof(wide)) {
			wide bytes;

			memcpy(&bytes, src + i, sizeof(bytes));
			if (!json_special_wide(bytes)) {
				memcpy(out, &bytes, sizeof(bytes));
				out += sizeof(bytes);
				i += sizeof(bytes);
				continue;
			}
		}
		if (length - i >= 8) {
			uint64_t word;

			memcpy(&word, src + i, 8);
			if (!json_special(word)) {
				memcpy(out, &word, 8);
				out += 8;
				i += 8;
				continue;
			}
		}
		c = (unsigned char)src[i++];
		if (c >= 0x20 && c != '"' && c != '\\')
			*out++ = (char)c;
		else
			out += json_escape_one(out, c);
	}
	return (size_t)(out - dst);
}

static size_t put(char *dst, const char *text)
{
	size_t length = strlen(text);

	memcpy(dst, text, length);
	return length;
}

static size_t html_escape_one(char *dst, char c)
{
	switch (c) {
	case '&':
		return put(dst, "&amp;");
	case '<':
		return put(dst, "&lt;");
	case '>':
		return put(dst, "&gt;");
	case '"':
		return put(dst, "&quot;");
	case '\'':
		return put(dst, "&#39;");
	case '\r': /* a parser would turn it into a line feed */
		return put(dst, "&#13;");
	case '\0': /* a parser would drop it, or take it for an error */
		return put(dst, "\xef\xbf\xbd");
	default:
		*dst = c;
		return 1;
	}
}

size_t escape_html(char *dst, const char *src, size_t length)
{
	char *out = dst;

	for (size_t i = 0; i < length; i++)
		out += html_escape_one(out, src[i]);
	return (size_t)(out - dst);
}

static size_t xml_escape_control(char *dst, char c)
{
	switch (c) {
	case '\t':
		return put(dst, "&#9;");
	case '\n':
		return put(dst, "&#10;");
	case '\r':
		return put(dst, "&#13;");
	default:
		return put(dst, "\xef\xbf\xbd");
	}
}

size_t escape_xml(char *dst, const char *src, size_t length)
{
	char *out = dst;

	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)src[i] < ' ')
			out += xml_escape_control(out, src[i]);
		else
			out += html_escape_one(out, src[i]);
	}
	return (size_t)(out - dst);
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

/* Copy sixteen bytes. True when all of them stay as they are. */
static bool sixteen_stay(char *dst, const char *src, char kept)
{
	bytes16 in, letter, stays;
	uint64_t halves[2];

	memcpy(&in, src, 16);
	memcpy(dst, src, 16);
	letter = in | 0x20;
	stays = ((letter >= 'a') & (letter <= 'z')) |
		((in >= '0') & (in <= '9')) | (in == '-') | (in == '.') |
		(in == '_') | (in == '~') |
		(in == (signed char)(kept ? kept : '-'));
	memcpy(halves, &stays, 16);
	return (halves[0] & halves[1]) == UINT64_MAX;
}

static size_t escape_percent(char *dst, const char *src, size_t length,
			     char kept)
{
	char *out = dst;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)src[i];

		if (length - i >= 16 && sixteen_stay(out, src + i, kept)) {
			out += 16;
			i += 15;
			continue;
		}
		if (is_unreserved(src[i]) || (kept && src[i] == kept)) {
			*out++ = src[i];
			continue;
		}
		*out++ = '%';
		*out++ = hex_upper[c >> 4];
		*out++ = hex_upper[c & 15];
	}
	return (size_t)(out - dst);
}

size_t escape_url(char *dst, const char *src, size_t length)
{
	return escape_percent(dst, src, length, '\0');
}

size_t escape_url_path(char *dst, const char *src, size_t length)
{
	return escape_percent(dst, src, length, '/');
}

size_t escape_shell(char *dst, const char *src, size_t length)
{
	char *out = dst;

	for (size_t i = 0; i < length; i++) {
		if (src[i] == '\'')
			out += put(out, "'\\''");
		else
			*out++ = src[i];
	}
	return (size_t)(out - dst);
}

size_t escape_csv(char *dst, const char *src, size_t length)
{
	char *out = dst;

	for (size_t i = 0; i < length; i++) {
		if (src[i] == '"')
			*out++ = '"';
		*out++ = src[i];
	}
	return (size_t)(out - dst);
}

/* May a spreadsheet take a cell that begins with these bytes for something else
 * than its text? OWASP, "CSV Injection". */
static bool is_active(const char *src, size_t length)
{
	/* The full-width forms of = + - @, then two blanks and the byte order
	 * mark, which a program may pass over. */
	static const struct slice more[] = {
		SLICE("\xef\xbc\x9d"), SLICE("\xef\xbc\x8b"),
		SLICE("\xef\xbc\x8d"), SLICE("\xef\xbc\xa0"),
		SLICE("\xc2\xa0"),     SLICE("\xe3\x80\x80"),
		SLICE("\xef\xbb\xbf"),
	};

	if (length == 0)
		return false;
	if ((unsigned char)*src <= ' ' || *src == 0x7f ||
	    memchr("=+-@'\"", *src, 6))
		return true;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		if (slice_starts(slice_of(src, length), more[i]))
			return true;
	}
	return false;
}

size_t escape_sheet(char *dst, const char *src, size_t length)
{
	size_t quote = is_active(src, length) ? 1 : 0;

	if (quote)
		*dst = '\'';
	return quote + escape_csv(dst + quote, src, length);
}

escape_fn *escape_rest(escape_fn *begin)
{
	return begin == escape_sheet ? escape_csv : begin;
}

size_t escape_curl(char *dst, const char *src, size_t length)
{
	static const char special[] = "\\\"\t\n\r\v";
	static const char letters[] = "\\\"tnrv";
	char *out = dst;

	for (size_t i = 0; i < length; i++) {
		const char *at = memchr(special, src[i], sizeof(special) - 1);

		if (at)
			*out++ = '\\';
		*out++ = at ? letters[at - special] : src[i];
	}
	return (size_t)(out - dst);
}

size_t escape_line(char *dst, const char *src, size_t length)
{
	char *out = dst;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)src[i];

		if (c >= ' ' && c != 0x7f) {
			*out++ = src[i];
			continue;
		}
		out += put(out, "\\x");
		*out++ = hex_digits[c >> 4];
		*out++ = hex_digits[c & 15];
	}
	return (size_t)(out - dst);
}
