/*
 * config - the INI file as a struct, and finding things in it.
 *
 * A file is loaded as a whole or not at all. Its format is that of
 * mintage.conf(5).
 */
#ifndef MINTAGE_LIB_CONFIG_CONFIG_H
#define MINTAGE_LIB_CONFIG_CONFIG_H

#include "types.h"

/*
 * Load the file `path`. When it fails, *problem is ERROR_CONFIG with the
 * message "FILE:LINE: reason and remedy", and *config is NULL. The caller frees
 * *config with config_free.
 */
enum error config_load(struct config **config, const char *path,
		       struct problem *problem) MUST_CHECK;

/* Load a text that is to become the file `path`. Secrets are read where
 * it names them, and relative paths begin at the folder of `path`. */
enum error config_load_text(struct config **config, const char *path,
			    struct slice text,
			    struct problem *problem) MUST_CHECK;

/* Wipes every secret. `config` may be NULL. */
void config_free(struct config *config);

/* Is there nobody whom a service with this configuration would give anything?
 * Somebody is a caller, or whoever may use a [download] without being one. */
bool config_serves_nobody(const struct config *config);

/* Find an account by its id; a parent by its access key id; a parent by the
 * name of its section. Each returns NULL when there is none, and lends what it
 * finds. */
const struct account *config_account(const struct config *config,
				     struct slice id);
const struct parent *config_parent(const struct config *config,
				   struct slice access_key_id);
const struct parent *config_parent_named(const struct config *config,
					 const char *name);

/* Find a caller by the name of its section. NULL where there is none. */
const struct caller *config_caller_named(const struct config *config,
					 struct slice name);

#endif
