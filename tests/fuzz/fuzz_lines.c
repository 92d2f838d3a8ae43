/* A key a line. */
#include "../../lib/manifest_lines.c"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(MANIFEST_LINES, data, size);
	return 0;
}
