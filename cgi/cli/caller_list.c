/*
 * mintage caller list - who may ask the service, and for what.
 */
#include "caller_list.h"

#include "callers.h"

struct list_request {
	const char *config;
	bool json;
};

static void print_json(struct cli_output *out, const struct config *config)
{
	struct jsonout json = { .out = out };

	jsonout_object(&json, NULL);
	jsonout_array(&json, "callers");
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next)
		callers_json(&json, caller);
	jsonout_array_end(&json);
	jsonout_object_end(&json);
	sink_text(&out->sink, "\n");
}

static enum cli_status list(const struct list_request *request)
{
	struct cli_output output;
	struct config *config;
	struct problem problem;
	enum cli_status status;

	if (config_load(&config, cli_config_path(request->config), &problem))
		return cli_problem(&problem);
	cli_output_begin(&output);
	if (request->json)
		print_json(&output, config);
	for (const struct caller *caller = config->callers;
	     caller && !request->json; caller = caller->next)
		callers_print(&output, caller);
	status = cli_output_end(&output);
	config_free(config);
	return status;
}

static const struct cli_option options[] = {
	{ "json", OPTION_FLAG(struct list_request, json),
	  "as one JSON object" },
	{ "config", OPTION_TEXT("FILE", struct list_request, config),
	  "the configuration" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct list_request request = { .config = NULL };
	enum cli_status status = command_read(command, argc, argv, &request);

	return status == CLI_DONE ? list(&request) : status;
}

const struct command caller_list_command = {
	.group = "caller",
	.name = "list",
	.summary = "show how each caller is recognised and what it may have",
	.synopsis = "",
	.options = options,
	.is_offline = true,
	.run = run,
};
