/*
 * files - all files that a configuration is made of: itself, its secrets and
 * the templates. A worker and its keeper open the same files in the same order,
 * because they call the same function.
 */
#ifndef MINTAGE_CGI_SERVICE_FILES_H
#define MINTAGE_CGI_SERVICE_FILES_H

#include "lib/config/config.h"
#include "lib/render/renderer.h"
#include "strict.h"

/* When templates are compiled. */
enum files_templates {
	FILES_NOW,   /* all at once */
	FILES_LATER, /* each when it is needed */
};

/*
 * Load the configuration at `path`, judge its files for `user`, and find the
 * templates. ERROR_CONFIG or ERROR_TEMPLATE where one of the steps fails. After
 * it, *config (which may be NULL) ends with config_free, and *renderer with
 * renderer_free, also after a failure.
 */
enum error files_load(struct config **config, struct renderer *renderer,
		      const char *path, enum strict_user user,
		      enum files_templates templates,
		      struct problem *problem) MUST_CHECK;

#endif
