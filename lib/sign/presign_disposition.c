/* This follows RFC 6266, section 4.3 and appendix D, and RFC 8187 for
 * characters that aren't ASCII. */
#include "presign_disposition.h"

#include "presign.h"

/* Does filename* keep this character as it is? (RFC 8187, attr-char) */
static bool is_attr_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (c && strchr("!#$&+-.^_`|~", c));
}

/* May this stand in the quoted ASCII name? Not %, as some programs decode %XX
 * there. */
static bool is_plain(char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '%';
}

static size_t ascii_name(struct slice filename, char *dst)
{
	size_t n = 0;

	for (size_t i = 0; i < filename.length; i++) {
		char c = filename.data[i];

		/* Each character gives one _: skip the bytes after its first. */
		if (((unsigned char)c & 0xc0) == 0x80)
			continue;
		dst[n++] = is_plain(c) ? c : '_';
	}
	return n;
}

static size_t extended_name(struct slice filename, char *dst)
{
	static const char digits[16] = "0123456789ABCDEF";
	size_t n = 0;

	for (size_t i = 0; i < filename.length; i++) {
		unsigned char c = (unsigned char)filename.data[i];

		if (is_attr_char((char)c)) {
			dst[n++] = (char)c;
			continue;
		}
		dst[n++] = '%';
		dst[n++] = digits[c >> 4];
		dst[n++] = digits[c & 15];
	}
	return n;
}

static size_t add(char *dst, size_t n, struct slice text)
{
	memcpy(dst + n, text.data, text.length);
	return n + text.length;
}

size_t presign_disposition(struct slice type, struct slice filename,
			   char dst[PRESIGN_VALUE_MAX])
{
	static const struct slice attachment = SLICE("attachment");
	static const struct slice before = SLICE("; filename=\"");
	static const struct slice between = SLICE("\"; filename*=UTF-8''");
	size_t n;

	if (filename.length == 0 && type.length == 0)
		return 0;
	if (type.length == 0)
		type = attachment;
	if (type.length + before.length + between.length + 4 * filename.length >
	    PRESIGN_VALUE_MAX)
		return 0;
	n = add(dst, 0, type);
	if (filename.length == 0)
		return n;
	n = add(dst, n, before);
	n += ascii_name(filename, dst + n);
	n = add(dst, n, between);
	return n + extended_name(filename, dst + n);
}
