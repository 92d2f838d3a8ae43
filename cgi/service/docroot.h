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

/* The variables that a web server names its folders of pages in (Apache has
 * the second one for what lies elsewhere, as users' pages do). */
#define DOCROOT_COUNT 2
extern const char *const docroot_variables[DOCROOT_COUNT];

/*
 * ERROR_CONFIG, with the file, the reason and the remedy, when one of those
 * files lies below the folder `root`, links resolved. A root that is NULL,
 * that isn't there, or that is "/" (what servers say that publish no folder
 * at all) has nothing in it.
 */
enum error docroot_check(const struct config *config, const char *root,
			 struct problem *problem) MUST_CHECK;

/* The same for all of the variables, of which `get` returns the value or
 * NULL. */
enum error docroot_check_all(const struct config *config,
			     const char *(*get)(void *context,
						const char *name),
			     void *context, struct problem *problem) MUST_CHECK;

#endif
