/*
 * file - the bytes of a configuration file.
 */
#ifndef MINTAGE_LIB_CONFIG_FILE_H
#define MINTAGE_LIB_CONFIG_FILE_H

#include "lib/base/buffer.h"
#include "lib/base/problem.h"

/*
 * Append the content of the file `path` to *text, which the caller frees with
 * buffer_free also after an error. ERROR_CONFIG when it can't be opened or
 * read, isn't a regular file, is longer than 16 MiB, or when others than its
 * owner and group can write it.
 */
enum error config_file_read(struct buffer *text, const char *path,
			    struct problem *problem) MUST_CHECK;

#endif
