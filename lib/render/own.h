/*
 * own - an administrator's own formats: the templates of a folder that are not
 * the program's.
 *
 * Each NAME.tmpl is the format NAME, where NAME is 1 to 32 of a-z 0-9 and "-";
 * its head says the rest (own_head.h). Hidden files are passed over.
 */
#ifndef MINTAGE_LIB_RENDER_OWN_H
#define MINTAGE_LIB_RENDER_OWN_H

#include "format.h"
#include "lib/base/problem.h"
#include "template_compile.h"

#define OWN_FORMATS_MAX 32

/* Where the formats go. The three arrays are the caller's, have
 * OWN_FORMATS_MAX places each, and are filled from the first on. */
struct own {
	struct format *formats;
	struct template **templates; /* freed with template_free */
	char **texts; /* names and types of `formats`; freed with free */
	size_t count; /* how many there are; 0 at first */
};

/*
 * Read every template of `folder` whose name is not one of the `taken_count`
 * names in `taken`, in the order of their names. A folder that doesn't exist is
 * an empty one. ERROR_TEMPLATE with file, line and reason for the first
 * template that can't be used; the formats before it are still the caller's to
 * free.
 */
enum error own_load(struct own *own, const char *folder,
		    const char *const *taken, size_t taken_count,
		    struct problem *problem) MUST_CHECK;

#endif
