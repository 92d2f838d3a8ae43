#include "docroot.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/folder.h"

const char *const docroot_variables[DOCROOT_COUNT] = {
	"DOCUMENT_ROOT",
	"CONTEXT_DOCUMENT_ROOT",
};

/* Is `path` the folder `root`, or below it? Both have their links resolved. */
static bool lies_within(const char *path, const char *root)
{
	size_t length = strlen(root);

	return strncmp(path, root, length) == 0 &&
	       (path[length] == '/' || path[length] == '\0');
}

/*
 * May the web server publish `file`, where it publishes the folder `root`? It
 * may where the file lies below `root`, and also where its name does: a symbolic
 * link is published with what it leads to, and an audit log may not exist yet.
 */
static bool is_published(const char *file, const char *root)
{
	char folder[PATH_MAX], resolved[PATH_MAX];

	if (realpath(file, resolved) && lies_within(resolved, root))
		return true;
	return folder_of(file, folder, sizeof(folder)) &&
	       realpath(folder, resolved) && lies_within(resolved, root);
}

static enum error check_file(const char *file, const char *what,
			     const char *root, struct problem *problem)
{
	if (!file || !is_published(file, root))
		return ERROR_NONE;
	return problem_set(problem, ERROR_CONFIG, NULL,
			   "%s: %s is inside the document root, %s, where "
			   "anyone may fetch it; move it out of there",
			   file, what, root);
}

static enum error check_secrets(const struct config *config, const char *root,
				struct problem *problem)
{
	static const char what[] = "this secret";
	enum error error = ERROR_NONE;

	for (const struct parent *one = config->parents; one && !error;
	     one = one->next) {
		error = check_file(one->key.secret_file, what, root, problem);
		if (!error)
			error = check_file(one->key.api_token_file, what, root,
					   problem);
	}
	for (const struct download *one = config->downloads; one && !error;
	     one = one->next)
		error = check_file(one->link_secret_file, what, root, problem);
	for (const struct domain *one = config->domains; one && !error;
	     one = one->next)
		error = check_file(one->secret_file, what, root, problem);
	return error;
}

enum error docroot_check(const struct config *config, const char *root,
			 struct problem *problem)
{
	char resolved[PATH_MAX];
	enum error error;

	if (!root || !realpath(root, resolved) || strcmp(resolved, "/") == 0)
		return ERROR_NONE;
	error = check_file(config->path, "the configuration", resolved,
			   problem);
	if (!error)
		error = check_secrets(config, resolved, problem);
	if (!error && strcmp(config->audit_log, "syslog") != 0)
		error = check_file(config->audit_log, "the audit log", resolved,
				   problem);
	if (!error)
		error = check_file(config->shares_dir, "the folder of shares",
				   resolved, problem);
	return error;
}

enum error docroot_check_all(const struct config *config,
			     const char *(*get)(void *context,
						const char *name),
			     void *context, struct problem *problem)
{
	enum error error = ERROR_NONE;

	for (size_t i = 0; i < DOCROOT_COUNT && !error; i++)
		error = docroot_check(
			config, get(context, docroot_variables[i]), problem);
	return error;
}
