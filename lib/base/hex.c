#include "hex.h"

static const char hex_digits[16] = "0123456789abcdef";

size_t hex_encode(char *dst, const void *src, size_t length)
{
	const uint8_t *bytes = src;

	for (size_t i = 0; i < length; i++) {
		dst[2 * i] = hex_digits[bytes[i] >> 4];
		dst[2 * i + 1] = hex_digits[bytes[i] & 15];
	}
	return 2 * length;
}

bool hex_decode(uint8_t *dst, const char *src, size_t length)
{
	if (length % 2 != 0)
		return false;
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_digit_value(src[i]);
		int low = hex_digit_value(src[i + 1]);

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
