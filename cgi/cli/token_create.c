/*
 * mintage token create - a new parent: its token at Cloudflare, its secret in a
 * file, its section to be pasted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret.h"
#include "token_creation.h"

/* ---- at Cloudflare -------------------------------------------------------- */

/* Their ids differ between accounts; their names are documented. */
static enum error find_group(struct creation *creation, struct problem *problem)
{
	const char *wanted = creation_group(creation)->name;
	struct cloudflare_text texts[] = { { .name = "id" },
					   { .name = "name" } };
	struct buffer room = { 0 };
	enum json_token token;
	struct json result;
	char path[128];
	enum error error;

	snprintf(path, sizeof(path), "%s/tokens/permission_groups",
		 creation->api.owner);
	error = cli_api_call(&creation->api, "GET", path, slice_of(NULL, 0),
			     CALL_AGAIN, &result, problem);
	if (!error && json_next(&result) != JSON_ARRAY)
		error = cloudflare_unexpected(problem, "is no list");
	if (!error && !buffer_reserve(&room, creation->api.answer.body.length))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	while (!error && (token = json_next(&result)) != JSON_ARRAY_END) {
		error = cloudflare_texts(&result, token, texts, 2, &room,
					 problem);
		if (!error && slice_is(texts[1].value, wanted) &&
		    cloudflare_is_id(texts[0].value))
			snprintf(creation->group, sizeof(creation->group),
				 "%.*s", (int)texts[0].value.length,
				 texts[0].value.data);
	}
	buffer_free(&room);
	if (!error && !creation->group[0])
		error = problem_set(problem, ERROR_UPSTREAM, NULL,
				    "Cloudflare names no permission group "
				    "'%s' to this API token",
				    wanted);
	return error;
}

/* "com.cloudflare...": "*", for all that the token reaches. */
static bool add_resources(const struct creation *creation, struct buffer *body)
{
	const char *account = creation->api.account_id;
	size_t count = creation->request->buckets.count;

	if (creation_group(creation)->whole_account)
		return buffer_format(body,
				     "\"com.cloudflare.api.account.%s\":\"*\"",
				     account);
	for (size_t i = 0; i < count; i++) {
		if (!buffer_format(body,
				   "%s\"com.cloudflare.edge.r2.bucket."
				   "%s_%s_%.*s\":\"*\"",
				   i ? "," : "", account,
				   creation_jurisdiction(creation),
				   (int)creation->buckets[i].length,
				   creation->buckets[i].data))
			return false;
	}
	return true;
}

static bool add_conditions(const struct creation *creation, struct buffer *body)
{
	const struct words_given *addresses = &creation->request->addresses;

	if (creation->expires[0] &&
	    !buffer_format(body, ",\"expires_on\":\"%s\"", creation->expires))
		return false;
	if (addresses->count == 0)
		return true;
	if (!buffer_format(body, ",\"condition\":{\"request_ip\":{\"in\":["))
		return false;
	for (size_t i = 0; i < addresses->count; i++) {
		if (!buffer_format(body, "%s\"%s\"", i ? "," : "",
				   addresses->list[i]))
			return false;
	}
	return buffer_format(body, "]}}");
}

static bool make_body(const struct creation *creation, struct buffer *body)
{
	return buffer_format(body,
			     "{\"name\":\"mintage %s\",\"policies\":[{"
			     "\"effect\":\"allow\",\"resources\":{",
			     creation->name) &&
	       add_resources(creation, body) &&
	       buffer_format(body,
			     "},\"permission_groups\":[{\"id\":\"%s\"}]}]",
			     creation->group) &&
	       add_conditions(creation, body) && buffer_format(body, "}");
}

/* The token's id, and what its value makes of a secret. */
static enum error make_token(struct creation *creation, char id[65],
			     char secret[S3_SECRET_LENGTH],
			     struct problem *problem)
{
	struct cloudflare_text texts[] = { { .name = "id" },
					   { .name = "value" } };
	struct buffer body = { 0 };
	struct json result;
	char path[128];
	enum error error;

	snprintf(path, sizeof(path), "%s/tokens", creation->api.owner);
	if (!make_body(creation, &body))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	else
		error = cli_api_call(&creation->api, "POST", path,
				     buffer_slice(&body), 0, &result, problem);
	body.length = 0;
	if (!error && !buffer_reserve(&body, creation->api.answer.body.length))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	if (!error)
		error = cloudflare_texts(&result, json_next(&result), texts, 2,
					 &body, problem);
	if (!error &&
	    (!cloudflare_is_id(texts[0].value) || texts[1].value.length < 16))
		error = cloudflare_unexpected(problem, "holds no token; see "
						       "'mintage token list'");
	if (!error) {
		snprintf(id, 65, "%.*s", (int)texts[0].value.length,
			 texts[0].value.data);
		s3_secret(texts[1].value, secret);
	}
	buffer_free(&body);
	return error;
}

