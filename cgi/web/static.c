/*
 * static.c - in static programs only.
 *
 * libfcgi's function for opening sockets, which nothing here calls, looks up
 * host names. The C library's own would bring the resolver along, and with it
 * shared libraries of its very own version.
 */
#include <netdb.h>
#include <stddef.h>

struct hostent *gethostbyname(const char *name)
{
	(void)name;
	return NULL;
}
