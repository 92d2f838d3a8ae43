/* The records of FastCGI, as a web server sends them over one connection. */
#include "cgi/web/fastcgi_pairs.c"
#include "cgi/web/fastcgi_reader.c"
#include "cgi/web/fastcgi_record.c"
#include "check_fastcgi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_fastcgi(data, size);
	return 0;
}
