/* A key a line. */
#include "check.h"
#include "lib/manifest/lines.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(MANIFEST_LINES, data, size);
	return 0;
}
