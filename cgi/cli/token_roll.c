/*
 * mintage token roll - a new secret for the same access key id. The one before
 * is of no more use, but it is kept beside until told: the new one may turn out
 * not to have reached every machine.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "secret.h"
#include "token.h"

struct rolling {
	const char *path;
	char *fresh; /* beside it, until it takes its place */
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

/* The new value's secret. */
static enum error call(struct cli_api *api, const char *id,
		       char secret[S3_SECRET_LENGTH], struct problem *problem)
{
	struct json result;
	struct slice value;
	char path[128], room[256];
	enum error error;

	snprintf(path, sizeof(path), "%s/tokens/%s/value", api->owner, id);
	/* Rolled twice, the last value counts, and that is the one we get. */
	error = cli_api_call(api, "PUT", path, slice_text("{}"), CALL_AGAIN,
			     &result, problem);
	if (error)
		return error;
	if (json_next(&result) != JSON_STRING ||
	    json_unescape(&result, room, sizeof(room), &value) != ERROR_NONE ||
	    value.length < 16)
		return cloudflare_unexpected(problem,
					     "has no new value in it; roll it "
					     "again");
	s3_secret(value, secret);
	explicit_bzero(room, sizeof(room));
	return ERROR_NONE;
}

/* The old secret is dead already: where there is no other way to keep the new
 * one, it is shown. */
static enum cli_status keep(const struct rolling *rolling, int file,
			    struct slice secret)
{
	enum cli_status status = secret_file_fill(file, rolling->fresh, secret);

	if (status == CLI_DONE)
		status = secret_file_replace(rolling->path, rolling->fresh,
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
	char secret[S3_SECRET_LENGTH];
	struct problem problem;
	enum cli_status status;
	int file;

	if (access(rolling->previous, F_OK) == 0)
		return cli_complain("%s is still there, from the last time; "
				    "'mintage token roll --forget-previous' "
				    "deletes it",
				    rolling->previous);
	/* Made first: what can fail here must not fail afterwards. */
	status = secret_file_make(rolling->fresh, &file);
	if (status != CLI_DONE)
		return status;
	if (call(api, id, secret, &problem)) {
		(void)close(file);
		(void)unlink(rolling->fresh);
		if (api->answer.status == 0 || api->answer.status >= 500)
			cli_complain("the token may have been rolled all the "
				     "same, and the secret in %s have ended: "
				     "roll it again",
				     rolling->path);
		return token_complain(&problem);
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

/* Of a token's value only the hash is kept: its own user would have it no more.
 */
static bool is_itself(const struct cli_api *api)
{
	const struct secret *secret = &api->parent->key.secret;
	char own[S3_SECRET_LENGTH];
	bool same;

	s3_secret(slice_of(api->token.text, api->token.length), own);
	same = secret->length == sizeof(own) &&
	       digest_equal(secret->text, own, sizeof(own));
	explicit_bzero(own, sizeof(own));
	return same;
}

static enum cli_status roll_parent(struct cli_api *api,
				   const struct token_request *request)
{
	const char *id = token_id(api, request->argument);
	struct rolling rolling = { .path = NULL };
	enum cli_status status;

	if (!id)
		return CLI_FAILED;
	if (!api->parent || !api->parent->key.secret_file)
		return cli_complain("'%s' has no secret-access-key-file in %s, "
				    "so its new secret would have no place",
				    request->argument, api->config_path);
	if (!request->forget_previous && is_itself(api))
		return cli_complain(
			"the API token is the one to be rolled, and "
			"its new value would be kept nowhere: name "
			"another by --api-token-file");
	rolling.path = api->parent->key.secret_file;
	rolling.fresh = secret_file_beside(rolling.path, ".new");
	rolling.previous = secret_file_beside(rolling.path, ".previous");
	if (!rolling.fresh || !rolling.previous) {
		status = cli_complain("out of memory");
	} else if (request->forget_previous) {
		status = forget(&rolling);
	} else {
		secret_hold_signals(true);
		status = roll(api, id, &rolling);
		(void)fflush(stdout);
		secret_hold_signals(false);
	}
	free(rolling.fresh);
	free(rolling.previous);
	return status;
}

enum cli_status token_roll(const struct token_request *request)
{
	struct cli_api api = { .config = NULL };
	enum cli_status status = cli_api_open(&api, "token", &request->api);

	if (status == CLI_DONE)
		status = roll_parent(&api, request);
	cli_api_close(&api);
	return status;
}
