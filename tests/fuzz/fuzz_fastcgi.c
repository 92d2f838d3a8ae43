/* The records of FastCGI, as a web server sends them over one connection. */
#include "check_fastcgi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_fastcgi(data, size);
	return 0;
}
