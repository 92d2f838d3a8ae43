/*
 * mintage token - API tokens of R2's, which are what Mintage calls parents.
 */
#include "token.h"

#include <stdio.h>
#include <stdlib.h>

const char cli_token_usage[] =
	"token create|roll|list|revoke [OPTION]... [PARENT]\n"
	"\n"
	"Make a new parent through Cloudflare's API, replace a parent's secret,\n"
	"show what tokens there are, or take one back. This needs an API token\n"
	"that may do so; it is read from a file.\n"
	"\n"
	"create --bucket B --permission P   makes a token, writes its S3 secret\n"
	"                                   into a new file, and prints the\n"
	"                                   section to paste\n"
	"roll PARENT                        a new secret for the same id; ends\n"
	"                                   every credential of the old one\n"
	"list                               id, status, expiry and name of each\n"
	"revoke PARENT                      ends it, and all that it signed;\n"
	"                                   PARENT may be any token's id\n"
	"\n"
	"      --account ACCOUNT      its section's name or its id\n"
	"      --api-token-file FILE  else the one of a parent of that account\n"
	"      --user                 tokens of the user's who owns the API\n"
	"                             token, not of the account's\n"
	"      --config FILE          the configuration, if there is one yet\n"
	"Of create:\n"
	"      --bucket BUCKET[:JURISDICTION]  may be given many times\n"
	"      --permission P         object-read-only, object-read-write,\n"
	"                             admin-read-only or admin-read-write; the\n"
	"                             last two reach the account's every bucket\n"
	"      --expires WHEN         2027-01-31, 2027-01-31T12:00:00Z, or 90d\n"
	"      --ip RANGE             only from there; may be given many times\n"
	"      --name NAME            of the section; else the first bucket's\n"
	"      --secret-file FILE     else NAME.secret beside the configuration\n"
	"Of roll:\n"
	"      --forget-previous      only delete what the last roll kept\n";

enum {
	OPTION_ACCOUNT = 1,
	OPTION_TOKEN_FILE,
	OPTION_USER,
	OPTION_CONFIG,
	OPTION_BUCKET,
	OPTION_PERMISSION,
	OPTION_EXPIRES,
	OPTION_IP,
	OPTION_NAME,
	OPTION_SECRET_FILE,
	OPTION_FORGET,
};

#define OPTIONS_COMMON                                           \
	{ "account", required_argument, NULL, OPTION_ACCOUNT },  \
		{ "api-token-file", required_argument, NULL,     \
		  OPTION_TOKEN_FILE },                           \
		{ "user", no_argument, NULL, OPTION_USER },      \
	{                                                        \
		"config", required_argument, NULL, OPTION_CONFIG \
	}

static const struct option create_options[] = {
	OPTIONS_COMMON,
	{ "bucket", required_argument, NULL, OPTION_BUCKET },
	{ "permission", required_argument, NULL, OPTION_PERMISSION },
	{ "expires", required_argument, NULL, OPTION_EXPIRES },
	{ "ip", required_argument, NULL, OPTION_IP },
	{ "name", required_argument, NULL, OPTION_NAME },
	{ "secret-file", required_argument, NULL, OPTION_SECRET_FILE },
	OPTIONS_END,
};

static const struct option roll_options[] = {
	OPTIONS_COMMON,
	{ "forget-previous", no_argument, NULL, OPTION_FORGET },
	OPTIONS_END,
};

static const struct option other_options[] = { OPTIONS_COMMON, OPTIONS_END };

static const struct token_command {
	const char *name;
	const struct option *options;
	bool has_argument;
	enum cli_status (*run)(const struct token_request *request);
} actions[] = {
	{ "create", create_options, false, token_create },
	{ "roll", roll_options, true, token_roll },
	{ "list", other_options, false, token_list },
	{ "revoke", other_options, true, token_revoke },
};

#define TOKEN_ACTIONS (sizeof(actions) / sizeof(actions[0]))

/* ---- the command line ----------------------------------------------------- */

static bool add_word(struct words_given *words)
{
	const char **list =
		realloc(words->list, (words->count + 1) * sizeof(*list));

	if (!list) {
		cli_complain("out of memory");
		return false;
	}
	words->list = list;
	list[words->count++] = optarg;
	return true;
}

static bool take_option(struct token_request *request, int option)
{
	switch (option) {
	case OPTION_ACCOUNT:
		return cli_once("token", "account", &request->api.account);
	case OPTION_TOKEN_FILE:
		return cli_once("token", "api-token-file",
				&request->api.token_file);
	case OPTION_CONFIG:
		return cli_once("token", "config", &request->api.config);
	case OPTION_PERMISSION:
		return cli_once("token", "permission", &request->permission);
	case OPTION_EXPIRES:
		return cli_once("token", "expires", &request->expires);
	case OPTION_NAME:
		return cli_once("token", "name", &request->name);
	case OPTION_SECRET_FILE:
		return cli_once("token", "secret-file", &request->secret_file);
	case OPTION_BUCKET:
		return add_word(&request->buckets);
	case OPTION_IP:
		return add_word(&request->addresses);
	case OPTION_USER:
		request->api.user = true;
		return true;
	case OPTION_FORGET:
		request->forget_previous = true;
		request->api.offline = true;
		return true;
	case OPTION_HELP:
		request->help = true;
		return true;
	default:
		return false;
	}
}

