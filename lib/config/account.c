/* [account NAME]: an account of Cloudflare, and where its R2 is. */
#include <stdio.h>
#include <stdlib.h>

#include "choice.h"
#include "jurisdiction.h"
#include "lib/base/hex.h"
#include "section.h"
#include "text.h"
#include "url.h"

static enum error settle_id(const struct config_place *at, void *target)
{
	const struct account *account = target;

	if (strlen(account->id) <= 32 &&
	    hex_is_lower(account->id, strlen(account->id)))
		return ERROR_NONE;
	return CONFIG_FAIL(at, config_place_named(at, "id"),
			   "'id' isn't an account's; write its up to "
			   "32 hexadecimal digits in lower case");
}

/* Without an endpoint of its own, an account has R2's address for it. */
static enum error settle_account(const struct config_place *at, void *target)
{
	struct account *account = target;
	bool is_default = account->jurisdiction == JURISDICTION_DEFAULT;

	if (!account->endpoint &&
	    asprintf(&account->endpoint,
		     "https://%s%s%s.r2.cloudflarestorage.com", account->id,
		     is_default ? "" : ".",
		     is_default ?
			     "" :
			     config_jurisdiction_names[account->jurisdiction]) <
		    0) {
		account->endpoint = NULL;
		return config_place_no_memory(at);
	}
	account->host = strdup(strstr(account->endpoint, "://") + 3);
	return account->host ? ERROR_NONE : config_place_no_memory(at);
}

static void release_account(void *target)
{
	struct account *account = target;

	free(account->host);
}

#define MEMBER(member) CONFIG_MEMBER(struct account, member)

static const struct config_row rows[] = {
	{ "id", &config_text, MEMBER(id), .needed = true, .settle = settle_id },
	{ "jurisdiction", &config_choice, MEMBER(jurisdiction),
	  .names = config_jurisdiction_names },
	{ "endpoint", &config_url, MEMBER(endpoint), .signed_host = true },
	{ "api-endpoint", &config_url, MEMBER(api_endpoint), .with_path = true,
	  .https_only = true, .text = "https://api.cloudflare.com/client/v4" },
};

const struct config_section_kind config_account_section = {
	.name = "account",
	CONFIG_ROWS(rows),
	CONFIG_LIST(struct account, accounts, name),
	.settle = settle_account,
	.release = release_account,
};
