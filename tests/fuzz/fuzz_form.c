/* Forms and queries: application/x-www-form-urlencoded. */
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_form(data, size);
	return 0;
}
