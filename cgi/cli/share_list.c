/*
 * mintage share list - the shares that there are, newest first.
 */
#include "share_list.h"

#include "cgi/share/own.h"
#include "shares.h"

/* What is printed, and where. */
struct listing {
	const struct shares_request *request;
	const struct config *config;
	struct cli_output output;
	struct jsonout json;
	struct share_file share;
};

static void print(struct listing *listing)
{
	if (listing->request->json) {
		jsonout_object(&listing->json, NULL);
		shares_json(&listing->json, &listing->share);
		jsonout_object_end(&listing->json);
	} else {
		shares_print(&listing->output, &listing->share);
	}
}

/* A share that was revoked since the folder was read is left out. */
static void print_one(struct listing *listing, const char *id)
{
	const char *caller = listing->request->caller;
	struct problem unused;

	if (share_file_open(&listing->share, listing->config->shares_dir, id,
			    &unused) == ERROR_NONE &&
	    (!caller ||
	     slice_is(listing->share.head.text[SHARE_CALLER], caller)))
		print(listing);
	share_file_close(&listing->share);
}

static enum cli_status print_all(struct listing *listing,
				 const struct share_own *own)
{
	cli_output_begin(&listing->output);
	listing->json = (struct jsonout){ .out = &listing->output };
	if (listing->request->json) {
		jsonout_object(&listing->json, NULL);
		jsonout_array(&listing->json, "shares");
	}
	for (size_t i = 0; i < own->count; i++)
		print_one(listing, own->list[i].id);
	if (listing->request->json) {
		jsonout_array_end(&listing->json);
		jsonout_object_end(&listing->json);
		sink_text(&listing->output.sink, "\n");
	}
	return cli_output_end(&listing->output);
}

static enum cli_status list(struct listing *listing)
{
	const struct subject owner = { .kind = SUBJECT_OWNER };
	struct share_own own;
	struct problem problem;
	uint64_t unreadable;
	enum cli_status status = shares_need_folder(listing->config);

	if (status != CLI_DONE)
		return status;
	if (share_own_list(&own, listing->config->shares_dir, &owner,
			   &unreadable, &problem))
		status = cli_problem(&problem);
	else
		status = print_all(listing, &own);
	if (status == CLI_DONE && unreadable > 0)
		status = cli_complain(
			"%s: %llu of the files are damaged, or not "
			"this service's own: such a file's name "
			"is the id for 'mintage share revoke'",
			listing->config->shares_dir,
			(unsigned long long)unreadable);
	share_own_free(&own);
	return status;
}

static const struct cli_option options[] = {
	{ "caller", OPTION_TEXT("CALLER", struct shares_request, caller),
	  "only the shares of this caller" },
	{ "json", OPTION_FLAG(struct shares_request, json),
	  "as one JSON object" },
	{ "config", OPTION_TEXT("FILE", struct shares_request, config),
	  "the configuration" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct listing listing;
	struct shares_request request = { .config = NULL };
	struct config *config;
	enum cli_status status =
		shares_begin(command, argc, argv, &request, &config);

	if (status != CLI_DONE)
		return status;
	listing.request = &request;
	listing.config = config;
	status = list(&listing);
	config_free(config);
	return status;
}

const struct command share_list_command = {
	.group = "share",
	.name = "list",
	.summary = "show each share: who made it, what of, until when",
	.synopsis = "",
	.options = options,
	.is_offline = true,
	.run = run,
};
