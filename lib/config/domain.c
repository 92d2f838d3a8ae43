/* [domain HOST]: a host of a bucket's own, whose links Cloudflare checks. */
#include "bucket_owner.h"
#include "number.h"
#include "rows.h"
#include "secret.h"
#include "text.h"

static enum error settle_account(const struct config_place *at, void *target)
{
	struct domain *domain = target;

	return config_bucket_owner_account(at, &domain->account);
}

static enum error settle_bucket(const struct config_place *at, void *target)
{
	const struct domain *domain = target;

	return config_bucket_owner_bucket(at, domain->bucket);
}

/* The name of the section stands in links, so it must be a host's. */
static enum error settle_domain(const struct config_place *at, void *target)
{
	const struct domain *domain = target;
	const char *c = domain->name;

	while ((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
	       *c == '-' || *c == '.')
		c++;
	if (*c == '\0' && strchr(domain->name, '.') && domain->name[0] != '.' &&
	    c[-1] != '.')
		return ERROR_NONE;
	return CONFIG_FAIL(at, at->section,
			   "'%s' is no host's name; write the custom domain of "
			   "the bucket in lower case, as in "
			   "[domain files.example.org]",
			   domain->name);
}

#define MEMBER(member) CONFIG_MEMBER(struct domain, member)

static const struct config_row rows[] = {
	{ "account", &config_rows_custom, .section = "account",
	  .settle = settle_account },
	{ "bucket", &config_text, MEMBER(bucket), .needed = true,
	  .settle = settle_bucket },
	{ "secret-file", &config_secret, MEMBER(secret), .needed = true,
	  .file = offsetof(struct domain, secret_file) },
	{ "ttl", &config_number_duration, MEMBER(ttl), .needed = true,
	  .max = UINT32_MAX },
};

const struct config_section_kind config_domain_section = {
	.name = "domain",
	CONFIG_ROWS(rows),
	CONFIG_LIST(struct domain, domains, name),
	.settle = settle_domain,
};
