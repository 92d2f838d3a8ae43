/*
 * mintage check - would the service start with this configuration, and could it
 * record what it issues?
 *
 * Nothing is changed. A log that isn't there yet is not created either, because
 * it would belong to whoever checks and not to the service.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgi/service/docroot.h"
#include "cgi/service/pages.h"
#include "cgi/service/strict.h"
#include "check_domains.h"
#include "check_json.h"
#include "check_summary.h"
#include "command.h"
#include "findings.h"
#include "lib/audit/audit.h"
#include "lib/base/folder.h"
#include "lib/config/config.h"
#include "lib/config/warnings.h"
#include "online.h"
#include "online_url.h"

struct check_request {
	const char *config;
	const char *url;
	const char *token_file;
	const char *ca_file;
	const char *waf_rule;
	bool online;
	bool json;
};

/* What is found while a configuration is checked. */
struct check {
	const struct config *config;
	struct findings findings;
};

/* ---- what can be wrong ---------------------------------------------------- */

/* "FILE:LINE: text" or "FILE: text" -> "FILE:LINE: warning: text", as compilers
 * have it. */
static void say_warning(void *context, const char *text)
{
	struct check *check = context;
	const struct config *config = check->config;
	size_t place = strlen(config->path);

	findings_warning(&check->findings, "%s", text);
	if (strncmp(text, config->path, place) != 0 || text[place] != ':') {
		fprintf(stderr, "%s: warning: %s\n", config->path, text);
		return;
	}
	place += 1 + strspn(text + place + 1, "0123456789");
	if (text[place - 1] == ':')
		place--; /* it has no line */
	fprintf(stderr, "%.*s: warning%s\n", (int)place, text, text + place);
}

/* Warn of what /healthz would answer with 503, and count it. */
static size_t warn_of_nobody(struct check *check)
{
	const struct config *config = check->config;

	if (!config->parents)
		say_warning(check, "there is no [parent] section: "
				   "nothing can be signed");
	if (config_serves_nobody(config))
		say_warning(check, "there is no [caller] section: "
				   "only this prompt is served");
	return (size_t)!config->parents + (size_t)config_serves_nobody(config);
}

static bool fail(struct check *check, const struct problem *problem)
{
	findings_fault(&check->findings, "%s", problem->message);
	cli_problem(problem);
	return false;
}

static bool templates_are_good(struct check *check, struct renderer *renderer)
{
	struct problem problem;

	return renderer_load(renderer, check->config->templates, &pages_others,
			     &problem) == ERROR_NONE ||
	       fail(check, &problem);
}

static bool folder_is_writable(const char *path)
{
	char folder[PATH_MAX];

	return folder_of(path, folder, sizeof(folder)) &&
	       access(folder, W_OK | X_OK) == 0;
}

/* access(2) has just failed for the log, with errno: can it be made? A check
 * makes none. */
static bool log_can_be_made(struct check *check, const char *path)
{
	const char *what = errno == ENOENT ? "made" : "opened";
	struct problem problem;

	if (errno == ENOENT && folder_is_writable(path))
		return true;
	problem_set(&problem, ERROR_UNAVAILABLE, NULL,
		    "audit-log %s can't be %s: %s", path, what,
		    strerror(errno));
	return fail(check, &problem);
}

static bool log_is_good(struct check *check)
{
	const char *path = check->config->audit_log;
	struct audit audit;
	struct problem problem;

	if (strcmp(path, "syslog") != 0 && access(path, F_OK) != 0)
		return log_can_be_made(check, path);
	if (audit_open(&audit, path, check->config->audit_sync, &problem) !=
	    ERROR_NONE)
		return fail(check, &problem);
	audit_close(&audit);
	return true;
}

static const char *get_variable(void *context, const char *name)
{
	(void)context;
	return getenv(name);
}

/* Only a web server tells where its pages are, by its environment: so this
 * finds something only where a CGI program runs `mintage check`. */
static bool is_private(struct check *check)
{
	struct problem problem;

	return docroot_check_all(check->config, get_variable, NULL, &problem) ==
		       ERROR_NONE ||
	       fail(check, &problem);
}

static bool is_strict(struct check *check)
{
	struct problem problem;

	return strict_check(check->config, STRICT_PROMPT, &problem) ==
		       ERROR_NONE ||
	       fail(check, &problem);
}

/* ---- all of it ------------------------------------------------------------ */

/* Print one JSON object, which is whole also when the configuration isn't
 * sound. */
