/*
 * mintage token create - a new parent: its token at Cloudflare, its secret in a
 * file, its section to be pasted.
 */
#include "token_create.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/folder.h"
#include "secret.h"
#include "token_creation.h"
#include "token_making.h"

/* The name of the account's section, whether it is there or to be pasted. */
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
			  token_creation_jurisdiction(creation));
	sink_text(&output->sink, "\n");
}

static enum cli_status print_sections(const struct creation *creation,
				      const char *id)
{
	/* In the configuration a relative path begins at its folder, and not
	 * at the current one. */
	char *path = realpath(creation->path, NULL);
	struct cli_output output;

	cli_output_begin(&output);
	cli_print_gap(&output);
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

/* Root has made the file in a folder that belongs to another group. Whoever
 * that folder is for can't read the file, so tell root how to let them. */
static void tell_of_group(const char *path)
{
	char folder[PATH_MAX];
	struct stat found;

	if (geteuid() == 0 && folder_of(path, folder, sizeof(folder)) &&
	    stat(folder, &found) == 0 && found.st_gid != 0)
		cli_complain("note: only root can read %s; for a service in "
			     "its folder's group: chgrp --reference=%s %s && "
			     "chmod 640 %s",
			     path, folder, path, path);
}

/* Make the file first, so that no token is made whose secret can't be kept. */
static enum cli_status create(struct creation *creation)
{
	char secret[CLI_SECRET_LENGTH];
	struct problem problem;
	enum cli_status status;
	char id[65];
	int file;

	if (token_making_find_group(creation, &problem))
		return token_request_complain(&problem);
	status = cli_secret_make(creation->path, &file);
	if (status != CLI_DONE)
		return status;
	if (token_making_make(creation, id, secret, &problem)) {
		(void)close(file);
		(void)unlink(creation->path);
		if (creation->is_asked && cli_api_may_be_done(&creation->api))
			cli_complain("a token may have been made all the same: "
				     "'mintage token list' shows it as "
				     "\"mintage %s\"; revoke it",
				     creation->name);
		return token_request_complain(&problem);
	}
	status = cli_secret_fill(file, creation->path,
				 slice_of(secret, sizeof(secret)));
	explicit_bzero(secret, sizeof(secret));
	if (status == CLI_DONE) {
		tell_of_group(creation->path);
		return print_sections(creation, id);
	}
	(void)unlink(creation->path);
	token_making_take_back(creation, id);
	return status;
}

static enum cli_status create_token(const struct command *command,
				    const struct token_request *request)
{
	struct creation creation = { .request = request };
	enum cli_status status = token_creation_read(&creation);

	if (status == CLI_DONE)
		status = cli_api_open(&creation.api, command->group,
				      &request->api);
	if (status == CLI_DONE)
		status = token_creation_settle(&creation);
	if (status == CLI_DONE) {
		cli_secret_hold_signals(true);
		status = create(&creation);
		cli_secret_hold_signals(false);
	}
	cli_api_close(&creation.api);
	token_creation_free(&creation);
	return status;
}

static const struct cli_option options[] = {
	{ "bucket",
	  OPTION_WORDS("BUCKET[:JURISDICTION]", struct token_request, buckets),
	  "may be given many times" },
	{ "permission",
	  OPTION_CHOICE("P", struct token_request, permission,
			token_creation_permission),
	  "%s; the admin ones reach the account's every bucket" },
	{ "expires", OPTION_TEXT("WHEN", struct token_request, expires),
	  "2027-01-31, 2027-01-31T12:00:00Z, 12h or 90d" },
	{ "ip", OPTION_WORDS("RANGE", struct token_request, addresses),
	  "only from there; may be given many times" },
	{ "name", OPTION_TEXT("NAME", struct token_request, name),
	  "of the section; else the first bucket's" },
	{ "secret-file", OPTION_TEXT("FILE", struct token_request, secret_file),
	  "else NAME.secret beside the configuration" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct token_request request = { .name = NULL };
	enum cli_status status = command_read(command, argc, argv, &request);

	if (status == CLI_DONE)
		status = create_token(command, &request);
	token_request_free(&request);
	return status;
}

const struct command token_create_command = {
	.group = "token",
	.name = "create",
	.summary = "makes a token, writes its S3 secret into a new file, and "
		   "prints the section to paste",
	.synopsis = "--bucket B --permission P",
	.options = options,
	.common = token_request_options,
	.run = run,
};
