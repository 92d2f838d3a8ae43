/*
 * mintage check - would the service start with this configuration, and could it
 * record what it issues?
 *
 * Nothing is changed: a log that isn't there yet is not created, lest it belong
 * to whoever checks instead of to the service. No secret is shown.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cgi/service/docroot.h"
#include "lib/audit/audit.h"
#include "lib/config/config.h"
#include "lib/config/warnings.h"
#include "lib/render/render.h"
#include "online.h"

const char cli_check_usage[] =
	"check [OPTION]...\n"
	"\n"
	"Tell whether the configuration, the secrets it names, the templates\n"
	"and the audit log can be used by whoever runs this, what in it is\n"
	"probably not meant, and what it amounts to. With --online ask each\n"
	"parent's endpoint too; with --url only a service that runs, for what\n"
	"its web server passes on.\n"
	"\n"
	"      --config FILE      the configuration to check\n"
	"      --online           each bucket, a credential that is made to be\n"
	"                         tried, the clock, API tokens: a line for each\n"
	"      --url URL          the service's address\n"
	"      --token-file FILE  with --url: a caller's token, to see who it is\n"
	"      --ca-file FILE     with --url: whom to trust, as PEM\n";

enum {
	OPTION_CONFIG = 1,
	OPTION_ONLINE,
	OPTION_URL,
	OPTION_TOKEN_FILE,
	OPTION_CA_FILE,
};

static const struct option options[] = {
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "online", no_argument, NULL, OPTION_ONLINE },
	{ "url", required_argument, NULL, OPTION_URL },
	{ "token-file", required_argument, NULL, OPTION_TOKEN_FILE },
	{ "ca-file", required_argument, NULL, OPTION_CA_FILE },
	OPTIONS_END,
};

struct request {
	const char *config;
	const char *url;
	const char *token_file;
	const char *ca_file;
	bool online;
	bool help;
};

/* ---- what can be wrong ---------------------------------------------------- */

/* "FILE:LINE: text" -> "FILE:LINE: warning: text", as compilers have it. */
static void say_warning(void *context, const char *text)
{
	const struct config *config = context;
	size_t place = strlen(config->path);

	if (strncmp(text, config->path, place) != 0 || text[place] != ':') {
		fprintf(stderr, "%s: warning: %s\n", config->path, text);
		return;
	}
	place++;
	place += strspn(text + place, "0123456789");
	fprintf(stderr, "%.*s: warning%s\n", (int)place, text, text + place);
}

/* What /healthz would answer 503 for. */
static size_t warn_of_nobody(struct config *config)
{
	if (!config->parents)
		say_warning(config, "there is no [parent] section: "
				    "nothing can be signed");
	if (!config->callers)
		say_warning(config, "there is no [caller] section: "
				    "only this prompt is served");
	return (size_t)!config->parents + (size_t)!config->callers;
}

static bool templates_are_good(const struct config *config,
			       struct renderer *renderer)
{
	struct problem problem;

	if (renderer_load(renderer, config->templates, &problem) == ERROR_NONE)
		return true;
	cli_problem(&problem);
	return false;
}

static bool folder_is_writable(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];

	if (!slash)
		return access(".", W_OK | X_OK) == 0;
	if (snprintf(folder, sizeof(folder), "%.*s",
		     (int)(slash - path) + (slash == path),
		     path) >= (int)sizeof(folder)) {
		errno = ENAMETOOLONG;
		return false;
	}
	return access(folder, W_OK | X_OK) == 0;
}

static bool log_is_good(const struct config *config)
{
	const char *path = config->audit_log;
	struct audit audit;
	struct problem problem;

	if (access(path, F_OK) != 0 && errno == ENOENT &&
	    strcmp(path, "syslog") != 0) {
		if (folder_is_writable(path))
			return true;
		cli_complain("audit-log %s can't be made: %s", path,
			     strerror(errno));
		return false;
	}
	if (audit_open(&audit, path, config->audit_sync, &problem) !=
	    ERROR_NONE) {
		cli_problem(&problem);
		return false;
	}
	audit_close(&audit);
	return true;
}

