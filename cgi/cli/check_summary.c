#include "check_summary.h"

#include <errno.h>
#include <unistd.h>

#include "callers.h"
#include "cgi/service/sandbox.h"
#include "check_domains.h"
#include "check_downloads.h"
#include "labels.h"
#include "lib/config/rate.h"

static void print_account(struct cli_output *out, const struct account *account)
{
	cli_print(out, "account %s\n", account->name);
	labels_text(out, "id", account->id);
	labels_text(out, "endpoint", account->endpoint);
}

static void print_parent(struct cli_output *out, const struct parent *parent)
{
	cli_print(out, "parent %s\n", parent->key.name);
	labels_text(out, "account", parent->account->name);
	labels_text(out, "access key id", parent->key.access_key_id);
	labels_text(out, "permission", permission_names[parent->permission]);
	labels_words(out, "buckets", &parent->buckets);
	labels_text(out, "signer",
		    parent->signer == SIGNER_LOCAL ? "local" : "cloudflare");
}

/* Only the formats that an administrator's own templates have added. */
static void print_formats(struct cli_output *out,
			  const struct renderer *renderer)
{
	for (size_t i = FORMAT_COUNT; i < renderer->format_count; i++) {
		const struct format *format = &renderer->formats[i];

		cli_print(out, "format %s\n", format->name);
		labels_text(out, "type", format->content_type);
		labels_text(out, "for",
			    !(format->uses & FORMAT_LINKS) ?
				    "credentials" :
			    format->uses & FORMAT_CREDENTIALS ?
				    "credentials links" :
				    "links");
		labels_text(out, "by Accept",
			    format->uses & FORMAT_ACCEPTABLE ? "yes" : "no");
		labels_text(out, "one entry",
			    format->uses & FORMAT_ONE ? "yes" : "no");
	}
}

/* What comes from them is of this machine only where they say so. */
static void print_proxies(struct cli_output *out,
			  const struct networks *proxies)
{
	size_t count = proxies->count + (proxies->has_unix ? 1 : 0);

	if (count > 0)
		labels_number(out, "proxies", count);
	else
		labels_text(out, "proxies",
			    "none trusted: what they send is not from this "
			    "machine");
}

/* A path that isn't there is not printed as if it were. */
static void print_log(struct cli_output *out, const char *path)
{
	labels_begin(out, "audit log");
	sink_text(&out->sink, path);
	sink_text(&out->sink,
		  strcmp(path, "syslog") == 0 || access(path, F_OK) == 0 ?
			  "\n" :
			  " (not there yet)\n");
}

static void print_templates(struct cli_output *out, const char *folder)
{
	/* Where it can't be looked at, it is not known to be missing. */
	if (access(folder, F_OK) == 0 ||
	    (errno != ENOENT && errno != ENOTDIR)) {
		labels_text(out, "templates", folder);
		return;
	}
	labels_begin(out, "templates");
	sink_text(&out->sink, "built in");
	if (strcmp(folder, MINTAGE_TEMPLATES_DIR) != 0) {
		sink_text(&out->sink, ", because there is no ");
		sink_text(&out->sink, folder);
	}
	sink_text(&out->sink, "\n");
}

static void print_sandbox(struct cli_output *out, bool is_on)
{
	char lacks[PROBLEM_MESSAGE_MAX];

	sandbox_lacks(lacks);
	labels_text(out, "sandbox", !is_on ? "no" : *lacks ? lacks : "yes");
}

static void print_service(struct cli_output *out, const struct config *config,
			  size_t warnings)
{
	char rate[CONFIG_RATE_TEXT_MAX];

	sink_text(&out->sink, config->path);
	sink_text(&out->sink, ": sound");
	if (warnings)
		cli_print(out, ", %zu warning%s", warnings,
			  warnings == 1 ? "" : "s");
	sink_text(&out->sink, "\n");
	print_log(out, config->audit_log);
	labels_text(out, "audit sync", config->audit_sync ? "yes" : "no");
	print_templates(out, config->templates);
	labels_number(out, "max body", config->max_body);
	labels_number(out, "max entries", config->max_entries);
	labels_text(out, "require https",
		    config->require_https ? "yes, except from this machine" :
					    "no");
	print_proxies(out, &config->trusted_proxies);
	labels_text(out, "public url",
		    config->public_url ? config->public_url :
					 "none, so that no link of this "
					 "service's own can be made");
	labels_number(out, "max link age", config->max_link_age);
	labels_text(out, "stranger rate",
		    config_rate_text(rate, &config->stranger_rate));
	labels_text(out, "limits in",
		    config->state_dir ? config->state_dir :
					"no state-dir, so that there are none");
	labels_text(out, "shares in",
		    config->shares_dir ? config->shares_dir :
					 "no shares-dir, so that there are "
					 "none");
	print_sandbox(out, config->sandbox);
	labels_text(out, "strict modes", config->strict_modes ? "yes" : "no");
}

enum cli_status check_summary_print(const struct config *config,
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
		callers_print(&output, caller);
	check_downloads_print(&output, config);
	check_domains_print(&output, config);
	return cli_output_end(&output);
}