/* A token whose secret nobody has is of no use to anybody. */
static void take_back(struct creation *creation, const char *id)
{
	struct problem problem;
	struct json result;
	char path[128];

	snprintf(path, sizeof(path), "%s/tokens/%s", creation->api.owner, id);
	if (cli_api_call(&creation->api, "DELETE", path, slice_of(NULL, 0), 0,
			 &result, &problem) != ERROR_NONE)
		cli_complain("the token %s is left over: revoke it", id);
}

/* ---- all of it ------------------------------------------------------------ */

/* What to call an account that has no section yet. */
static const char *account_name(const struct creation *creation)
{
	const struct cli_api *api = &creation->api;
	const struct account *other = api->config ? api->config->accounts :
						    NULL;

	if (api->account)
		return api->account->name;
	while (other && strcmp(other->name, "main") != 0)
		other = other->next;
	return other ? api->account_id : "main";
}

static void print_account(struct cli_output *output,
			  const struct creation *creation)
{
	cli_print(output, "[account %s]\nid = %s\n", account_name(creation),
		  creation->api.account_id);
	if (creation->jurisdiction != JURISDICTION_DEFAULT)
		cli_print(output, "jurisdiction = %s\n",
			  creation_jurisdiction(creation));
	sink_text(&output->sink, "\n");
}

static enum cli_status print_sections(const struct creation *creation,
				      const char *id)
{
	/* A relative one would begin at the configuration's folder. */
	char *path = realpath(creation->path, NULL);
	struct cli_output output;

	cli_output_begin(&output);
	if (!creation->api.account)
		print_account(&output, creation);
	cli_print(&output, "[parent %s]\naccount = %s\naccess-key-id = %s\n",
		  creation->name, account_name(creation), id);
	sink_text(&output.sink, "secret-access-key-file = ");
	sink_text(&output.sink, path ? path : creation->path);
	free(path);
	cli_print(&output, "\npermission = %s\nbuckets =",
		  permission_names[creation->permission]);
	for (size_t i = 0; i < creation->request->buckets.count; i++)
		cli_print(&output, " %.*s", (int)creation->buckets[i].length,
			  creation->buckets[i].data);
	sink_text(&output.sink, "\n");
	return cli_output_end(&output);
}

/* Root's file, in a folder that another group is let into: whoever that is for
 * can't read this one. */
static void tell_of_group(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) :
			       strdup(".");
	struct stat found;

	if (folder && geteuid() == 0 && stat(folder, &found) == 0 &&
	    found.st_gid != 0)
		cli_complain("note: only root can read %s; for a service in "
			     "its folder's group: chgrp --reference=%s %s && "
			     "chmod 640 %s",
			     path, folder, path, path);
	free(folder);
}

/* The file first: nothing is made at Cloudflare that could not be kept. */
static enum cli_status create(struct creation *creation)
{
	char secret[S3_SECRET_LENGTH];
	struct problem problem;
	enum cli_status status;
	char id[65];
	int file;

	if (find_group(creation, &problem))
		return token_complain(&problem);
	status = secret_file_make(creation->path, &file);
	if (status != CLI_DONE)
		return status;
	if (make_token(creation, id, secret, &problem)) {
		(void)close(file);
		(void)unlink(creation->path);
		if (creation->api.answer.status == 0 ||
		    creation->api.answer.status >= 500)
			cli_complain("a token may have been made all the same: "
				     "'mintage token list' shows it as "
				     "\"mintage %s\"; revoke it",
				     creation->name);
		return token_complain(&problem);
	}
	status = secret_file_fill(file, creation->path,
				  slice_of(secret, sizeof(secret)));
	explicit_bzero(secret, sizeof(secret));
	if (status == CLI_DONE) {
		tell_of_group(creation->path);
		return print_sections(creation, id);
	}
	(void)unlink(creation->path);
	take_back(creation, id);
	return status;
}

enum cli_status token_create(const struct token_request *request)
{
	struct creation creation = { .request = request };
	enum cli_status status = creation_read(&creation);

	if (status == CLI_DONE)
		status = cli_api_open(&creation.api, "token", &request->api);
	if (status == CLI_DONE)
		status = creation_settle(&creation);
	if (status == CLI_DONE) {
		secret_hold_signals(true);
		status = create(&creation);
		secret_hold_signals(false);
	}
	cli_api_close(&creation.api);
	creation_free(&creation);
	return status;
}