static enum cli_status read_options(struct token_request *request,
				    const struct token_command *action,
				    int argc, char **argv)
{
	int option;

	while ((option = cli_option("token", argc, argv, action->options)) >=
	       0) {
		if (!take_option(request, option))
			return CLI_USAGE;
	}
	if (request->help)
		return CLI_DONE;
	if (action->has_argument && optind + 1 != argc)
		return cli_misused("token", "'token %s' needs one PARENT",
				   action->name);
	if (!action->has_argument && optind != argc)
		return cli_misused("token", "'token %s' needs no '%s'",
				   action->name, argv[optind]);
	request->argument = argv[optind];
	request->api.parent = request->argument;
	return CLI_DONE;
}

static enum cli_status unknown_action(const char *name)
{
	const char *names[TOKEN_ACTIONS];
	const char *nearest;

	for (size_t i = 0; i < TOKEN_ACTIONS; i++)
		names[i] = actions[i].name;
	nearest = slice_nearest(slice_text(name), names, TOKEN_ACTIONS);
	if (nearest)
		return cli_misused("token",
				   "no command 'token %s'; did you mean "
				   "'token %s'?",
				   name, nearest);
	return cli_misused("token", "what can be done with a token is create, "
				    "roll, list and revoke");
}

static enum cli_status run(const struct token_command *action, int argc,
			   char **argv)
{
	struct token_request request = { .help = false };
	enum cli_status status = read_options(&request, action, argc, argv);

	if (request.help)
		status = cli_help("token");
	else if (status == CLI_DONE)
		status = action->run(&request);
	free(request.buckets.list);
	free(request.addresses.list);
	return status;
}

enum cli_status cli_token(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return cli_help("token");
	for (size_t i = 0; i < TOKEN_ACTIONS; i++) {
		if (strcmp(name, actions[i].name) == 0)
			return run(&actions[i], argc - 1, argv + 1);
	}
	return unknown_action(name);
}

/* ---- what they have in common --------------------------------------------- */

const char *token_id(const struct cli_api *api, const char *argument)
{
	if (api->parent)
		return api->parent->key.access_key_id;
	if (cloudflare_is_id(slice_text(argument)) && strlen(argument) == 32)
		return argument;
	cli_complain("'%s' is no parent of %s, nor a token's id", argument,
		     api->config_path);
	return NULL;
}

enum cli_status token_complain(const struct problem *problem)
{
	if (strstr(problem->message, "Cloudflare answered 401") ||
	    strstr(problem->message, "Cloudflare answered 403"))
		return cli_complain("%s; the API token must be allowed to edit "
				    "API tokens",
				    problem->message);
	return cli_problem(problem);
}

/* ---- list ----------------------------------------------------------------- */

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

/* One page; *count is how many there were on it. */
static enum error print_page(struct cli_output *output, struct cli_api *api,
			     unsigned page, size_t *count,
			     struct problem *problem)
{
	struct cloudflare_text texts[] = { { .name = "id" },
					   { .name = "status" },
					   { .name = "expires_on" },
					   { .name = "name" } };
	struct buffer room = { 0 };
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
	if (!error && !buffer_reserve(&room, api->answer.body.length))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	*count = 0;
	while (!error && (token = json_next(&result)) != JSON_ARRAY_END) {
		error = cloudflare_texts(&result, token, texts, 4, &room,
					 problem);
		if (!error)
			print_token(output, api, texts);
		(*count)++;
	}
	buffer_free(&room);
	return error;
}

enum cli_status token_list(const struct token_request *request)
{
	struct cli_api api = { .config = NULL };
	enum cli_status status = cli_api_open(&api, "token", &request->api);
	enum cli_status written;
	struct cli_output output;
	struct problem problem;
	size_t count = PAGE_SIZE;

	cli_output_begin(&output);
	for (unsigned page = 1;
	     status == CLI_DONE && count == PAGE_SIZE && page <= PAGES_MAX;
	     page++) {
		if (print_page(&output, &api, page, &count, &problem))
			status = token_complain(&problem);
	}
	written = cli_output_end(&output);
	cli_api_close(&api);
	return status == CLI_DONE ? written : status;
}

/* ---- revoke --------------------------------------------------------------- */

static enum cli_status revoke(struct cli_api *api, const char *argument)
{
	const char *id = token_id(api, argument);
	struct problem problem;
	struct json result;
	char path[128];

	if (!id)
		return CLI_FAILED;
	snprintf(path, sizeof(path), "%s/tokens/%s", api->owner, id);
	if (cli_api_call(api, "DELETE", path, slice_of(NULL, 0), 0, &result,
			 &problem))
		return token_complain(&problem);
	printf("%s has ended, and with it every credential and link that it "
	       "signed.\n",
	       id);
	if (api->parent)
		printf("Take [parent %s] out of %s%s%s.\n",
		       api->parent->key.name, api->config_path,
		       api->parent->key.secret_file ? ", and delete " : "",
		       api->parent->key.secret_file ?
			       api->parent->key.secret_file :
			       "");
	return CLI_DONE;
}

enum cli_status token_revoke(const struct token_request *request)
{
	struct cli_api api = { .config = NULL };
	enum cli_status status = cli_api_open(&api, "token", &request->api);

	if (status == CLI_DONE)
		status = revoke(&api, request->argument);
	cli_api_close(&api);
	return status;
}
