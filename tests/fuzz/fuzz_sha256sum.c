/* Lists of digests. */
#include "../../lib/manifest_sha256sum.c"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(MANIFEST_SHA256SUM, data, size);
	return 0;
}
