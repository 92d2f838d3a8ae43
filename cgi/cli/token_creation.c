#include "token_creation.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "choices.h"
#include "lib/base/clock.h"
#include "lib/base/duration.h"
#include "lib/config/config.h"
#include "lib/config/jurisdiction.h"
#include "lib/sign/bucket.h"

/* Seconds. No token is made to expire in more than a hundred years. */
#define EXPIRES_MAX (UINT64_C(36500) * 86400)

/* The permission groups that Cloudflare has for our permissions. */
static const struct token_creation_group groups[PERMISSION_COUNT] = {
	[PERMISSION_OBJECT_READ_ONLY] = { "Workers R2 Storage Bucket Item Read",
					  false },
	[PERMISSION_OBJECT_READ_WRITE] = { "Workers R2 Storage Bucket Item Write",
					   false },
	[PERMISSION_ADMIN_READ_ONLY] = { "Workers R2 Storage Read", true },
	[PERMISSION_ADMIN_READ_WRITE] = { "Workers R2 Storage Write", true },
};

const char *token_creation_permission(size_t number)
{
	for (size_t i = 0; i < PERMISSION_COUNT; i++) {
		if (groups[i].name && number-- == 0)
			return permission_names[i];
	}
	return NULL;
}

/* ---- what was asked for --------------------------------------------------- */

static enum cli_status misused(const char *option, const char *why)
{
	return cli_misused("token", "%s: %s", option, why);
}

static enum cli_status take_jurisdiction(struct creation *creation,
					 struct slice text)
{
	char list[64];
	size_t found = 0;

	while (found < JURISDICTION_COUNT &&
	       !slice_is(text, config_jurisdiction_names[found]))
		found++;
	if (found == JURISDICTION_COUNT) {
		choices_join(choices_jurisdiction, list, sizeof(list));
		return cli_misused("token", "--bucket: a jurisdiction is %s",
				   list);
	}
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
	if (!groups[creation->permission].name)
		return misused("--permission",
			       "Cloudflare has no tokens that only write");
	return CLI_DONE;
}

/* Is it a number with a unit behind it, whether it is one of ours or not? A
 * number alone is not taken for seconds here: it could be meant as a year. */
static bool is_duration(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && text[digits] && !strchr("-/. ", text[digits]);
}

/* Set creation->expires, as the API wants it, from a date, a time, or a
 * length of time from now. */
static enum cli_status take_expiry(struct creation *creation)
{
	const char *text = creation->request->expires;
	struct tm parts = { .tm_mday = 0 };
	struct problem problem;
	const char *end;
	struct timespec now;
	uint64_t seconds;
	time_t when;

	if (!text)
		return CLI_DONE;
	if (clock_read(&now, &problem))
		return cli_problem(&problem);
	if (is_duration(text)) {
		if (duration_read(slice_text(text), NULL, EXPIRES_MAX, &seconds,
				  &problem))
			return misused("--expires", problem.message);
		when = now.tv_sec + (time_t)seconds;
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
						    "2027-01-31T12:00:00Z, "
						    "12h or 90d");
		if (timegm(&parts) <= now.tv_sec)
			return misused("--expires", "this is over already");
	}
	strftime(creation->expires, sizeof(creation->expires),
		 "%Y-%m-%dT%H:%M:%SZ", &parts);
	return CLI_DONE;
}

/* Is it an address, or a range in CIDR notation? */
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
	const struct cli_words *addresses = &creation->request->addresses;

	for (size_t i = 0; i < addresses->count; i++) {
		if (!is_range(addresses->list[i]))
			return misused("--ip", "write an address, or a range "
					       "such as 192.0.2.0/24");
	}
	return CLI_DONE;
}

/* The name becomes one of a section and of a file. */
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
		return misused("--name", "write 1 to 63 letters, digits and "
					 "the characters . _ - @");
	return CLI_DONE;
}

enum cli_status token_creation_read(struct creation *creation)
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

enum cli_status token_creation_settle(struct creation *creation)
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
		return cli_complain(
			"[account %s] of %s is in jurisdiction "
			"'%s': add another for '%s'",
			api->account->name, api->config_path,
			config_jurisdiction_names[api->account->jurisdiction],
			config_jurisdiction_names[creation->jurisdiction]);
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

/* ---- what others ask ------------------------------------------------------ */

const char *token_creation_jurisdiction(const struct creation *creation)
{
	return config_jurisdiction_names[creation->jurisdiction];
}

const struct token_creation_group *
token_creation_group(const struct creation *creation)
{
	return &groups[creation->permission];
}

void token_creation_free(struct creation *creation)
{
	free(creation->buckets);
	free(creation->name);
	free(creation->path);
}
