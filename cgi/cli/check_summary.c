#include "check_summary.h"

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

/* Only the formats that an administrator's own templates have added. */
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

/* What comes from them is of this machine only where they say so. */
static void print_proxies(struct cli_output *out,
			  const struct networks *proxies)
{
	size_t count = proxies->count + (proxies->has_unix ? 1 : 0);

	if (count > 0)
		print_number(out, "proxies", count);
	else
		print_text(out, "proxies",
			   "none trusted: what they send is not from this "
			   "machine");
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
	print_text(out, "require https",
		   config->require_https ? "yes, except from this machine" :
					   "no");
	print_proxies(out, &config->trusted_proxies);
	print_text(out, "strict modes", config->strict_modes ? "yes" : "no");
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
		print_caller(&output, caller);
	return cli_output_end(&output);
}
