/*
 * assets_data - the files of templates/assets/, compiled into the program:
 * templates/assets/embed.sh makes assets_data.c of them at build time.
 */
#ifndef MINTAGE_CGI_WEB_ASSETS_DATA_H
#define MINTAGE_CGI_WEB_ASSETS_DATA_H

#include <stddef.h>

/* A file that pages load: a style sheet or a script. */
struct asset {
	const char *name; /* "page.css" */
	const char *type; /* its Content-Type */
	const char *data;
	size_t length;
};

/* All of them, sorted by name. */
extern const struct asset assets_data[];
extern const size_t assets_data_count;

/* The first 16 hexadecimal digits of a SHA-256 over the data of all of them. */
extern const char assets_data_version[];

#endif
