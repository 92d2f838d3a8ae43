/*
 * copy - a FastCGI program on libfcgi that reads the whole body, then writes
 * as many bytes as the query says, copied from the body over and over. What
 * it takes to move that much in and out.
 */
#include <fcgiapp.h>
#include <limits.h>
#include <stdlib.h>

static size_t parameter(const FCGX_Request *request, const char *name)
{
	const char *value = FCGX_GetParam(name, request->envp);

	return value ? strtoul(value, NULL, 10) : 0;
}

static void copy(FCGX_Request *request)
{
	size_t length = parameter(request, "CONTENT_LENGTH");
	size_t rest = parameter(request, "QUERY_STRING");
	char *body = malloc(length + 1);
	size_t part;

	if (!body || length == 0 || length > INT_MAX ||
	    FCGX_GetStr(body, (int)length, request->in) != (int)length) {
		FCGX_PutS("Status: 400 Bad Request\r\n\r\n", request->out);
		rest = 0;
	} else {
		FCGX_PutS("Status: 200 OK\r\n"
			  "Content-Type: application/json\r\n\r\n",
			  request->out);
	}
	for (; rest > 0; rest -= part) {
		part = rest < length ? rest : length;
		if (FCGX_PutStr(body, (int)part, request->out) < 0)
			break;
	}
	free(body);
}

int main(void)
{
	FCGX_Request request;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&request) == 0)
		copy(&request);
	return 0;
}
