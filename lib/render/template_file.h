/*
 * template_file - templates as files of a folder, or else as the copies that
 * were compiled into the program.
 */
#ifndef MINTAGE_LIB_RENDER_TEMPLATE_FILE_H
#define MINTAGE_LIB_RENDER_TEMPLATE_FILE_H

#include <limits.h>

#include "lib/base/buffer.h"
#include "template_compile.h"
#include "texts.h"

#define TEMPLATE_FILE_ENDING ".tmpl"

/* "FOLDER/NAMEENDING" into `path`. ERROR_TEMPLATE when it doesn't fit. */
enum error template_file_path(char path[PATH_MAX], const char *folder,
			      const char *name, const char *ending,
			      struct problem *problem) MUST_CHECK;

/*
 * Append the file `path` to `text`, which the caller frees with buffer_free
 * even after a failure. *found is false, and ERROR_NONE is returned, when there
 * is no such file. ERROR_TEMPLATE, with path and reason, when it can't be read,
 * is no regular file, or when everybody on this machine may write it.
 */
enum error template_file_read(struct buffer *text, const char *path,
			      bool *found, struct problem *problem) MUST_CHECK;

/*
 * Compile NAME.tmpl of `folder`, or the compiled-in copy where the folder (may
 * be NULL: none) has no such file. Its {{@name}} are replaced by `texts` first;
 * with NULL for `texts` a {{@name}} is an error. Errors are those of
 * template_file_read, texts_expand and template_compile; then *template is
 * NULL. The caller frees *template with template_free.
 */
enum error template_file_load(struct template **template, const char *folder,
			      const char *name,
			      const struct template_schema *schema,
			      escape_fn *escape, const struct texts *texts,
			      struct problem *problem) MUST_CHECK;

/* Set *text, which borrows, to the compiled-in file of this name, such as
 * "json" or "texts.en". False where there is none. */
bool template_file_find(const char *name, struct slice *text) MUST_CHECK;

/* Set *problem to ERROR_TEMPLATE with `path` and what errno says. Returns
 * ERROR_TEMPLATE. */
enum error template_file_problem(struct problem *problem,
				 const char *path) MUST_CHECK;

#endif
