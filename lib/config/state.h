/*
 * state - where the processes of this machine keep what they share.
 */
#ifndef MINTAGE_LIB_CONFIG_STATE_H
#define MINTAGE_LIB_CONFIG_STATE_H

#include "types.h"

/* The folder that is used where state-dir is not set and it can be written. */
#define CONFIG_STATE_USUAL "/run/mintage"

/* Is there a folder of this name in which files can be made? */
bool config_state_is_writable(const char *folder);

/* state-dir, else CONFIG_STATE_USUAL where it can be written, else NULL.
 * Borrows from the configuration. */
const char *config_state_folder(const struct config *config);

#endif
