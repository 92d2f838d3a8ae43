#include "strict.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/opener.h"
#include "lib/base/ownership.h"
#include "lib/config/state.h"

/* Judge each file in the folder: any of them may be a template. */
static enum error content_check(struct ownership *ownership, const char *folder,
				struct problem *problem)
{
	DIR *listing = opener_list(folder);
	enum error error = ERROR_NONE;
	const struct dirent *entry;
	char path[PATH_MAX];

	if (!listing)
		return ERROR_NONE;
	while (!error && (entry = readdir(listing))) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    (size_t)snprintf(path, sizeof(path), "%s/%s", folder,
				     entry->d_name) >= sizeof(path))
			continue;
		error = ownership_check(ownership, path, problem);
	}
	(void)closedir(listing);
	return error;
}

static enum error path_check(struct ownership *ownership, const char *path,
			     struct problem *problem)
{
	if (!path || strcmp(path, "syslog") == 0)
		return ERROR_NONE;
	return ownership_check(ownership, path, problem);
}

static enum error secrets_check(struct ownership *ownership,
				const struct config *config,
				struct problem *problem)
{
	const struct parent *parent = config->parents;
	enum error error = ERROR_NONE;

	for (; parent && !error; parent = parent->next) {
		error = path_check(ownership, parent->key.secret_file, problem);
		if (!error)
			error = path_check(ownership,
					   parent->key.api_token_file, problem);
	}
	for (const struct download *one = config->downloads; one && !error;
	     one = one->next)
		error = path_check(ownership, one->link_secret_file, problem);
	for (const struct domain *one = config->domains; one && !error;
	     one = one->next)
		error = path_check(ownership, one->secret_file, problem);
	return error;
}

/* The owner of the folder that the audit log is in; root where nobody knows. */
static uid_t log_owner(const struct config *config)
{
	char folder[PATH_MAX];
	struct stat status;

	if (config_state_beside_log(config, folder, sizeof(folder)) &&
	    stat(folder, &status) == 0)
		return status.st_uid;
	return 0;
}

enum error strict_check(const struct config *config, enum strict_user user,
			struct problem *problem)
{
	const char *const paths[] = {
		config->path,       config->audit_log,   config->state_dir,
		config->shares_dir, config->api_ca_file,
	};
	struct ownership ownership;
	enum error error = ERROR_NONE;

	if (!config->strict_modes)
		return ERROR_NONE;
	ownership_begin(&ownership);
	if (user == STRICT_PROMPT && geteuid() == 0)
		ownership.other = log_owner(config);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && !error; i++)
		error = path_check(&ownership, paths[i], problem);
	if (!error)
		error = secrets_check(&ownership, config, problem);
	/* The others are most often near one another, so the templates' folder
	 * comes last: a folder on the way that was judged is not judged again.
	 */
	if (!error)
		error = path_check(&ownership, config->templates, problem);
	if (!error)
		error = content_check(&ownership, config->templates, problem);
	return error;
}

enum error strict_load(struct config **config, const char *path,
		       struct problem *problem)
{
	enum error error = config_load(config, path, problem);

	if (error)
		return error;
	error = strict_check(*config, STRICT_PROMPT, problem);
	if (error) {
		config_free(*config);
		*config = NULL;
	}
	return error;
}
