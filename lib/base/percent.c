#include "percent.h"

#include "hex.h"

bool percent_decode(char *dst, struct slice text, struct slice *decoded)
{
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (c == '%') {
			int high, low;

			if (text.length - i < 3)
				return false;
			high = hex_digit_value(text.data[i + 1]);
			low = hex_digit_value(text.data[i + 2]);
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		dst[length++] = c;
	}
	*decoded = slice_of(dst, length);
	return true;
}
