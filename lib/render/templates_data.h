/*
 * templates_data - the files of templates/, compiled into the program.
 * templates/embed.sh makes templates_data.c of them at build time.
 */
#ifndef MINTAGE_LIB_RENDER_TEMPLATES_DATA_H
#define MINTAGE_LIB_RENDER_TEMPLATES_DATA_H

#include <stddef.h>

struct embedded_template {
	const char *name; /* without ".tmpl" */
	const char *text;
	size_t length;
};

extern const struct embedded_template templates_data[];
extern const size_t templates_data_count;

#endif
