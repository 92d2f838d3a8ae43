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

/* Is this a label of a host's name, in lower case (RFC 1123, 2.1)? */
static bool is_label(struct slice label)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	for (size_t i = 0; i < label.length; i++) {
		if (!memchr(letters, label.data[i], sizeof(letters) - 1))
			return false;
	}
	return label.length > 0 && label.data[0] != '-' &&
	       label.data[label.length - 1] != '-';
}

static bool is_host(struct slice text)
{
	struct slice label = slice_of(NULL, 0);
	size_t count = 0;

	while (slice_split(&text, '.', &label)) {
		if (!is_label(label))
			return false;
		count++;
	}
	/* An address ends in digits; no domain does. */
	return count > 1 && (label.data[0] < '0' || label.data[0] > '9');
}

/* The name of the section stands in links, so it must be a host's. */
static enum error settle_domain(const struct config_place *at, void *target)
{
	const struct domain *domain = target;

	keyed_drop_text(domain->secret);
	if (is_host(slice_text(domain->name)))
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
	{ "secret-file", &config_secret_text, MEMBER(secret), .needed = true,
	  .file = offsetof(struct domain, secret_file) },
	{ "ttl", &config_number_duration, MEMBER(ttl), .needed = true,
	  .max = CONFIG_LINK_AGE_MAX },
};

const struct config_section_kind config_domain_section = {
	.name = "domain",
	CONFIG_ROWS(rows),
	CONFIG_LIST(struct domain, domains, name),
	.settle = settle_domain,
};
