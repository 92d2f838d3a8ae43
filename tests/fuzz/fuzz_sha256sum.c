/* Lists of digests. */
#include "check.h"
#include "lib/manifest/sha256sum.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(&manifest_sha256sum_reader, data, size);
	return 0;
}
