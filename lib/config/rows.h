/*
 * rows - a kind of section's table at work: defaults, reading, freeing.
 *
 * `target` is a zeroed struct of the kind: struct config itself for a kind
 * without NAME.
 */
#ifndef MINTAGE_LIB_CONFIG_ROWS_H
#define MINTAGE_LIB_CONFIG_ROWS_H

#include "place.h"

/* A row of this kind is read by its `settle` alone, which looks up its key. */
extern const struct config_kind config_rows_custom;

/* Give every member its default. False when memory is out. */
bool config_rows_start(const struct config_section_kind *kind,
		       void *target) MUST_CHECK;

/* Read the section at `place`. ERROR_CONFIG when something in it can't be used;
 * what was read until then stays in *target for config_rows_release. */
enum error config_rows_read(const struct config_place *place,
			    void *target) MUST_CHECK;

/* Free and wipe what the members own. */
void config_rows_release(const struct config_section_kind *kind, void *target);

#endif
