/* Entries as rows of a table. */
#include "../../lib/manifest_csv.c"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(MANIFEST_CSV, data, size);
	return 0;
}
