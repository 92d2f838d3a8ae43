/* Entries as rows of a table. */
#include "check.h"
#include "lib/manifest/csv.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_manifest(&manifest_csv_reader, data, size);
	return 0;
}
