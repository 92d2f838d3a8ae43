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
 * it says sandbox = no. What is open stays open. The folders that are used have
 * to be there: one that is made later can't be opened.
 *
 * What the kernel lacks is left out, see sandbox_lacks. ERROR_CONFIG where the
 * kernel refuses what it has: then the process is not confined, and the
 * responder must not serve.
 */
enum error sandbox_enter(const struct config *config,
			 enum sandbox_templates templates,
			 struct problem *problem) MUST_CHECK;

/* What sandbox_enter can't deny here, and what that means, as one line; empty
 * where there is nothing. */
void sandbox_lacks(char text[PROBLEM_MESSAGE_MAX]);

/*
 * Can this process, if it is confined, go on with a configuration that was
 * loaded anew? ERROR_CONFIG where that names a folder which the process can't
 * open any more, or has another `sandbox`.
 */
enum error sandbox_check(const struct config *config,
			 struct problem *problem) MUST_CHECK;

#endif