static const char *get_variable(void *context, const char *name)
{
	(void)context;
	return getenv(name);
}

/* Only a web server tells where its pages are, so this is for accounts without
 * a prompt, where a CGI program runs us. */
static bool is_private(const struct config *config)
{
	struct problem problem;

	if (docroot_check_all(config, get_variable, NULL, &problem) ==
	    ERROR_NONE)
		return true;
	cli_problem(&problem);
	return false;
}

/* ---- what it amounts to --------------------------------------------------- */

static void print_words(struct cli_output *out, const char *label,
			const struct words *words)
{
	cli_print(out, "  %-13s ", label);
	for (size_t i = 0; i < words->count; i++) {
		sink_text(&out->sink, i ? " " : "");
		cli_print_foreign(out, words->list[i]);
	}
	sink_text(&out->sink, words->count ? "\n" : "none\n");
}

static void print_text(struct cli_output *out, const char *label,
		       const char *text)
{
	cli_print(out, "  %-13s ", label);
	sink_text(&out->sink, text);
	sink_text(&out->sink, "\n");
}

static void print_number(struct cli_output *out, const char *label,
			 uint64_t number)
{
	cli_print(out, "  %-13s %llu\n", label, (unsigned long long)number);
}

static void print_account(struct cli_output *out, const struct account *account)
{
	cli_print(out, "account %s\n", account->name);
	print_text(out, "id", account->id);
	print_text(out, "endpoint", account->endpoint);
}

static void print_parent(struct cli_output *out, const struct parent *parent)
{
	cli_print(out, "parent %s\n", parent->key.name);
	print_text(out, "account", parent->account->name);
	print_text(out, "access key id", parent->key.access_key_id);
	print_text(out, "permission", permission_names[parent->permission]);
	print_words(out, "buckets", &parent->buckets);
	print_text(out, "signer",
		   parent->signer == SIGNER_LOCAL ? "local" : "cloudflare");
}

static void print_caller_lists(struct cli_output *out,
			       const struct caller *caller)
{
	size_t count = 0;

	cli_print(out, "  %-13s ", "parents");
	for (size_t i = 0; i < caller->parent_count; i++)
		cli_print(out, "%s%s", i ? " " : "",
			  caller->parents[i]->key.name);
	sink_text(&out->sink, caller->parent_count ? "\n" : "none\n");
	print_words(out, "buckets", &caller->buckets);
	cli_print(out, "  %-13s ", "permissions");
	for (size_t i = 0; i < PERMISSION_COUNT; i++) {
		if (caller->permissions[i])
			cli_print(out, "%s%s", count++ ? " " : "",
				  permission_names[i]);
	}
	sink_text(&out->sink, count ? "\n" : "none\n");
	print_words(out, "prefixes", &caller->prefixes);
}

static void print_caller(struct cli_output *out, const struct caller *caller)
{
	cli_print(out, "caller %s\n", caller->name);
	if (caller->has_bearer)
		print_text(out, "known by", "bearer token");
	else if (caller->anonymous)
		print_text(out, "known by", "being on this machine");
	else
		print_text(out, "remote user", caller->remote_user);
	print_caller_lists(out, caller);
	print_text(out, "whole bucket", caller->whole_bucket ? "yes" : "no");
	print_number(out, "max ttl", caller->max_ttl);
	print_number(out, "max entries", caller->max_entries);
}

