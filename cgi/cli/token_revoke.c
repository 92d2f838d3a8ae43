/*
 * mintage token revoke - end an API token, and with it whatever it signed.
 */
#include "token_revoke.h"

#include <stdio.h>

#include "token_request.h"

static enum cli_status revoke(struct cli_api *api, const char *argument)
{
	const char *id = token_request_id(api, argument);
	struct problem problem;
	struct json result;
	char path[128];

	if (!id)
		return CLI_FAILED;
	snprintf(path, sizeof(path), "%s/tokens/%s", api->owner, id);
	if (cli_api_call(api, "DELETE", path, slice_of(NULL, 0), 0, &result,
			 &problem))
		return token_request_complain(&problem);
	printf("%s has ended, and with it every credential and link that it "
	       "signed.\n",
	       id);
	if (api->parent)
		printf("Take [parent %s] out of %s%s%s.\n",
		       api->parent->key.name, api->config_path,
		       api->parent->key.secret_file ? ", and delete " : "",
		       api->parent->key.secret_file ?
			       api->parent->key.secret_file :
			       "");
	return CLI_DONE;
}

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct token_request request = { .name = NULL };
	struct cli_api api = { .config = NULL };
	enum cli_status status = command_read(command, argc, argv, &request);

	if (status == CLI_DONE)
		status = cli_api_open(&api, command->group, &request.api);
	if (status == CLI_DONE)
		status = revoke(&api, request.api.parent);
	cli_api_close(&api);
	token_request_free(&request);
	return status;
}

const struct command token_revoke_command = {
	.group = "token",
	.name = "revoke",
	.summary = "ends it, and all that it signed; PARENT may be any token's "
		   "id",
	.synopsis = "PARENT",
	.common = token_request_options,
	.argument = { "PARENT", true,
		      offsetof(struct token_request, api.parent) },
	.run = run,
};
