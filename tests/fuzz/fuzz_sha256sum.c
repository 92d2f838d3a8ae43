/* Lists of digests. */
#include "check.h"
#include "lib/manifest/sha256sum.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(MANIFEST_SHA256SUM, data, size);
	return 0;
}
