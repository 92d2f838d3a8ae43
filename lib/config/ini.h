/*
 * ini - reads an INI file into sections and values.
 *
 * This knows which sections and keys there are and which keys take a list, but
 * not what the values mean. inih splits the lines. What inih does not report
 * (lines, empty sections) or would accept (long lines, which it cuts in two;
 * keys given twice) is done here.
 */
#ifndef MINTAGE_LIB_CONFIG_INI_H
#define MINTAGE_LIB_CONFIG_INI_H

#include "parsed.h"

/*
 * Read the text of the file `path`; the text isn't needed afterwards. Then
 * every section and key is a known one, and none is given twice. When it fails,
 * *problem is ERROR_CONFIG with the message "FILE:LINE: reason; remedy". The
 * caller frees *parsed with config_parsed_free in either case. `path` and
 * `kinds` are borrowed for as long as *parsed lives.
 */
enum error config_ini_parse(struct config_parsed *parsed, const char *path,
			    struct slice text,
			    const struct config_section_kind *const kinds[],
			    size_t kind_count,
			    struct problem *problem) MUST_CHECK;

#endif
