/* Lists of digests. */
#include "check.h"
#include "lib/manifest/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(manifest_format_find(slice_text("sha256sum")), data,
		       size);
	return 0;
}
