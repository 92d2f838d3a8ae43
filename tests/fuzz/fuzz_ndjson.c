/* A JSON entry a line. */
#include "check.h"
#include "lib/manifest/ndjson.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(&manifest_ndjson_reader, data, size);
	return 0;
}
