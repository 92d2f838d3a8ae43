/*
 * docroot - does the web server publish what must stay private?
 *
 * Accounts that have nothing but FTP often put everything where the pages are.
 * There the configuration, the secrets that it names and the audit log can be
 * fetched by anyone who guesses their names.
 */
#ifndef MINTAGE_CGI_SERVICE_DOCROOT_H
#define MINTAGE_CGI_SERVICE_DOCROOT_H

#include "lib/config/config.h"

/* The variables in which a web server names its folders of pages. Apache sets
 * the second one for pages outside of the first, such as those of its users. */
#define DOCROOT_COUNT 2
extern const char *const docroot_variables[DOCROOT_COUNT];

/*
 * Check that none of the configuration, the secrets and API tokens that it
 * names, and the audit log lies below the folder `root`, whose links are
 * resolved. ERROR_CONFIG for the first that does, with its path and the remedy.
 * ERROR_NONE for a root that is NULL, that doesn't exist, or that is "/", which
 * is what servers say that publish no folder at all.
 */
enum error docroot_check(const struct config *config, const char *root,
			 struct problem *problem) MUST_CHECK;

/* Call docroot_check for the value of each of docroot_variables, which
 * `get(context, name)` returns, or NULL where the variable isn't set. */
enum error docroot_check_all(const struct config *config,
			     const char *(*get)(void *context,
						const char *name),
			     void *context, struct problem *problem) MUST_CHECK;

#endif
