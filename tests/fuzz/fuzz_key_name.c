/* Manifests of other programs, whose key is in a column or member of its own. */
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the name. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	struct problem problem;
	char name[MANIFEST_NAME_MAX + 1];
	size_t length = end ? (size_t)(end - data) : size;

	if (!end || manifest_names_check(slice_of((const char *)data, length),
					 NULL, &problem) != ERROR_NONE)
		return 0;
	memcpy(name, data, length);
	name[length] = '\0';
	check_keyed(NULL, name, end + 1, size - length - 1);
	return 0;
}
