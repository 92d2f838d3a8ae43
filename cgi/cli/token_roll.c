/*
 * mintage token roll - a new secret for the same access key id. The old secret
 * ends at once. Its file is kept until --forget-previous all the same, because
 * the new one may turn out not to have reached every machine.
 */
#include "token_roll.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/json_text.h"
#include "secret.h"
#include "token_request.h"

struct rolling {
	const char *path;
	char *fresh; /* the new secret's file, until it replaces `path` */
	char *previous;
};

static enum cli_status forget(const struct rolling *rolling)
{
	if (unlink(rolling->previous) == 0) {
		printf("%s is gone.\n", rolling->previous);
		return CLI_DONE;
	}
	return cli_complain("%s: %s", rolling->previous, strerror(errno));
}

/* Ask for a new value of the token, and derive its secret. */
static enum error call(struct cli_api *api, const char *id,
		       char secret[CLI_SECRET_LENGTH], struct problem *problem)
{
	struct json result;
	struct slice value;
	char path[128], scratch[256];
	enum error error;

	snprintf(path, sizeof(path), "%s/tokens/%s/value", api->owner, id);
	/* A lost answer may be asked for again: only the last value counts,
	 * and that is the one we get. */
	error = cli_api_call(api, "PUT", path, slice_text("{}"), CALL_AGAIN,
			     &result, problem);
	if (error)
		return error;
	if (json_next(&result) != JSON_STRING ||
	    json_text_unescape(&result, scratch, sizeof(scratch), &value) !=
		    ERROR_NONE ||
	    value.length < 16)
		return cloudflare_unexpected(problem,
					     "has no new value in it; roll it "
					     "again");
	cli_secret_derive(value, secret);
	explicit_bzero(scratch, sizeof(scratch));
	return ERROR_NONE;
}

/* Keep the new secret in its file. When that fails it is shown, because the old
 * one has ended already and this one can't be had again. */
static enum cli_status keep(const struct rolling *rolling, int file,
			    struct slice secret)
{
	enum cli_status status = cli_secret_fill(file, rolling->fresh, secret);

	if (status == CLI_DONE)
		status = cli_secret_replace(rolling->path, rolling->fresh,
					    rolling->previous);
	if (status == CLI_DONE)
		return CLI_DONE;
	cli_complain("the token was rolled, and its new secret is not in %s: "
		     "it follows on standard output",
		     rolling->path);
	printf("%.*s\n", (int)secret.length, secret.data);
	return CLI_FAILED;
}

static enum cli_status roll(struct cli_api *api, const char *id,
			    const struct rolling *rolling)
{
	char secret[CLI_SECRET_LENGTH];
	struct problem problem;
	enum cli_status status;
	int file;

	if (access(rolling->previous, F_OK) == 0)
		return cli_complain("%s is still there, from the last time; "
				    "'mintage token roll --forget-previous' "
				    "deletes it",
				    rolling->previous);
	/* The file is made before the roll, so that a full or read-only disk
	 * shows before the old secret ends. */
	status = cli_secret_make(rolling->fresh, &file);
	if (status != CLI_DONE)
		return status;
	if (call(api, id, secret, &problem)) {
		(void)close(file);
		(void)unlink(rolling->fresh);
		if (cli_api_may_be_done(api))
			cli_complain("the token may have been rolled all the "
				     "same, and the secret in %s have ended: "
				     "roll it again",
				     rolling->path);
		return token_request_complain(&problem);
	}
	status = keep(rolling, file, slice_of(secret, sizeof(secret)));
	explicit_bzero(secret, sizeof(secret));
	if (status == CLI_DONE)
		printf("%s has a new secret, in %s; the one before is in %s "
		       "until 'mintage token roll --forget-previous %s'.\n",
		       id, rolling->path, rolling->previous,
		       api->parent->key.name);
	puts("Every credential and link that was made with the old one has "
	     "just ended. A service that runs takes the new one on SIGHUP.");
	return status;
}

/* Is the API token itself the one to be rolled? Then its new value would be
 * lost, because only the secret derived from it is kept. */
static bool is_itself(const struct cli_api *api)
{
	const struct keyed *secret = api->parent->key.secret;
	char own[CLI_SECRET_LENGTH];
	struct keyed keyed;
	bool same;

	if (!secret)
		return false;
	cli_secret_derive(slice_of(api->token.text, api->token.length), own);
	keyed_begin(&keyed, slice_of(own, sizeof(own)));
	same = keyed_is_same(secret, &keyed);
	keyed_wipe(&keyed);
	explicit_bzero(own, sizeof(own));
	return same;
}

static enum cli_status roll_parent(struct cli_api *api,
				   const struct token_request *request)
{
	const char *id = token_request_id(api, request->api.parent);
	struct rolling rolling = { .path = NULL };
	enum cli_status status;

	if (!id)
		return CLI_FAILED;
	if (!api->parent || !api->parent->key.secret_file)
		return cli_complain("'%s' has no secret-access-key-file in %s, "
				    "so its new secret would have no place",
				    request->api.parent, api->config_path);
	if (!request->forget_previous && is_itself(api))
		return cli_complain(
			"the API token is the one to be rolled, and "
			"its new value would be kept nowhere: name "
			"another by --api-token-file");
	rolling.path = api->parent->key.secret_file;
	rolling.fresh = cli_secret_beside(rolling.path, ".new");
	rolling.previous = cli_secret_beside(rolling.path, ".previous");
	if (!rolling.fresh || !rolling.previous) {
		status = cli_complain("out of memory");
	} else if (request->forget_previous) {
		status = forget(&rolling);
	} else {
		cli_secret_hold_signals(true);
		status = roll(api, id, &rolling);
		(void)cli_flush();
		cli_secret_hold_signals(false);
	}
	free(rolling.fresh);
	free(rolling.previous);
	return status;
}

static const struct cli_option options[] = {
	{ "forget-previous", OPTION_FLAG(struct token_request, forget_previous),
	  "only delete what the last roll kept" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct token_request request = { .name = NULL };
	struct cli_api api = { .config = NULL };
	enum cli_status status = command_read(command, argc, argv, &request);

	/* Deleting a file needs no API token. */
	request.api.offline = request.forget_previous;
	if (status == CLI_DONE)
		status = cli_api_open(&api, command->group, &request.api);
	if (status == CLI_DONE)
		status = roll_parent(&api, &request);
	cli_api_close(&api);
	token_request_free(&request);
	return status;
}

const struct command token_roll_command = {
	.group = "token",
	.name = "roll",
	.summary = "a new secret for the same id; ends every credential of the "
		   "old one",
	.synopsis = "PARENT",
	.options = options,
	.common = token_request_options,
	.argument = { "PARENT", true,
		      offsetof(struct token_request, api.parent) },
	.run = run,
};
