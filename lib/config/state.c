#include "state.h"

#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/folder.h"

bool config_state_is_writable(const char *folder)
{
	struct stat found;

	return stat(folder, &found) == 0 && S_ISDIR(found.st_mode) &&
	       access(folder, W_OK | X_OK) == 0;
}

const char *config_state_folder(const struct config *config)
{
	if (config->state_dir)
		return config->state_dir;
	return config_state_is_writable(CONFIG_STATE_USUAL) ?
		       CONFIG_STATE_USUAL :
		       NULL;
}

bool config_state_beside_log(const struct config *config, char *dst,
			     size_t size)
{
	return strchr(config->audit_log, '/') &&
	       folder_of(config->audit_log, dst, size);
}
