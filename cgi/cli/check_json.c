#include "check_json.h"

#include <unistd.h>

#include "callers.h"
#include "cgi/service/sandbox.h"
#include "check_domains.h"
#include "check_downloads.h"
#include "lib/config/rate.h"

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void write_service(struct jsonout *json, const struct config *config)
{
	char rate[CONFIG_RATE_TEXT_MAX];
	bool is_syslog = strcmp(config->audit_log, "syslog") == 0;
	char lacks[PROBLEM_MESSAGE_MAX];

	sandbox_lacks(lacks);

	jsonout_text(json, "auditLog", config->audit_log);
	jsonout_bool(json, "auditLogExists",
		     is_syslog || is_there(config->audit_log));
	jsonout_bool(json, "auditSync", config->audit_sync);
	jsonout_text(json, "templates",
		     is_there(config->templates) ? config->templates : NULL);
	jsonout_number(json, "maxBody", (int64_t)config->max_body);
	jsonout_number(json, "maxEntries", (int64_t)config->max_entries);
	jsonout_bool(json, "requireHttps", config->require_https);
	jsonout_bool(json, "sandbox", config->sandbox);
	jsonout_text(json, "sandboxLacks", *lacks ? lacks : NULL);
	jsonout_bool(json, "strictModes", config->strict_modes);
	jsonout_text(json, "strangerRate",
		     config->stranger_rate.most > 0 ?
			     config_rate_text(rate, &config->stranger_rate) :
			     NULL);
	jsonout_text(json, "stateDir", config->state_dir);
	jsonout_text(json, "sharesDir", config->shares_dir);
	jsonout_text(json, "publicUrl", config->public_url);
	jsonout_number(json, "maxLinkAgeSeconds", config->max_link_age);
}

/* Only the formats that an administrator's own templates have added. */
static void write_formats(struct jsonout *json, const struct renderer *renderer)
{
	jsonout_array(json, "formats");
	for (size_t i = FORMAT_COUNT; i < renderer->format_count; i++) {
		const struct format *format = &renderer->formats[i];

		jsonout_object(json, NULL);
		jsonout_text(json, "name", format->name);
		jsonout_text(json, "type", format->content_type);
		jsonout_bool(json, "credentials",
			     format->uses & FORMAT_CREDENTIALS);
		jsonout_bool(json, "links", format->uses & FORMAT_LINKS);
		jsonout_bool(json, "byAccept",
			     format->uses & FORMAT_ACCEPTABLE);
		jsonout_bool(json, "oneEntry", format->uses & FORMAT_ONE);
		jsonout_object_end(json);
	}
	jsonout_array_end(json);
}

static void write_parent(struct jsonout *json, const struct parent *parent)
{
	jsonout_object(json, NULL);
	jsonout_text(json, "name", parent->key.name);
	jsonout_text(json, "account", parent->account->name);
	jsonout_text(json, "accessKeyId", parent->key.access_key_id);
	jsonout_text(json, "permission", permission_names[parent->permission]);
	callers_json_words(json, "buckets", &parent->buckets);
	jsonout_text(json, "signer",
		     parent->signer == SIGNER_LOCAL ? "local" : "cloudflare");
	jsonout_number(json, "line", parent->line);
	jsonout_object_end(json);
}

static void write_account(struct jsonout *json, const struct account *account)
{
	jsonout_object(json, NULL);
	jsonout_text(json, "name", account->name);
	jsonout_text(json, "id", account->id);
	jsonout_text(json, "endpoint", account->endpoint);
	jsonout_number(json, "line", account->line);
	jsonout_object_end(json);
}

void check_json_write(struct jsonout *json, const struct config *config,
		      const struct renderer *renderer)
{
	write_service(json, config);
	write_formats(json, renderer);
	jsonout_array(json, "accounts");
	for (const struct account *account = config->accounts; account;
	     account = account->next)
		write_account(json, account);
	jsonout_array_end(json);
	jsonout_array(json, "parents");
	for (const struct parent *parent = config->parents; parent;
	     parent = parent->next)
		write_parent(json, parent);
	jsonout_array_end(json);
	jsonout_array(json, "callers");
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next)
		callers_json(json, caller);
	jsonout_array_end(json);
	check_downloads_json(json, config);
	check_domains_json(json, config);
}
