#include "encode.h"

#include <string.h>

static const char base64_alphabet[64] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_alphabet[64] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static uint32_t load_24(const uint8_t *src)
{
	return (uint32_t)src[0] << 16 | (uint32_t)src[1] << 8 | src[2];
}

/* The whole groups of three; returns how many bytes they were. */
static size_t encode_groups(char *dst, const uint8_t *src, size_t length,
			    const char alphabet[64])
{
	size_t whole = length - length % 3;

	for (size_t i = 0; i < whole; i += 3, dst += 4) {
		uint32_t bits = load_24(src + i);

		dst[0] = alphabet[bits >> 18];
		dst[1] = alphabet[bits >> 12 & 63];
		dst[2] = alphabet[bits >> 6 & 63];
		dst[3] = alphabet[bits & 63];
	}
	return whole;
}

/* The last one or two bytes as two or three characters. */
static size_t encode_rest(char *dst, const uint8_t *src, size_t length,
			  const char alphabet[64])
{
	uint32_t bits;

	if (length == 0)
		return 0;
	bits = (uint32_t)src[0] << 16;
	if (length == 2)
		bits |= (uint32_t)src[1] << 8;
	dst[0] = alphabet[bits >> 18];
	dst[1] = alphabet[bits >> 12 & 63];
	if (length == 2)
		dst[2] = alphabet[bits >> 6 & 63];
	return length + 1;
}

size_t base64_encode(char *dst, const void *src, size_t length)
{
	const uint8_t *bytes = src;
	size_t done = encode_groups(dst, bytes, length, base64_alphabet);
	size_t written = done / 3 * 4;

	written += encode_rest(dst + written, bytes + done, length - done,
			       base64_alphabet);
	while (written % 4 != 0)
		dst[written++] = '=';
	return written;
}

size_t base64url_encode(char *dst, const void *src, size_t length)
{
	const uint8_t *bytes = src;
	size_t done = encode_groups(dst, bytes, length, base64url_alphabet);
	size_t written = done / 3 * 4;

	return written + encode_rest(dst + written, bytes + done, length - done,
				     base64url_alphabet);
}

static const char hex_digits[16] = "0123456789abcdef";
static const char hex_upper[16] = "0123456789ABCDEF";

size_t hex_encode(char *dst, const void *src, size_t length)
{
	const uint8_t *bytes = src;

	for (size_t i = 0; i < length; i++) {
		dst[2 * i] = hex_digits[bytes[i] >> 4];
		dst[2 * i + 1] = hex_digits[bytes[i] & 15];
	}
	return 2 * length;
}

/* 0-63, or 64 for a character that isn't in the alphabet. */
static unsigned alphabet_value(char c, const char alphabet[64])
{
	const char *at = memchr(alphabet, c, 64);

	return at ? (unsigned)(at - alphabet) : 64;
}

/* Unpadded input; strict about stray bits in the last character. */
static bool decode(uint8_t *dst, size_t *written, const char *src,
		   size_t length, const char alphabet[64])
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t n = 0;

	if (length % 4 == 1)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned value = alphabet_value(src[i], alphabet);

		if (value == 64)
			return false;
		bits = (bits << 6 | value) & 0xffffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			dst[n++] = (uint8_t)(bits >> held);
		}
	}
	*written = n;
	return (bits & ((UINT32_C(1) << held) - 1)) == 0;
}

bool base64_decode(uint8_t *dst, size_t *written, const char *src,
		   size_t length)
{
	if (length % 4 != 0)
		return false;
	if (length > 0 && src[length - 1] == '=')
		length -= src[length - 2] == '=' ? 2 : 1;
	return decode(dst, written, src, length, base64_alphabet);
}

bool base64url_decode(uint8_t *dst, size_t *written, const char *src,
		      size_t length)
{
	return decode(dst, written, src, length, base64url_alphabet);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_decode(uint8_t *dst, const char *src, size_t length)
{
	if (length % 2 != 0)
		return false;
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_value(src[i]);
		int low = hex_value(src[i + 1]);

		if (high < 0 || low < 0)
			return false;
		dst[i / 2] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool hex_is_lower(const char *src, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!((src[i] >= '0' && src[i] <= '9') ||
		      (src[i] >= 'a' && src[i] <= 'f')))
			return false;
	}
	return true;
}

size_t escape_none(char *dst, const char *src, size_t length)
{
	memcpy(dst, src, length);
	return length;
}

/* True when any of eight bytes is below 0x20, a quote or a backslash. */
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

static size_t escape_percent(char *dst, const char *src, size_t length,
			     char kept)
{
	char *out = dst;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)src[i];

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
