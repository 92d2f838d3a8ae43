/*
 * config_sections - one kind of section into its struct.
 *
 * Each function fills a zeroed struct that is in the configuration's list
 * already, so that config_free finds what was allocated when it fails. All
 * errors are ERROR_CONFIG, "FILE:LINE: reason; remedy".
 */
#ifndef MINTAGE_LIB_CONFIG_SECTIONS_H
#define MINTAGE_LIB_CONFIG_SECTIONS_H

#include "value.h"

extern const struct config_kind config_account_kind;
extern const struct config_kind config_parent_kind;
extern const struct config_kind config_caller_kind;

enum error config_account_load(struct account *account,
			       const struct config_place *at) MUST_CHECK;

/* After all accounts. */
enum error config_parent_load(const struct config *config,
			      struct parent *parent,
			      const struct config_place *at) MUST_CHECK;

/* After all parents, and after the service's limits. */
enum error config_caller_load(const struct config *config,
			      struct caller *caller,
			      const struct config_place *at) MUST_CHECK;

#endif
