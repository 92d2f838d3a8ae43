/* A key a line. */
#include "check.h"
#include "lib/manifest/lines.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(&manifest_lines_reader, data, size);
	return 0;
}
