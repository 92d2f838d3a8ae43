/*
 * mintage token create - a new parent: its token at Cloudflare, its secret in a
 * file, its section to be pasted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../lib/config_ini.h"
#include "cli_secret.h"
#include "cli_token.h"

/* What is about to be made. */
struct creation {
	const struct token_request *request;
	struct cli_api api;
	enum permission permission;
	enum jurisdiction jurisdiction;
	bool has_jurisdiction; /* said with a bucket */
	struct slice *buckets; /* without their jurisdictions */
	char expires[21];      /* or "" */
	char *name;
	char *path;     /* of the secret's file */
	char group[65]; /* id of the permission group */
};

static const char *const jurisdictions[] = {
	[JURISDICTION_DEFAULT] = "default",
	[JURISDICTION_EU] = "eu",
	[JURISDICTION_FEDRAMP] = "fedramp",
};

#define JURISDICTION_COUNT 3

/* Cloudflare's own names of what its tokens may do. */
static const struct {
	const char *group;
	bool whole_account;
} groups[PERMISSION_COUNT] = {
	[PERMISSION_OBJECT_READ_ONLY] = { "Workers R2 Storage Bucket Item Read",
					  false },
	[PERMISSION_OBJECT_READ_WRITE] = { "Workers R2 Storage Bucket Item Write",
					   false },
	[PERMISSION_ADMIN_READ_ONLY] = { "Workers R2 Storage Read", true },
	[PERMISSION_ADMIN_READ_WRITE] = { "Workers R2 Storage Write", true },
};

/* ---- what was asked for --------------------------------------------------- */

static enum cli_status misused(const char *option, const char *why)
{
	return cli_misused("token", "%s: %s", option, why);
}

static enum cli_status take_jurisdiction(struct creation *creation,
					 struct slice text)
{
	size_t found = 0;

	while (found < JURISDICTION_COUNT &&
	       !slice_is(text, jurisdictions[found]))
		found++;
	if (found == JURISDICTION_COUNT)
		return misused("--bucket", "a jurisdiction is default, eu or "
					   "fedramp");
	if (creation->has_jurisdiction &&
	    creation->jurisdiction != (enum jurisdiction)found)
		return misused("--bucket", "one parent has one jurisdiction: "
					   "make one for each");
	creation->has_jurisdiction = true;
	creation->jurisdiction = (enum jurisdiction)found;
	return CLI_DONE;
}

static enum cli_status take_bucket(struct creation *creation, size_t at)
{
	struct slice rest = slice_text(creation->request->buckets.list[at]);
	struct slice *bucket = &creation->buckets[at];
	struct problem problem;

	(void)slice_split(&rest, ':', bucket);
	if (bucket_check(*bucket, "--bucket", &problem) != ERROR_NONE)
		return cli_misused("token", "--bucket: %s", problem.message);
	return rest.data ? take_jurisdiction(creation, rest) : CLI_DONE;
}

static enum cli_status take_buckets(struct creation *creation)
{
	size_t count = creation->request->buckets.count;
	enum cli_status status = CLI_DONE;

	if (count == 0)
		return cli_misused("token", "option '--bucket' is needed");
	creation->buckets = calloc(count, sizeof(struct slice));
	if (!creation->buckets)
		return cli_complain("out of memory");
	for (size_t i = 0; i < count && status == CLI_DONE; i++)
		status = take_bucket(creation, i);
	return status;
}

static enum cli_status take_permission(struct creation *creation)
{
	const char *text = creation->request->permission;
	struct problem problem;

	if (!text)
		return cli_misused("token", "option '--permission' is needed");
	if (permission_parse(slice_text(text), NULL, &creation->permission,
			     &problem) != ERROR_NONE)
		return misused("--permission", problem.message);
	if (!groups[creation->permission].group)
		return misused("--permission",
			       "Cloudflare has no tokens that only write");
	return CLI_DONE;
}

/* A date, a time, or days from now; as the API wants it. */
static enum cli_status take_expiry(struct creation *creation)
{
	const char *text = creation->request->expires;
	struct tm parts = { .tm_mday = 0 };
	const char *end;
	uint64_t days;
	size_t length;
	time_t when;

	if (!text)
		return CLI_DONE;
	length = strlen(text);
	if (length > 1 && text[length - 1] == 'd' &&
	    slice_number(slice_of(text, length - 1), 36500, &days) &&
	    days > 0) {
		when = time(NULL) + (time_t)days * 86400;
		if (!gmtime_r(&when, &parts))
			return misused("--expires", "this is too far away");
	} else {
		end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);
		if (!end || *end) {
			parts = (struct tm){ .tm_mday = 0 };
			end = strptime(text, "%Y-%m-%d", &parts);
		}
		if (!end || *end)
			return misused("--expires", "write 2027-01-31, "
						    "2027-01-31T12:00:00Z or "
						    "90d");
		if (timegm(&parts) <= time(NULL))
			return misused("--expires", "this is over already");
	}
	strftime(creation->expires, sizeof(creation->expires),
		 "%Y-%m-%dT%H:%M:%SZ", &parts);
	return CLI_DONE;
}

