/* Manifests of which nobody says what they are. */
#include "check.h"
#include "lib/manifest/manifest.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(MANIFEST_GUESS, data, size);
	return 0;
}