static enum cli_status print_json(const struct check *check, const char *path,
				  const struct renderer *renderer, bool online)
{
	bool is_sound = !check->findings.has_fault;
	enum cli_status status = CLI_DONE, written;
	struct cli_output output;
	struct jsonout json = { .out = &output };

	cli_output_begin(&output);
	jsonout_object(&json, NULL);
	jsonout_bool(&json, "sound", is_sound);
	jsonout_text(&json, "configuration", path);
	findings_json(&check->findings, &json);
	if (is_sound)
		check_json_write(&json, check->config, renderer);
	if (is_sound && online) {
		jsonout_array(&json, "online");
		status = online_check(check->config, &json);
		jsonout_array_end(&json);
	}
	jsonout_object_end(&json);
	sink_text(&output.sink, "\n");
	written = cli_output_end(&output);
	return is_sound && status == CLI_DONE ? written : CLI_FAILED;
}

static enum cli_status print_text(const struct check *check,
				  const struct renderer *renderer,
				  size_t warnings, bool online)
{
	enum cli_status status;

	if (check->findings.has_fault)
		return CLI_FAILED;
	status = check_summary_print(check->config, renderer, warnings);
	if (online && status == CLI_DONE)
		status = online_check(check->config, NULL);
	return status;
}

static enum cli_status check(const char *path,
			     const struct check_request *request)
{
	struct check check = { .config = NULL };
	struct renderer renderer = { 0 };
	struct config *config;
	struct problem problem;
	enum cli_status status;
	size_t warnings = 0;

	if (!request->online)
		cli_go_offline();
	if (config_load(&config, path, &problem) != ERROR_NONE) {
		(void)fail(&check, &problem);
	} else {
		check.config = config;
		warnings = config_warnings(config, say_warning, &check) +
			   warn_of_nobody(&check);
		(void)templates_are_good(&check, &renderer);
		(void)log_is_good(&check);
		(void)is_private(&check);
		(void)is_strict(&check);
	}
	status = request->json ?
			 print_json(&check, path, &renderer, request->online) :
			 print_text(&check, &renderer, warnings,
				    request->online);
	renderer_free(&renderer);
	config_free(config);
	return status;
}

/* ---- the command ---------------------------------------------------------- */

static const struct cli_option options[] = {
	{ "config", OPTION_TEXT("FILE", struct check_request, config),
	  "the configuration to check" },
	{ "online", OPTION_FLAG(struct check_request, online),
	  "each bucket, a credential that is made to be tried, the clock, API "
	  "tokens: a line for each" },
	{ "json", OPTION_FLAG(struct check_request, json),
	  "as one JSON object" },
	{ "waf-rule", OPTION_TEXT("HOST", struct check_request, waf_rule),
	  "only print the WAF rule of [domain HOST], with its secret" },
	{ "url", OPTION_TEXT("URL", struct check_request, url),
	  "the service's address" },
	{ "token-file", OPTION_TEXT("FILE", struct check_request, token_file),
	  "with --url: a caller's token, to see who it is" },
	{ "ca-file", OPTION_TEXT("FILE", struct check_request, ca_file),
	  "with --url: whom to trust, as PEM" },
	OPTIONS_END,
};

static enum cli_status run(const struct command *command, int argc, char **argv)
{
	struct check_request request = { .config = NULL };
	enum cli_status status = command_read(command, argc, argv, &request);

	if (status != CLI_DONE)
		return status;
	if (request.waf_rule && (request.url || request.online || request.json))
		return cli_misused(command->name,
				   "--waf-rule prints a rule alone, and goes "
				   "without --url, --online and --json");
	if (request.url && (request.online || request.config))
		return cli_misused(command->name,
				   "--url asks a service that runs, and goes "
				   "without --config and --online");
	if (!request.url && (request.token_file || request.ca_file))
		return cli_misused(command->name,
				   "--token-file and --ca-file go with --url");
	if (request.waf_rule)
		return check_domains_rule(cli_config_path(request.config),
					  request.waf_rule);
	if (request.url)
		return online_url_check(command->name, request.url,
					request.token_file, request.ca_file,
					request.json);
	return check(cli_config_path(request.config), &request);
}

const struct command check_command = {
	.name = "check",
	.summary = "tell whether the configuration is sound",
	.synopsis = "[OPTION]...",
	.about =
		"Tell whether the configuration, the secrets it names, the templates\n"
		"and the audit log can be used by whoever runs this, what in it is\n"
		"probably not meant, and what it amounts to. With --online ask each\n"
		"parent's endpoint too; with --url only a service that runs, for what\n"
		"its web server passes on.\n",
	.options = options,
	.run = run,
};
