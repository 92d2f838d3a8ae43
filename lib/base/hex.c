#include "hex.h"

#include <endian.h>
#include <string.h>

/* Secrets are encoded and decoded here. So no branch and no place in a table
 * depends on a byte; `make check-sidechannel` sees to it. Eight digits are made
 * at once, a byte of a word for each; the first is the lowest. */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The digits of these values, which are below 16. */
static inline uint64_t digits_of(uint64_t values)
{
	uint64_t letters = (values + EACH(6)) >> 4 & EACH(1);

	return values + EACH('0') + letters * ('a' - '9' - 1);
}

static inline uint64_t encode_four(uint32_t bytes)
{
	uint64_t lanes = bytes;

	lanes = (lanes | lanes << 16) & UINT64_C(0x0000ffff0000ffff);
	lanes = (lanes | lanes << 8) & UINT64_C(0x00ff00ff00ff00ff);
	return digits_of((lanes >> 4 & UINT64_C(0x000f000f000f000f)) |
			 (lanes << 8 & UINT64_C(0x0f000f000f000f00)));
}

/* `count` is 1 to 4. */
static inline void encode_some(char *dst, const uint8_t *src, size_t count)
{
	uint32_t bytes = 0;
	uint64_t digits;

	memcpy(&bytes, src, count);
	digits = htole64(encode_four(le32toh(bytes)));
	memcpy(dst, &digits, 2 * count);
}

size_t hex_encode(char *dst, const void *src, size_t length)
{
	const uint8_t *bytes = src;
	size_t i;

	for (i = 0; length - i >= 4; i += 4)
		encode_some(dst + 2 * i, bytes + i, 4);
	if (i < length)
		encode_some(dst + 2 * i, bytes + i, length - i);
	return 2 * length;
}

/* Decode eight digits. Sets a bit of *wrong where one isn't a digit: then its
 * value is over 15, or has another digit. */
static inline uint32_t decode_eight(uint64_t digits, uint64_t *wrong)
{
	uint64_t letters = digits >> 6 & EACH(1);
	uint64_t values = (digits & EACH(15)) + letters * 9;

	*wrong |= (values & EACH(0xf0)) |
		  ((digits | letters << 5) ^ digits_of(values & EACH(15)));
	values = (values << 4 | values >> 8) & UINT64_C(0x00ff00ff00ff00ff);
	values = (values | values >> 8) & UINT64_C(0x0000ffff0000ffff);
	return (uint32_t)(values | values >> 16);
}

/* `count` is 2, 4, 6 or 8. */
static inline void decode_some(uint8_t *dst, const char *src, size_t count,
			       uint64_t *wrong)
{
	uint64_t digits = EACH('0');
	uint32_t bytes;

	memcpy(&digits, src, count);
	bytes = htole32(decode_eight(le64toh(digits), wrong));
	memcpy(dst, &bytes, count / 2);
}

bool hex_decode(uint8_t *dst, const char *src, size_t length)
{
	uint64_t wrong = 0;
	size_t i;

	if (length % 2 != 0)
		return false;
	for (i = 0; length - i >= 8; i += 8)
		decode_some(dst + i / 2, src + i, 8, &wrong);
	if (i < length)
		decode_some(dst + i / 2, src + i, length - i, &wrong);
	return wrong == 0;
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
