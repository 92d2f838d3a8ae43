/* Manifests in UTF-16: decoded as what utf16_measure said, or refused. */
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size);
	struct problem problem;
	size_t length;
	char *decoded;

	if (utf16_has_mark(text) &&
	    utf16_measure(text, &length, &problem) == ERROR_NONE) {
		CHECK(length <= (size - 2) / 2 * 3);
		decoded = malloc(length ? length : 1);
		CHECK(decoded != NULL);
		utf16_decode(decoded, text);
		CHECK(unicode_valid(slice_of(decoded, length)) == length);
		free(decoded);
	}
	check_manifest(NULL, data, size);
	return 0;
}
