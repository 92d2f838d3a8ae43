#include "check_domains.h"

#include "cgi/service/strict.h"
#include "labels.h"
#include "lib/links/waf.h"
#include "lib/sign/secret.h"

/* What stands in the rule where the secret must not be shown. */
static const struct slice place_holder = SLICE("THE-SECRET");

#define RULE_MAX WAF_RULE_MAX(SECRET_MAX)

/* Write the rule without the secret, terminated. */
static const char *write_rule(char dst[RULE_MAX], const struct domain *domain)
{
	waf_rule(slice_text(domain->name), place_holder, domain->ttl, dst);
	return dst;
}

/* ---- for people ----------------------------------------------------------- */

static void print_domain(struct cli_output *out, const struct domain *domain)
{
	char rule[RULE_MAX];

	cli_print(out, "domain %s\n", domain->name);
	labels_text(out, "account", domain->account->name);
	labels_text(out, "bucket", domain->bucket);
	labels_number(out, "ttl", domain->ttl);
	labels_text(out, "waf rule", write_rule(rule, domain));
	labels_begin(out, "");
	sink_text(&out->sink, "Its action is Block. For THE-SECRET, run: "
			      "mintage check --waf-rule ");
	sink_text(&out->sink, domain->name);
	sink_text(&out->sink, "\n");
}

void check_domains_print(struct cli_output *out, const struct config *config)
{
	for (const struct domain *domain = config->domains; domain;
	     domain = domain->next)
		print_domain(out, domain);
}

/* ---- as JSON -------------------------------------------------------------- */

void check_domains_json(struct jsonout *json, const struct config *config)
{
	char rule[RULE_MAX];

	jsonout_array(json, "domains");
	for (const struct domain *domain = config->domains; domain;
	     domain = domain->next) {
		jsonout_object(json, NULL);
		jsonout_text(json, "host", domain->name);
		jsonout_text(json, "account", domain->account->name);
		jsonout_text(json, "bucket", domain->bucket);
		jsonout_number(json, "ttlSeconds", domain->ttl);
		jsonout_text(json, "wafRule", write_rule(rule, domain));
		jsonout_number(json, "line", domain->line);
		jsonout_object_end(json);
	}
	jsonout_array_end(json);
}

/* ---- the whole rule ------------------------------------------------------- */

static enum cli_status fail_host(const struct config *config, const char *host)
{
	struct buffer names = { 0 };
	enum cli_status status;

	if (!config->domains)
		return cli_complain("there is no [domain %s], nor any other; "
				    "add it to %s",
				    host, config->path);
	for (const struct domain *domain = config->domains; domain;
	     domain = domain->next) {
		if (!buffer_format(&names, "%s%s",
				   domain == config->domains ? "" : ", ",
				   domain->name))
			break;
	}
	status = cli_complain("there is no [domain %s] in %s; there are: %.*s",
			      host, config->path, (int)names.length,
			      names.data);
	buffer_free(&names);
	return status;
}

static enum cli_status print_whole(const struct domain *domain)
{
	struct cli_output output;
	char rule[RULE_MAX];
	struct problem problem;
	struct secret secret;
	size_t length;

	/* The configuration keeps no text of the secret. */
	if (secret_load_text(&secret, domain->secret_file, &problem))
		return cli_problem(&problem);
	length = waf_rule(slice_text(domain->name),
			  slice_of(secret.text, secret.length), domain->ttl,
			  rule);
	secret_wipe(&secret);
	cli_output_begin(&output);
	sink_slice(&output.sink, slice_of(rule, length));
	sink_text(&output.sink, "\n");
	explicit_bzero(rule, sizeof(rule));
	return cli_output_end(&output);
}

enum cli_status check_domains_rule(const char *path, const char *host)
{
	const struct domain *domain;
	struct config *config;
	struct problem problem;
	enum cli_status status;

	cli_go_offline();
	if (strict_load(&config, path, &problem) != ERROR_NONE)
		return cli_problem(&problem);
	domain = config->domains;
	while (domain && strcmp(domain->name, host) != 0)
		domain = domain->next;
	status = domain ? print_whole(domain) : fail_host(config, host);
	config_free(config);
	return status;
}
