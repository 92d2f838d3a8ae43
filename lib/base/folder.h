/*
 * folder - the folder that a file lies in, and what a new file there needs.
 */
#ifndef MINTAGE_LIB_BASE_FOLDER_H
#define MINTAGE_LIB_BASE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* Write the folder of the file `path` to `dst`: "." for a name without one.
 * False with errno ENAMETOOLONG where it doesn't fit into `size` bytes. */
bool folder_of(const char *path, char *dst, size_t size) MUST_CHECK;

/* Write FOLDER/NAME to `dst`. False with errno ENAMETOOLONG where it doesn't
 * fit into `size` bytes. */
bool folder_join(const char *folder, const char *name, char *dst,
		 size_t size) MUST_CHECK;

/* Where root runs this program and the folder is another user's, give the open
 * file, which must be one that this process has just created, to that user: the
 * service in whose folder it lies could not open a file of root's. False with
 * errno where that fails. */
bool folder_give(const char *folder, int file) MUST_CHECK;

/* Wait until the names in the folder are on the disk: fdatasync of a new file
 * does not put its name there. False with errno where that fails. */
bool folder_sync(const char *folder) MUST_CHECK;

#endif
