/*
 * strict - may only root and the user change what this program reads and
 * writes?
 *
 * Whoever can write the configuration, a secret, a template or a folder above
 * them decides who gets what. strict-modes = no switches this off.
 */
#ifndef MINTAGE_CGI_SERVICE_STRICT_H
#define MINTAGE_CGI_SERVICE_STRICT_H

#include "lib/config/config.h"

/* On whose behalf the files are judged. */
enum strict_user {
	STRICT_SERVICE, /* the user of the process */
	STRICT_PROMPT,  /* likewise; where that is root, files may also belong
			 * to the owner of the audit log's folder, as which
			 * the service runs */
};

/*
 * Judge the configuration, the secrets, the templates, the audit log and the
 * folders that it names, and all folders above them; see ownership.h.
 * ERROR_CONFIG for the first that somebody else could change. ERROR_NONE where
 * the configuration has strict-modes = no.
 */
enum error strict_check(const struct config *config, enum strict_user user,
			struct problem *problem) MUST_CHECK;

/* Load the configuration at `path` as config_load does, for a command of the
 * prompt, and check it. Where that fails, *config is NULL. */
enum error strict_load(struct config **config, const char *path,
		       struct problem *problem) MUST_CHECK;

#endif