/* Those that are not ours: what was made of the templates that were added. */
static void print_formats(struct cli_output *out,
			  const struct renderer *renderer)
{
	for (size_t i = FORMAT_COUNT; i < renderer->format_count; i++) {
		const struct format *format = &renderer->formats[i];

		cli_print(out, "format %s\n", format->name);
		print_text(out, "type", format->content_type);
		print_text(out, "for",
			   !(format->uses & FORMAT_LINKS) ?
				   "credentials" :
			   format->uses & FORMAT_CREDENTIALS ?
				   "credentials links" :
				   "links");
		print_text(out, "by Accept",
			   format->uses & FORMAT_ACCEPTABLE ? "yes" : "no");
		print_text(out, "one entry",
			   format->uses & FORMAT_ONE ? "yes" : "no");
	}
}

static void print_service(struct cli_output *out, const struct config *config,
			  size_t warnings)
{
	sink_text(&out->sink, config->path);
	sink_text(&out->sink, ": sound");
	if (warnings)
		cli_print(out, ", %zu warning%s", warnings,
			  warnings == 1 ? "" : "s");
	sink_text(&out->sink, "\n");
	print_text(out, "audit log", config->audit_log);
	print_text(out, "audit sync", config->audit_sync ? "yes" : "no");
	print_text(out, "templates", config->templates);
	print_number(out, "max body", config->max_body);
	print_number(out, "max entries", config->max_entries);
	print_text(out, "require https", config->require_https ? "yes" : "no");
}

static enum cli_status print_summary(const struct config *config,
				     const struct renderer *renderer,
				     size_t warnings)
{
	struct cli_output output;

	cli_output_begin(&output);
	print_service(&output, config, warnings);
	print_formats(&output, renderer);
	for (const struct account *account = config->accounts; account;
	     account = account->next)
		print_account(&output, account);
	for (const struct parent *parent = config->parents; parent;
	     parent = parent->next)
		print_parent(&output, parent);
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next)
		print_caller(&output, caller);
	return cli_output_end(&output);
}

/* ---- all of it ------------------------------------------------------------ */

static enum cli_status check(const char *path, bool online)
{
	struct config *config;
	struct renderer renderer = { 0 };
	struct problem problem;
	enum cli_status status;
	size_t warnings;
	bool good;

	if (config_load(&config, path, &problem) != ERROR_NONE)
		return cli_problem(&problem);
	warnings = config_warnings(config, say_warning, config) +
		   warn_of_nobody(config);
	good = templates_are_good(config, &renderer);
	good = log_is_good(config) && good;
	good = is_private(config) && good;
	status = good ? print_summary(config, &renderer, warnings) : CLI_FAILED;
	if (online && status == CLI_DONE)
		status = cli_online_check(config);
	renderer_free(&renderer);
	config_free(config);
	return status;
}

/* False: the command line is no good, which has been said. */
static bool take_option(struct request *request, int option)
{
	switch (option) {
	case OPTION_CONFIG:
		return cli_once("check", "config", &request->config);
	case OPTION_URL:
		return cli_once("check", "url", &request->url);
	case OPTION_TOKEN_FILE:
		return cli_once("check", "token-file", &request->token_file);
	case OPTION_CA_FILE:
		return cli_once("check", "ca-file", &request->ca_file);
	case OPTION_ONLINE:
		request->online = true;
		return true;
	case OPTION_HELP:
		request->help = true;
		return true;
	default:
		return false;
	}
}

enum cli_status cli_check(int argc, char **argv)
{
	struct request request = { .config = NULL };
	int option;

	while ((option = cli_option("check", argc, argv, options)) >= 0) {
		if (!take_option(&request, option))
			return CLI_USAGE;
		if (request.help)
			return cli_help("check");
	}
	if (optind != argc)
		return cli_misused("check", "there is nothing to name here "
					    "but by --config or --url");
	if (request.url && (request.online || request.config))
		return cli_misused("check", "--url asks a service that runs, "
					    "and goes without --config and "
					    "--online");
	if (!request.url && (request.token_file || request.ca_file))
		return cli_misused("check", "--token-file and --ca-file go "
					    "with --url");
	if (request.url)
		return cli_online_check_url(request.url, request.token_file,
					    request.ca_file);
	return check(cli_config_path(request.config), request.online);
}
