/*
 * mintage token list - which API tokens there are.
 */
#include "token_list.h"

#include <stdio.h>

#include "jsonout.h"
#include "token_request.h"

#define PAGE_SIZE 50
#define PAGES_MAX 200

static const struct parent *parent_with(const struct cli_api *api,
					struct slice id)
{
	return api->config ? config_parent(api->config, id) : NULL;
}

/* Where tokens are printed. */
struct list {
	struct cli_output output;
	struct jsonout *json; /* NULL: as lines */
};

static void print_line(struct cli_output *output, const struct parent *parent,
		       const struct cloudflare_text texts[4])
{
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

static void write_token(struct jsonout *json, const struct parent *parent,
			const struct cloudflare_text texts[4])
{
	static const char *const names[] = { "id", "status", "expiresOn",
					     "name" };

	jsonout_object(json, NULL);
	for (size_t i = 0; i < 4; i++) {
		if (texts[i].value.length > 0)
			jsonout_slice(json, names[i], texts[i].value);
		else
			jsonout_text(json, names[i], NULL);
	}
	jsonout_text(json, "parent", parent ? parent->key.name : NULL);
	jsonout_object_end(json);
}

static void print_token(struct list *list, const struct cli_api *api,
			const struct cloudflare_text texts[4])
{
	const struct parent *parent = parent_with(api, texts[0].value);

	if (list->json)
		write_token(list->json, parent, texts);
	else
		print_line(&list->output, parent, texts);
}

/* Print one page of the list, and set *count to how many tokens were on it. */
static enum error print_page(struct list *list, struct cli_api *api,
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
			print_token(list, api, texts);
		(*count)++;
	}
	buffer_free(&scratch);
	return error;
}

static enum cli_status print_pages(struct list *list, struct cli_api *api)
{
	enum cli_status status = CLI_DONE;
	struct problem problem;
	size_t count = PAGE_SIZE;

	for (unsigned page = 1;
	     status == CLI_DONE && count == PAGE_SIZE && page <= PAGES_MAX;
	     page++) {
		if (print_page(list, api, page, &count, &problem))
			status = token_request_complain(&problem);
	}
	return status;
}

/* JSON that lacks its end was cut short by the failure of a page. */
static enum cli_status print_list(struct cli_api *api, bool as_json)
{
	struct list list = { .json = NULL };
	struct jsonout json = { .out = &list.output };
	enum cli_status status, written;

	cli_output_begin(&list.output);
	if (as_json) {
		list.json = &json;
		jsonout_object(&json, NULL);
		jsonout_array(&json, "tokens");
	}
	status = print_pages(&list, api);
	if (as_json && status == CLI_DONE) {
		jsonout_array_end(&json);
		jsonout_object_end(&json);
		sink_text(&list.output.sink, "\n");
	}
	written = cli_output_end(&list.output);
	return status == CLI_DONE ? written : status;
}

static const struct cli_option options[] = {
	{ "json", OPTION_FLAG(struct token_request, json),
	  "as one JSON object" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct token_request request = { .name = NULL };
	struct cli_api api = { .config = NULL };
	enum cli_status status = command_read(command, argc, argv, &request);

	if (status == CLI_DONE)
		status = cli_api_open(&api, command->group, &request.api);
	if (status == CLI_DONE)
		status = print_list(&api, request.json);
	cli_api_close(&api);
	token_request_free(&request);
	return status;
}

const struct command token_list_command = {
	.group = "token",
	.name = "list",
	.summary = "id, status, expiry and name of each",
	.synopsis = "",
	.options = options,
	.common = token_request_options,
	.run = run,
};
