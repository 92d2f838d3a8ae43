#include "state.h"

#include <sys/stat.h>
#include <unistd.h>

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
