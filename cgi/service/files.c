#include "files.h"

#include "pages.h"

enum error files_load(struct config **config, struct renderer *renderer,
		      const char *path, enum strict_user user,
		      enum files_templates templates, struct problem *problem)
{
	enum error error;

	*renderer = (struct renderer){ .folder = NULL };
	error = config_load(config, path, problem);
	if (!error)
		error = strict_check(*config, user, problem);
	if (error)
		return error;
	return (templates == FILES_NOW ? renderer_load : renderer_open)(
		renderer, (*config)->templates, &pages_others, problem);
}
