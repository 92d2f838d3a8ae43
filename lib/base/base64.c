#include "base64.h"

#include <string.h>

/* Sixteen bytes at once, in a vector type of the compiler. */
typedef int8_t bytes16 __attribute__((vector_size(16)));

static const char base64_alphabet[64] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_alphabet[64] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static uint32_t load_24(const uint8_t *src)
{
	return (uint32_t)src[0] << 16 | (uint32_t)src[1] << 8 | src[2];
}

#if defined(__x86_64__) && defined(__GLIBC__)
#if __GLIBC_PREREQ(2, 33)
#define HAVE_WIDE 1
#endif
#endif

#ifdef HAVE_WIDE
#include <sys/platform/x86.h>

typedef uint32_t words4 __attribute__((vector_size(16)));

/* Turn numbers of six bits into characters: add 'A', and from 26, 52, 62 and 63
 * on the distance to where the alphabet goes on. */
__attribute__((target("ssse3"))) static inline bytes16 characters(bytes16 six,
								  bool url)
{
	bytes16 text = six + 'A' + ((six > 25) & ('a' - 'Z' - 1)) -
		       ((six > 51) & ('z' + 1 - '0'));

	if (url)
		return text - ((six == 62) & ('9' + 1 - '-')) +
		       ((six == 63) & ('_' - '9' - 2));
	return text - ((six == 62) & ('9' + 1 - '+')) -
	       ((six == 63) & ('9' + 2 - '/'));
}

/* Write four groups of three bytes as sixteen characters. The last byte of a
 * group is the lowest of its word. */
__attribute__((target("ssse3"))) static inline void
put_groups(char *dst, words4 groups, bool url)
{
	words4 six = (groups >> 18 & 0x3f) | (groups >> 4 & 0x3f00) |
		     (groups << 10 & 0x3f0000) | (groups << 24 & 0x3f000000);
	bytes16 text = characters((bytes16)six, url);

	memcpy(dst, &text, sizeof(text));
}

/* Encode the twelve bytes at `src`. The four before them are read too. */
__attribute__((target("ssse3"))) static inline void
encode_twelve(char *dst, const uint8_t *src, bool url)
{
	bytes16 in;

	memcpy(&in, src - 4, sizeof(in));
	in = __builtin_shufflevector(in, in, 6, 5, 4, 4, 9, 8, 7, 7, 12, 11, 10,
				     10, 15, 14, 13, 13);
	put_groups(dst, (words4)in, url);
}

/* Encode `whole` bytes, a multiple of three and at least sixteen. The last
 * twelve are encoded together, though some of them may be done already. */
__attribute__((target("ssse3"))) static void
encode_wide(char *dst, const uint8_t *src, size_t whole, bool url)
{
	bytes16 in;
	size_t i;

	memcpy(&in, src, sizeof(in));
	in = __builtin_shufflevector(in, in, 2, 1, 0, 0, 5, 4, 3, 3, 8, 7, 6, 6,
				     11, 10, 9, 9);
	put_groups(dst, (words4)in, url);
	for (i = 12; whole - i >= 12; i += 12)
		encode_twelve(dst + i / 3 * 4, src + i, url);
	if (i < whole)
		encode_twelve(dst + whole / 3 * 4 - 16, src + whole - 12, url);
}
#endif

/* Encode all whole groups of three. Returns how many bytes these have. */
static size_t encode_groups(char *dst, const uint8_t *src, size_t length,
			    const char alphabet[64])
{
	size_t whole = length - length % 3;

#ifdef HAVE_WIDE
	if (whole >= 16 && CPU_FEATURE_ACTIVE(SSSE3)) {
		encode_wide(dst, src, whole, alphabet == base64url_alphabet);
		return whole;
	}
#endif
	for (size_t i = 0; i < whole; i += 3, dst += 4) {
		uint32_t bits = load_24(src + i);

		dst[0] = alphabet[bits >> 18];
		dst[1] = alphabet[bits >> 12 & 63];
		dst[2] = alphabet[bits >> 6 & 63];
		dst[3] = alphabet[bits & 63];
	}
	return whole;
}

/* Encode the last one or two bytes as two or three characters. */
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

size_t base64_url_encode(char *dst, const void *src, size_t length)
{
	const uint8_t *bytes = src;
	size_t done = encode_groups(dst, bytes, length, base64url_alphabet);
	size_t written = done / 3 * 4;

	return written + encode_rest(dst + written, bytes + done, length - done,
				     base64url_alphabet);
}

/* The number of a character: 0 to 63, or 64 when it isn't in the alphabet. */
static unsigned alphabet_value(char c, const char alphabet[64])
{
	const char *at = memchr(alphabet, c, 64);

	return at ? (unsigned)(at - alphabet) : 64;
}

/* Decode input without padding. False when the last character has bits left
 * over. */
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

bool base64_url_decode(uint8_t *dst, size_t *written, const char *src,
		       size_t length)
{
	return decode(dst, written, src, length, base64url_alphabet);
}
