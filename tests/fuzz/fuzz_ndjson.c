/* A JSON entry a line. */
#include "check.h"
#include "lib/manifest/json.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(MANIFEST_NDJSON, data, size);
	return 0;
}
