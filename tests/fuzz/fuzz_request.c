/* Whole requests, from a web server's variables to the last byte of the
 * answer. */
#include "check_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_request(data, size);
	return 0;
}
