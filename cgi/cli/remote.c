#include "remote.h"

#include <stdio.h>
#include <stdlib.h>

#include "cgi/upstream/cloudflare.h"
#include "document.h"
#include "lib/base/problems.h"
#include "lib/manifest/guess.h"
#include "remote_ask.h"
#include "url.h"

/* Web servers of shared hosting let requests of 128 KB through. */
#define REQUEST_SIZE_DEFAULT 131072
#define REQUEST_SIZE_MIN 4096
#define REQUEST_SIZE_MAX (1 << 20)

/* Longest manifest, in bytes. */
#define MANIFEST_MAX (UINT64_C(1) << 31)

/* ---- the account, where it isn't named ------------------------------------ */

/* Count the accounts in the answer to GET /, and copy the last one's id:
 * {"caller": {"accounts": [{"id": ...}]}}. */
static size_t find_accounts(struct json json, char account[65])
{
	enum json_token token;
	size_t count = 0;
	unsigned depth = 0;

	while ((token = json_next(&json)) != JSON_END && token != JSON_BAD) {
		if (token != JSON_NAME)
			continue;
		if (json.depth == 2 && slice_is(json.text, "accounts"))
			depth = json.depth + 2;
		if (json.depth != depth || !slice_is(json.text, "id") ||
		    json_next(&json) != JSON_STRING ||
		    !cloudflare_is_id(json.text))
			continue;
		snprintf(account, 65, "%.*s", (int)json.text.length,
			 json.text.data);
		count++;
	}
	return count;
}

static enum cli_status ask_account(struct remote *remote, char account[65])
{
	struct problem problem;
	struct json json;
	size_t count;

	if (remote_ask_once(remote, "GET", buffer_slice(&remote->url),
			    slice_of(NULL, 0), &problem))
		return cli_problem(&problem);
	if (remote->answer.failure.length > 0)
		return cli_complain("%s: %.*s", remote->asked->url,
				    (int)remote->answer.failure.length,
				    remote->answer.failure.data);
	json_begin(&json, remote->answer.body);
	count = find_accounts(json, account);
	if (count == 1)
		return CLI_DONE;
	return cli_complain(count ? "%s has several accounts: name one by "
				    "--account" :
				    "%s tells of no account of yours: check "
				    "that the token is a caller's there, and "
				    "that Mintage is mounted at this address",
			    remote->asked->url);
}

static enum cli_status set_url(struct remote *remote)
{
	static const char *const routes[] = {
		[ISSUE_SINGLE] = "r2/temp-access-credentials",
		[ISSUE_BATCH] = "r2/temp-access-credentials/batch",
		[ISSUE_LINKS] = "r2/presigned-urls",
	};
	struct slice base = slice_text(remote->asked->url);
	struct buffer *url = &remote->url;
	enum cli_status status = CLI_DONE;
	char account[65];

	while (base.length > 0 && base.data[base.length - 1] == '/')
		base.length--;
	if (!buffer_add(url, base.data, base.length) ||
	    !buffer_add(url, "/", 1))
		return cli_complain("out of memory");
	if (remote->asked->account)
		snprintf(account, sizeof(account), "%s",
			 remote->asked->account);
	else
		status = ask_account(remote, account);
	if (status != CLI_DONE)
		return status;
	if (!cloudflare_is_id(slice_text(account)))
		return cli_misused(remote->asked->command->name,
				   "--account: with --url this must be an "
				   "account's id");
	if (!buffer_format(url, "accounts/%s/%s", account,
			   routes[remote->kind]))
		return cli_complain("out of memory");
	return CLI_DONE;
}

/* ---- the entries ---------------------------------------------------------- */

static enum cli_status read_manifest(struct cli_fields *asked,
				     struct cli_document *document)
{
	struct problem problem;
	enum error error = cli_fields_add_paths(asked, &problem);

	if (!error)
		error = cli_document_add(document, asked->manifest,
					 MANIFEST_MAX, &asked->fields,
					 &problem);
	if (!error)
		return CLI_DONE;
	problems_push(&asked->problems, &problem);
	return cli_fields_complain(asked, &asked->problems);
}

/* Before anything is sent: each entry must be valid, and there must be one
 * where the command needs some. What is to be said of the keys is said here,
 * once, since each request is answered apart and most formats can't carry it. */
static enum cli_status check_entries(struct remote *remote)
{
	struct problems *problems = &remote->asked->problems;
	struct manifest *entries = &remote->asked->fields.entries;
	enum manifest_step step;
	struct warnings warnings = { 0 };
	struct problem problem;
	struct entry entry;
	uint64_t count = 0;

	manifest_rewind(entries);
	do {
		step = manifest_next(entries, &entry, &problem);
		count += step == MANIFEST_ENTRY;
		if (step == MANIFEST_ENTRY)
			warnings_check_key(&warnings, &entry,
					   remote->kind == ISSUE_LINKS);
		if (step == MANIFEST_BAD_ENTRY || step == MANIFEST_BROKEN)
			problems_push(problems, &problem);
	} while (step == MANIFEST_ENTRY || step == MANIFEST_BAD_ENTRY);
	if (problems->count > 0)
		return cli_fields_complain(remote->asked, problems);
	if (count == 0 &&
	    (entries->part_count > 0 || remote->kind != ISSUE_SINGLE))
		return cli_complain("there is no entry: name objects, or a "
				    "MANIFEST with some in it");
	cli_fields_warn(&warnings);
	return CLI_DONE;
}

/* ---- all of it ------------------------------------------------------------ */

static enum cli_status take_options(struct remote *remote)
{
	struct cli_fields *asked = remote->asked;
	struct problem problem;

	if (!url_is_private(asked->url))
		return cli_misused(asked->command->name,
				   "--url: write https://..., or http:// for "
				   "this machine");
	if (asked->config)
		return cli_misused(asked->command->name,
				   "--url asks a service that runs, and goes "
				   "without --config");
	if (!asked->token_file)
		return cli_misused(asked->command->name,
				   "option '--token-file' is needed with "
				   "--url: a file with a caller's token");
	remote->request_size = REQUEST_SIZE_DEFAULT;
	if (asked->request_size &&
	    (!slice_number(slice_text(asked->request_size), REQUEST_SIZE_MAX,
			   &remote->request_size) ||
	     remote->request_size < REQUEST_SIZE_MIN))
		return cli_misused(asked->command->name,
				   "--request-size: write a number of bytes "
				   "from %d to %d",
				   REQUEST_SIZE_MIN, REQUEST_SIZE_MAX);
	if (secret_load(&remote->token, asked->token_file, &problem))
		return cli_problem(&problem);
	return CLI_DONE;
}

static enum cli_status run(struct remote *remote, struct cli_document *document)
{
	enum cli_status status = take_options(remote);

	if (status == CLI_DONE)
		status = read_manifest(remote->asked, document);
	if (status == CLI_DONE)
		status = check_entries(remote);
	if (status == CLI_DONE)
		status = set_url(remote);
	if (status == CLI_DONE)
		status = remote_ask(remote);
	return status;
}

enum cli_status cli_remote(struct cli_fields *asked, enum issue_kind kind)
{
	struct remote *remote = calloc(1, sizeof(*remote));
	struct cli_document document;
	enum cli_status status;

	if (!remote)
		return cli_complain("out of memory");
	remote->asked = asked;
	remote->kind = kind;
	cli_document_begin(&document);
	status = run(remote, &document);
	cli_document_close(&document);
	remote_ask_end(remote);
	free(remote);
	return status;
}
