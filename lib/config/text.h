/*
 * text - values that are texts: kept as they are, or paths.
 */
#ifndef MINTAGE_LIB_CONFIG_TEXT_H
#define MINTAGE_LIB_CONFIG_TEXT_H

#include "place.h"

/* The text as it is, not empty. The member is a char *, NULL when there is
 * neither a value nor a default. */
extern const struct config_kind config_text;

/* A path as config_text has texts. One that isn't absolute begins at the folder
 * of the configuration. The row's `names` are words that are kept as they are. */
extern const struct config_kind config_text_path;

/* Does a text stand in quotes? Words of lists may, and a text that does would
 * keep them. */
bool config_text_is_quoted(const char *text);

/* Free *out and put `text` in its place, which *out owns from then on.
 * ERROR_CONFIG when `text` is NULL, as when memory is out. */
enum error config_text_replace(const struct config_place *place, char **out,
			       char *text) MUST_CHECK;

/* For kinds of owned texts: how they begin and end. */
bool config_text_start(const struct config_row *row, void *target);
void config_text_release(const struct config_row *row, void *target);

/* Read the path of `row` into *out, as config_text_path does. */
enum error config_text_path_read(const struct config_place *place,
				 const struct config_row *row,
				 char **out) MUST_CHECK;

#endif
