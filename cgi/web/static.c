/*
 * static.c - a gethostbyname that finds nothing; linked into static programs
 * only.
 *
 * libfcgi has a function for opening sockets that looks up host names. Nothing
 * here calls it, but it is linked. The C library's gethostbyname would bring the
 * resolver along, and with it a need for shared libraries of the same version.
 */
#include <netdb.h>
#include <stddef.h>

struct hostent *gethostbyname(const char *name)
{
	(void)name;
	return NULL;
}
