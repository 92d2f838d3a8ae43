#include "base64.h"

#include <endian.h>
#include <string.h>

/* Sixteen bytes at once, in a vector type of the compiler. */
typedef int8_t bytes16 __attribute__((vector_size(16)));

/* Tokens and codes are encoded and decoded here. So no branch and no place in a
 * table depends on a byte; `make check-sidechannel` sees to it. */

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

/* All ones when a is less than b, else 0; either is below 2^31. */
static inline uint32_t less(uint32_t a, uint32_t b)
{
	return 0 - ((a - b) >> 31);
}

#define EACH(byte) (UINT32_C(0x01010101) * (byte))

/* 1 in each byte whose number of six bits is `least` or more. */
static inline uint32_t from(uint32_t six, uint32_t least)
{
	return (six + EACH(128 - least)) >> 7 & EACH(1);
}

/* The four characters of 24 bits, the first of them the lowest byte. What is
 * added is where the parts of the alphabet lie; no byte overflows on the way. */
static inline uint32_t four_characters(uint32_t bits, bool url)
{
	uint32_t six = (bits >> 18 & 0x3f) | (bits >> 4 & 0x3f00) |
		       (bits << 10 & 0x3f0000) | (bits << 24 & 0x3f000000);
	uint32_t text = six + EACH('A') + from(six, 26) * ('a' - 'Z' - 1) -
			from(six, 52) * ('z' + 1 - '0');

	if (url)
		return text - from(six, 62) * ('9' + 1 - '-') +
		       from(six, 63) * ('_' - '-' - 1);
	return text - from(six, 62) * ('9' + 1 - '+') +
	       from(six, 63) * ('/' - '+' - 1);
}

/* Encode all whole groups of three. Returns how many bytes these have. */
static size_t encode_groups(char *dst, const uint8_t *src, size_t length,
			    bool url)
{
	size_t whole = length - length % 3;

#ifdef HAVE_WIDE
	if (whole >= 16 && CPU_FEATURE_ACTIVE(SSSE3)) {
		encode_wide(dst, src, whole, url);
		return whole;
	}
#endif
	for (size_t i = 0; i < whole; i += 3, dst += 4) {
		uint32_t text = htole32(four_characters(load_24(src + i), url));

		memcpy(dst, &text, sizeof(text));
	}
	return whole;
}

/* Encode the last one or two bytes as two or three characters. */
static size_t encode_rest(char *dst, const uint8_t *src, size_t length,
			  bool url)
{
	uint32_t bits, text;

	if (length == 0)
		return 0;
	bits = (uint32_t)src[0] << 16;
	if (length == 2)
		bits |= (uint32_t)src[1] << 8;
	text = four_characters(bits, url);
	dst[0] = (char)text;
	dst[1] = (char)(text >> 8);
	if (length == 2)
		dst[2] = (char)(text >> 16);
	return length + 1;
}

/* Encode without padding. */
static size_t encode(char *dst, const uint8_t *src, size_t length, bool url)
{
	size_t done = encode_groups(dst, src, length, url);
	size_t written = done / 3 * 4;

	return written +
	       encode_rest(dst + written, src + done, length - done, url);
}

size_t base64_encode(char *dst, const void *src, size_t length)
{
	size_t written = encode(dst, src, length, false);

	while (written % 4 != 0)
		dst[written++] = '=';
	return written;
}

size_t base64_url_encode(char *dst, const void *src, size_t length)
{
	return encode(dst, src, length, true);
}

/* `value` where `c` is one of the `count` characters from `first` on, else
 * 0. */
static inline uint32_t in_range(uint32_t c, char first, uint32_t count,
				uint32_t value)
{
	uint32_t place = (c - (unsigned char)first) & 0xff;

	return less(place, count) & (place + value);
}

/* The number of a character: 0 to 63, or 64 when it isn't in the alphabet. The
 * parts of the alphabet count from 1 here, so that 0 stands for none. */
static inline uint32_t alphabet_value(char c, bool url)
{
	uint32_t byte = (unsigned char)c;
	uint32_t one = in_range(byte, 'A', 26, 1) |
		       in_range(byte, 'a', 26, 27) |
		       in_range(byte, '0', 10, 53) |
		       in_range(byte, url ? '-' : '+', 1, 63) |
		       in_range(byte, url ? '_' : '/', 1, 64);

	return (one - 1) & 127 & ~(less(one, 1) & 63);
}

/* Decode input without padding. False when the last character has bits left
 * over. */
static bool decode(uint8_t *dst, size_t *written, const char *src,
		   size_t length, bool url)
{
	uint32_t bits = 0, all = 0;
	unsigned held = 0;
	size_t n = 0;

	if (length % 4 == 1)
		return false;
	for (size_t i = 0; i < length; i++) {
		uint32_t value = alphabet_value(src[i], url);

		all |= value;
		bits = (bits << 6 | (value & 63)) & 0xffffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			dst[n++] = (uint8_t)(bits >> held);
		}
	}
	/* What is left over counts as a character that isn't one. */
	all |= 0 - (bits & ((UINT32_C(1) << held) - 1));
	*written = n;
	return all < 64;
}

bool base64_decode(uint8_t *dst, size_t *written, const char *src,
		   size_t length)
{
	if (length % 4 != 0)
		return false;
	if (length > 0 && src[length - 1] == '=')
		length -= src[length - 2] == '=' ? 2 : 1;
	return decode(dst, written, src, length, false);
}

bool base64_url_decode(uint8_t *dst, size_t *written, const char *src,
		       size_t length)
{
	return decode(dst, written, src, length, true);
}
