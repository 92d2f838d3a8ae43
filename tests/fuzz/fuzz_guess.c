/* Manifests of which nobody says what they are. */
#include "../../lib/manifest.c"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(MANIFEST_GUESS, data, size);
	return 0;
}
