#include "token_request.h"

const struct cli_option token_request_options[] = {
	{ "account", OPTION_TEXT("ACCOUNT", struct token_request, api.account),
	  "its section's name or its id" },
	{ "api-token-file",
	  OPTION_TEXT("FILE", struct token_request, api.token_file),
	  "else the API token of a parent of that account" },
	{ "user", OPTION_FLAG(struct token_request, api.user),
	  "tokens of the user who owns the API token, not of the account" },
	{ "config", OPTION_TEXT("FILE", struct token_request, api.config),
	  "the configuration, if there is one yet" },
	OPTIONS_END,
};

void token_request_free(struct token_request *request)
{
	options_words_free(&request->buckets);
	options_words_free(&request->addresses);
}

const char *token_request_id(const struct cli_api *api, const char *argument)
{
	if (api->parent)
		return api->parent->key.access_key_id;
	if (cloudflare_is_id(slice_text(argument)) && strlen(argument) == 32)
		return argument;
	cli_complain("'%s' is neither a parent of %s nor a token's id",
		     argument, api->config_path);
	return NULL;
}

enum cli_status token_request_complain(const struct problem *problem)
{
	if (strstr(problem->message, "Cloudflare answered 401") ||
	    strstr(problem->message, "Cloudflare answered 403"))
		return cli_complain("%s; the API token must be allowed to edit "
				    "API tokens",
				    problem->message);
	return cli_problem(problem);
}
