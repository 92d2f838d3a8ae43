/*
 * sandbox - a responder denies itself what it does not need.
 *
 * Once its configuration is loaded, a responder needs the folder of the audit
 * log, state-dir, and the folder of temporary files. Whoever takes it over by
 * its input should find no more than that: no file, no program, no socket.
 * Nothing of it can be taken back. sandbox = no switches it off.
 */
#ifndef MINTAGE_CGI_SERVICE_SANDBOX_H
#define MINTAGE_CGI_SERVICE_SANDBOX_H

#include "lib/config/config.h"

/* When templates are read. */
enum sandbox_templates {
	SANDBOX_TEMPLATES_READ,   /* they were, or somebody hands them over */
	SANDBOX_TEMPLATES_NEEDED, /* each when it is needed */
};

/*
 * Confine this process for as long as it lives, as `config` says; nothing where
 * it says sandbox = no. What is open stays open.
 *
 * A folder that is made later can't be opened. So where the folder of the log
 * or state-dir is missing when a process with SANDBOX_TEMPLATES_READ confines
 * itself, only its calls are confined, and sandbox_is_late is true until
 * sandbox_complete has found the folder.
 *
 * What the kernel lacks is left out, see sandbox_lacks. ERROR_CONFIG where the
 * kernel refuses what it has: then the process is not confined, and the
 * responder must not serve.
 */
enum error sandbox_enter(const struct config *config,
			 enum sandbox_templates templates,
			 struct problem *problem) MUST_CHECK;

bool sandbox_is_late(void);

/* Confine the rest, where the folders are there by now. ERROR_CONFIG as
 * above. */
enum error sandbox_complete(const struct config *config,
			    struct problem *problem) MUST_CHECK;

/* What sandbox_enter can't deny here, and what that means, as one line; empty
 * where there is nothing. A confined process can't find out any more. */
void sandbox_lacks(char text[PROBLEM_MESSAGE_MAX]);

/*
 * Can this process, if it is confined, go on with a configuration that was
 * loaded anew? ERROR_CONFIG where that names a folder which the process can't
 * open any more, or has another `sandbox`.
 */
enum error sandbox_check(const struct config *config,
			 struct problem *problem) MUST_CHECK;

#endif
