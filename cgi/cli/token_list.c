/*
 * mintage token list - which API tokens there are.
 */
#include "token_list.h"

#include <stdio.h>

#include "token_request.h"

#define PAGE_SIZE 50
#define PAGES_MAX 200

static const struct parent *parent_with(const struct cli_api *api,
					struct slice id)
{
	return api->config ? config_parent(api->config, id) : NULL;
}

static void print_token(struct cli_output *output, const struct cli_api *api,
			const struct cloudflare_text texts[4])
{
	const struct parent *parent = parent_with(api, texts[0].value);

	for (size_t i = 0; i < 4; i++) {
		if (texts[i].value.length > 0)
			cli_print_foreign(output, texts[i].value);
		else
			sink_text(&output->sink, "-");
		sink_text(&output->sink, i < 3 ? "  " : "");
	}
	if (parent)
		cli_print(output, "  [parent %s]", parent->key.name);
	sink_text(&output->sink, "\n");
}

/* Print one page of the list, and set *count to how many tokens were on it. */
static enum error print_page(struct cli_output *output, struct cli_api *api,
			     unsigned page, size_t *count,
			     struct problem *problem)
{
	struct cloudflare_text texts[] = { { .name = "id" },
					   { .name = "status" },
					   { .name = "expires_on" },
					   { .name = "name" } };
	struct buffer scratch = { 0 };
	enum json_token token;
	struct json result;
	char path[128];
	enum error error;

	snprintf(path, sizeof(path), "%s/tokens?page=%u&per_page=%d",
		 api->owner, page, PAGE_SIZE);
	error = cli_api_call(api, "GET", path, slice_of(NULL, 0), CALL_AGAIN,
			     &result, problem);
	if (!error && json_next(&result) != JSON_ARRAY)
		error = cloudflare_unexpected(problem, "is no list");
	if (!error && !buffer_reserve(&scratch, api->answer.body.length))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	*count = 0;
	while (!error && (token = json_next(&result)) != JSON_ARRAY_END) {
		error = cloudflare_texts(&result, token, texts, 4, &scratch,
					 problem);
		if (!error)
			print_token(output, api, texts);
		(*count)++;
	}
	buffer_free(&scratch);
	return error;
}

static enum cli_status list(struct cli_api *api)
{
	enum cli_status status = CLI_DONE;
	enum cli_status written;
	struct cli_output output;
	struct problem problem;
	size_t count = PAGE_SIZE;

	cli_output_begin(&output);
	for (unsigned page = 1;
	     status == CLI_DONE && count == PAGE_SIZE && page <= PAGES_MAX;
	     page++) {
		if (print_page(&output, api, page, &count, &problem))
			status = token_request_complain(&problem);
	}
	written = cli_output_end(&output);
	return status == CLI_DONE ? written : status;
}

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct token_request request = { .name = NULL };
	struct cli_api api = { .config = NULL };
	enum cli_status status = command_read(command, argc, argv, &request);

	if (status == CLI_DONE)
		status = cli_api_open(&api, command->group, &request.api);
	if (status == CLI_DONE)
		status = list(&api);
	cli_api_close(&api);
	token_request_free(&request);
	return status;
}

const struct command token_list_command = {
	.group = "token",
	.name = "list",
	.summary = "id, status, expiry and name of each",
	.synopsis = "",
	.common = token_request_options,
	.run = run,
};
