/* [mintage]: the limits and files of the service. */
#include "choice.h"
#include "networks.h"
#include "number.h"
#include "place.h"
#include "rate.h"
#include "text.h"
#include "url.h"

#ifndef MINTAGE_TEMPLATES_DIR
#define MINTAGE_TEMPLATES_DIR "/usr/share/mintage/templates"
#endif

#define MEMBER(member) CONFIG_MEMBER(struct config, member)

static const char *const no_paths[] = { "syslog", NULL };

static const struct config_row rows[] = {
	{ "public-url", &config_url, MEMBER(public_url), .with_path = true },
	{ "max-link-age", &config_number_duration, MEMBER(max_link_age),
	  .max = CONFIG_LINK_AGE_MAX, .number = CONFIG_LINK_AGE_MAX },
	{ "templates", &config_text_path, MEMBER(templates),
	  .text = MINTAGE_TEMPLATES_DIR },
	{ "max-body", &config_number_size, MEMBER(max_body), .min = 1,
	  .max = UINT64_C(1) << 40, .number = UINT64_C(128) << 20 },
	{ "max-entries", &config_number, MEMBER(max_entries), .min = 1,
	  .max = CONFIG_ENTRIES_MAX, .number = 1000000 },
	{ "audit-log", &config_text_path, MEMBER(audit_log), .names = no_paths,
	  .text = "/var/log/mintage/audit.jsonl" },
	{ "audit-sync", &config_choice_bool, MEMBER(audit_sync) },
	{ "require-https", &config_choice_bool, MEMBER(require_https),
	  .number = true },
	{ "request-timeout", &config_number_duration, MEMBER(request_timeout),
	  .max = 86400, .number = 60 },
	{ "answer-timeout", &config_number_duration, MEMBER(answer_timeout),
	  .max = 86400, .number = 3600 },
	{ "trusted-proxies", &config_networks, MEMBER(trusted_proxies) },
	{ "sandbox", &config_choice_bool, MEMBER(sandbox), .number = true },
	{ "strict-modes", &config_choice_bool, MEMBER(strict_modes),
	  .number = true },
	{ "api-concurrency", &config_number, MEMBER(api_concurrency), .min = 1,
	  .max = 64, .number = 8 },
	{ "api-deadline", &config_number_duration, MEMBER(api_deadline),
	  .max = 600, .number = 60 },
	{ "api-proxy", &config_url, MEMBER(api_proxy) },
	{ "api-ca-file", &config_text_path, MEMBER(api_ca_file) },
	{ "refusal-rate", &config_number_rate, MEMBER(refusal_rate),
	  .max = 1000000, .number = 60 },
	{ "stranger-rate", &config_rate, MEMBER(stranger_rate),
	  .max = CONFIG_STRANGER_RATE_MAX },
	{ "state-dir", &config_text_path, MEMBER(state_dir) },
	{ "shares-dir", &config_text_path, MEMBER(shares_dir) },
};

/* Links with this address would lead to a service that refuses them. */
static enum error settle_service(const struct config_place *at, void *target)
{
	const struct config *config = target;

	if (config->stranger_rate.most > 0 &&
	    config_rate_need_folder(at, "stranger-rate"))
		return ERROR_CONFIG;
	if (config->shares_dir && !config->public_url)
		return CONFIG_FAIL(
			at, config_place_named(at, "shares-dir"),
			"'shares-dir' needs 'public-url', with which "
			"the addresses of shares begin: write it, "
			"such as public-url = https://mint.example.org");
	if (!config->public_url || !config->require_https ||
	    !config_url_is_plain(config->public_url))
		return ERROR_NONE;
	return CONFIG_FAIL(at, config_place_named(at, "public-url"),
			   "'public-url' is '%s', and require-https = yes "
			   "refuses what comes by plain http; write https://",
			   config->public_url);
}

const struct config_section_kind config_service_section = {
	.name = "mintage",
	CONFIG_ROWS(rows),
	.settle = settle_service,
};
