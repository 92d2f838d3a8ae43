/*
 * state - where the processes of this machine keep what they share.
 */
#ifndef MINTAGE_LIB_CONFIG_STATE_H
#define MINTAGE_LIB_CONFIG_STATE_H

#include "types.h"

/* The folder that is used where state-dir is not set, if files can be made in
 * it. */
#define CONFIG_STATE_USUAL "/run/mintage"

/* Is there a folder of this name in which files can be made? */
bool config_state_is_writable(const char *folder);

/* state-dir, else CONFIG_STATE_USUAL where it can be written, else NULL.
 * Borrows from the configuration. */
const char *config_state_folder(const struct config *config);

/* Write the folder of the audit log to `dst`, of `size` bytes. False where the
 * log is the system's and has none, or where the name does not fit. */
bool config_state_beside_log(const struct config *config, char *dst,
			     size_t size) MUST_CHECK;

#endif
