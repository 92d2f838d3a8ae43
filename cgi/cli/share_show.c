/*
 * mintage share show - a share and the keys of its files.
 */
#include "share_show.h"

#include "shares.h"

/* What is printed, and where. */
struct showing {
	const struct shares_request *request;
	struct cli_output output;
	struct share_file share;
};

/* Print each key in a line, or as an element of an array. */
static enum error print_keys(struct showing *showing, struct jsonout *json,
			     struct problem *problem)
{
	struct share_file *share = &showing->share;
	enum error error = ERROR_NONE;
	struct entry entry;

	for (uint64_t i = 0; i < share->head.number[SHARE_COUNT]; i++) {
		error = share_file_entry(share, i, &entry, problem);
		if (error)
			return error;
		if (showing->request->json) {
			jsonout_slice(json, NULL, entry.key);
			continue;
		}
		cli_print(&showing->output, "  %llu  ",
			  (unsigned long long)i + 1);
		cli_print_foreign(&showing->output, entry.key);
		sink_text(&showing->output.sink, "\n");
	}
	return error;
}

static enum error print(struct showing *showing, struct problem *problem)
{
	struct jsonout json = { .out = &showing->output };
	enum error error;

	if (!showing->request->json) {
		shares_print(&showing->output, &showing->share);
		return print_keys(showing, &json, problem);
	}
	jsonout_object(&json, NULL);
	shares_json(&json, &showing->share);
	jsonout_array(&json, "keys");
	error = print_keys(showing, &json, problem);
	jsonout_array_end(&json);
	jsonout_object_end(&json);
	sink_text(&showing->output.sink, "\n");
	return error;
}

static enum cli_status show(struct showing *showing,
			    const struct config *config)
{
	char id[SHARE_ID_LENGTH + 1];
	struct problem problem;
	enum cli_status status = shares_need_folder(config);
	enum error error;

	if (status == CLI_DONE)
		status = shares_id(showing->request->id, id);
	if (status != CLI_DONE)
		return status;
	error = share_file_open(&showing->share, config->shares_dir, id,
				&problem);
	cli_output_begin(&showing->output);
	if (!error)
		error = print(showing, &problem);
	status = cli_output_end(&showing->output);
	share_file_close(&showing->share);
	if (error == ERROR_NO_ROUTE)
		return cli_complain("there is no share %s; 'mintage share "
				    "list' shows those that there are",
				    id);
	return error ? cli_problem(&problem) : status;
}

static const struct cli_option options[] = {
	{ "json", OPTION_FLAG(struct shares_request, json),
	  "as one JSON object" },
	{ "config", OPTION_TEXT("FILE", struct shares_request, config),
	  "the configuration" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct showing showing;
	struct shares_request request = { .config = NULL };
	struct config *config;
	enum cli_status status =
		shares_begin(command, argc, argv, &request, &config);

	if (status != CLI_DONE)
		return status;
	showing.request = &request;
	status = show(&showing, config);
	config_free(config);
	return status;
}

const struct command share_show_command = {
	.group = "share",
	.name = "show",
	.summary = "show a share and the keys of its files; SHARE is its id or "
		   "its address",
	.synopsis = "SHARE",
	.options = options,
	.argument = { "SHARE", true, offsetof(struct shares_request, id) },
	.is_offline = true,
	.run = run,
};
