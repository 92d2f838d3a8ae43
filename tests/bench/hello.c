/*
 * hello - the least that a FastCGI program on libfcgi can do: read what was
 * sent, say hello. What the web server and the protocol cost.
 */
#include <fcgiapp.h>

int main(void)
{
	FCGX_Request request;
	char waste[8192];

	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&request) == 0) {
		while (FCGX_GetStr(waste, sizeof(waste), request.in) > 0)
			;
		FCGX_PutS("Status: 200 OK\r\nContent-Type: text/plain\r\n\r\n"
			  "hello\n",
			  request.out);
	}
	return 0;
}