/* An address, or a range in CIDR. */
static bool is_range(const char *text)
{
	struct slice rest = slice_text(text), address;
	char copy[INET6_ADDRSTRLEN];
	unsigned char bytes[16];
	uint64_t bits;
	bool is_four;

	(void)slice_split(&rest, '/', &address);
	if (address.length >= sizeof(copy))
		return false;
	memcpy(copy, address.data, address.length);
	copy[address.length] = '\0';
	is_four = inet_pton(AF_INET, copy, bytes) == 1;
	if (!is_four && inet_pton(AF_INET6, copy, bytes) != 1)
		return false;
	return !rest.data || slice_number(rest, is_four ? 32 : 128, &bits);
}

static enum cli_status take_addresses(const struct creation *creation)
{
	const struct words_given *addresses = &creation->request->addresses;

	for (size_t i = 0; i < addresses->count; i++) {
		if (!is_range(addresses->list[i]))
			return misused("--ip", "an address, or a range such "
					       "as 192.0.2.0/24");
	}
	return CLI_DONE;
}

/* As the configuration takes it, and a file's name can be made of it. */
static enum cli_status take_name(struct creation *creation)
{
	const char *name = creation->request->name;
	size_t length;

	if (name)
		creation->name = strdup(name);
	else if (asprintf(&creation->name, "%.*s",
			  (int)creation->buckets[0].length,
			  creation->buckets[0].data) < 0)
		creation->name = NULL;
	if (!creation->name)
		return cli_complain("out of memory");
	length = strlen(creation->name);
	if (length == 0 || length > CONFIG_NAME_MAX ||
	    creation->name[0] == '.' ||
	    strspn(creation->name, "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-_.@") != length)
		return misused("--name", "1 to 63 letters, digits and the "
					 "characters . _ - @");
	return CLI_DONE;
}

static enum cli_status read_request(struct creation *creation)
{
	enum cli_status status = take_buckets(creation);

	if (status == CLI_DONE)
		status = take_permission(creation);
	if (status == CLI_DONE)
		status = take_expiry(creation);
	if (status == CLI_DONE)
		status = take_addresses(creation);
	if (status == CLI_DONE)
		status = take_name(creation);
	return status;
}

/* ---- against the configuration -------------------------------------------- */

static enum cli_status settle(struct creation *creation)
{
	const struct cli_api *api = &creation->api;
	const char *slash = strrchr(api->config_path, '/');
	const char *file = creation->request->secret_file;

	if (api->config && config_parent_named(api->config, creation->name))
		return cli_complain("%s has a [parent %s] already: choose "
				    "another --name",
				    api->config_path, creation->name);
	if (api->account && creation->has_jurisdiction &&
	    creation->jurisdiction != api->account->jurisdiction)
		return cli_complain("[account %s] of %s is in jurisdiction "
				    "'%s': add another for '%s'",
				    api->account->name, api->config_path,
				    jurisdictions[api->account->jurisdiction],
				    jurisdictions[creation->jurisdiction]);
	if (api->account)
		creation->jurisdiction = api->account->jurisdiction;
	if (file)
		creation->path = strdup(file);
	else if (asprintf(&creation->path, "%.*s%s.secret",
			  slash ? (int)(slash + 1 - api->config_path) : 0,
			  api->config_path, creation->name) < 0)
		creation->path = NULL;
	return creation->path ? CLI_DONE : cli_complain("out of memory");
}

/* ---- at Cloudflare -------------------------------------------------------- */

/* Their ids differ between accounts; their names are documented. */
static enum error find_group(struct creation *creation, struct problem *problem)
{
	const char *wanted = groups[creation->permission].group;
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

	if (groups[creation->permission].whole_account)
		return buffer_format(body,
				     "\"com.cloudflare.api.account.%s\":\"*\"",
				     account);
	for (size_t i = 0; i < count; i++) {
		if (!buffer_format(body,
				   "%s\"com.cloudflare.edge.r2.bucket."
				   "%s_%s_%.*s\":\"*\"",
				   i ? "," : "", account,
				   jurisdictions[creation->jurisdiction],
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
			  jurisdictions[creation->jurisdiction]);
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
	enum cli_status status = read_request(&creation);

	if (status == CLI_DONE)
		status = cli_api_open(&creation.api, "token", &request->api);
	if (status == CLI_DONE)
		status = settle(&creation);
	if (status == CLI_DONE) {
		secret_hold_signals(true);
		status = create(&creation);
		secret_hold_signals(false);
	}
	cli_api_close(&creation.api);
	free(creation.buckets);
	free(creation.name);
	free(creation.path);
	return status;
}
