/* Links that other programs made, or that somebody made up. */
#include "check_links.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_links(data, size);
	return 0;
}
