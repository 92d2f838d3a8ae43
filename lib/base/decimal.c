#include "decimal.h"

size_t decimal_write(char dst[DECIMAL_MAX], uint64_t number)
{
	char reversed[DECIMAL_MAX];
	size_t length = 0;

	do {
		reversed[length++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	for (size_t i = 0; i < length; i++)
		dst[i] = reversed[length - 1 - i];
	return length;
}
