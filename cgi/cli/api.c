#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cgi/service/strict.h"
#include "lib/base/hex.h"

#define ENDPOINT "https://api.cloudflare.com/client/v4"

/* How long a call may take where no configuration says it, in seconds. */
#define DEADLINE_DEFAULT 60

/* ---- what there is -------------------------------------------------------- */

static enum cli_status load_config(struct cli_api *api,
				   const struct cli_api_options *options)
{
	struct problem problem;

	api->config_path = cli_config_path(options->config);
	if (!options->config && access(api->config_path, F_OK) != 0 &&
	    errno == ENOENT)
		return CLI_DONE;
	if (strict_load(&api->config, api->config_path, &problem) != ERROR_NONE)
		return cli_problem(&problem);
	return CLI_DONE;
}

/* Is `name` the name of the parent's section, or its access key id? */
static bool is_parent(const struct parent *parent, const char *name)
{
	return strcmp(parent->key.name, name) == 0 ||
	       strcmp(parent->key.access_key_id, name) == 0;
}

static void find_parent(struct cli_api *api, const char *name)
{
	const struct parent *parent = api->config ? api->config->parents : NULL;

	while (name && parent && !is_parent(parent, name))
		parent = parent->next;
	if (!name || !parent)
		return;
	api->parent = parent;
	api->account = parent->account;
}

static bool is_account_id(const char *text)
{
	return strlen(text) == 32 && hex_is_lower(text, 32);
}

static enum cli_status find_account(struct cli_api *api, const char *command,
				    const char *name)
{
	const struct account *account = api->config ? api->config->accounts :
						      NULL;
	bool is_only = account && !account->next;

	while (name && account && strcmp(account->name, name) != 0 &&
	       strcmp(account->id, name) != 0)
		account = account->next;
	if (name ? account != NULL : is_only)
		api->account = account;
	if (!api->account && name && is_account_id(name)) {
		snprintf(api->account_id, sizeof(api->account_id), "%s", name);
		return CLI_DONE;
	}
	if (!api->account && name)
		return cli_misused(command,
				   "'%s' is no account of %s, nor an "
				   "account's id of 32 hexadecimal digits",
				   name, api->config_path);
	if (!api->account)
		return cli_misused(command, "option '--account' is needed");
	snprintf(api->account_id, sizeof(api->account_id), "%s",
		 api->account->id);
	return CLI_DONE;
}

/* The API token is the one in `file`, else that of the parent that was named,
 * else that of the first parent of this account that has one. */
static enum cli_status find_token(struct cli_api *api, const char *command,
				  const char *file)
{
	const struct parent *parent = api->config ? api->config->parents : NULL;
	struct problem problem;
	struct slice token;

	if (file) {
		if (secret_load(&api->token, file, &problem) != ERROR_NONE)
			return cli_problem(&problem);
		return CLI_DONE;
	}
	if (api->parent && api->parent->key.api_token)
		parent = api->parent;
	while (parent && (!parent->key.api_token ||
			  strcmp(parent->account->id, api->account_id) != 0))
		parent = parent->next;
	if (!parent)
		return cli_misused(command,
				   "option '--api-token-file' is needed: a "
				   "file with an API token that may do this");
	token = keyed_text(parent->key.api_token);
	memcpy(api->token.text, token.data, token.length);
	api->token.length = token.length;
	return CLI_DONE;
}

enum cli_status cli_api_open(struct cli_api *api, const char *command,
			     const struct cli_api_options *options)
{
	enum cli_status status = load_config(api, options);

	if (status == CLI_DONE) {
		find_parent(api, options->parent);
		if (!api->account || options->account)
			status = find_account(api, command, options->account);
		else
			snprintf(api->account_id, sizeof(api->account_id), "%s",
				 api->account->id);
	}
	if (status == CLI_DONE && !options->offline)
		status = find_token(api, command, options->token_file);
	api->endpoint = api->account ? api->account->api_endpoint : ENDPOINT;
	if (options->user)
		snprintf(api->owner, sizeof(api->owner), "/user");
	else
		snprintf(api->owner, sizeof(api->owner), "/accounts/%s",
			 api->account_id);
	return status;
}

/* ---- calls ---------------------------------------------------------------- */

static void set_batch(const struct cli_api *api, struct upstream_batch *batch)
{
	struct slice token = slice_of(api->token.text, api->token.length);

	if (api->config) {
		upstream_settings(batch, api->config, token);
		return;
	}
	*batch = (struct upstream_batch){
		.token = token,
		.concurrency = 1,
		.seconds = DEADLINE_DEFAULT,
		.calls = 1,
		.answer_max = (size_t)1 << 20,
	};
}

enum error cli_api_call(struct cli_api *api, const char *method,
			const char *path, struct slice body, unsigned flags,
			struct json *result, struct problem *problem)
{
	struct upstream_batch batch;
	struct upstream_call call = {
		.method = method,
		.headers = slice_text("Content-Type: application/json\n"
				      "Accept: application/json\n"),
		.body = body,
		.flags = CALL_BEARER | flags,
	};
	struct buffer url = { 0 };
	enum error error;

	upstream_end(&api->upstream);
	/* Nothing of an earlier answer is left where this call has none. */
	api->answer = (struct upstream_answer){ .status = 0 };
	set_batch(api, &batch);
	if (!buffer_format(&url, "%s%s", api->endpoint, path))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	call.url = buffer_slice(&url);
	error = upstream_ask(&api->upstream, &batch, &call, &api->answer,
			     problem);
	buffer_free(&url);
	if (error)
		return error;
	return cloudflare_result(&api->answer, batch.token, result, problem);
}

bool cli_api_may_be_done(const struct cli_api *api)
{
	return api->answer.status < 400 || api->answer.status >= 500;
}

void cli_api_close(struct cli_api *api)
{
	upstream_stop(&api->upstream);
	secret_wipe(&api->token);
	config_free(api->config);
	api->config = NULL;
}
