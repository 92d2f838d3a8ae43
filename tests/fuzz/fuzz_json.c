/* JSON documents and arrays as manifests. */
#include "check.h"
#include "lib/manifest/json.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(&manifest_json_reader, data, size);
	return 0;
}
