#include <stdio.h>
#include <stdlib.h>

#include "lib/base/hex.h"
#include "lib/sign/bucket.h"
#include "sections.h"

/* ---- [account NAME] ------------------------------------------------------ */

enum account_key {
	ACCOUNT_ID,
	ACCOUNT_JURISDICTION,
	ACCOUNT_ENDPOINT,
	ACCOUNT_API_ENDPOINT,
	ACCOUNT_KEY_COUNT
};

static const struct config_key account_keys[ACCOUNT_KEY_COUNT] = {
	[ACCOUNT_ID] = { "id", false },
	[ACCOUNT_JURISDICTION] = { "jurisdiction", false },
	[ACCOUNT_ENDPOINT] = { "endpoint", false },
	[ACCOUNT_API_ENDPOINT] = { "api-endpoint", false },
};

const struct config_kind config_account_kind = { "account", true, account_keys,
						 ACCOUNT_KEY_COUNT };

/* R2's own address, unless another was given. */
static enum error settle_endpoint(struct account *account,
				  const struct config_place *at)
{
	static const char *const parts[] = {
		[JURISDICTION_DEFAULT] = "",
		[JURISDICTION_EU] = ".eu",
		[JURISDICTION_FEDRAMP] = ".fedramp",
	};

	if (account->endpoint)
		return ERROR_NONE;
	if (asprintf(&account->endpoint,
		     "https://%s%s.r2.cloudflarestorage.com", account->id,
		     parts[account->jurisdiction]) < 0) {
		account->endpoint = NULL;
		return config_no_memory(at);
	}
	account->host = strdup(account->endpoint + strlen("https://"));
	return account->host ? ERROR_NONE : config_no_memory(at);
}

enum error config_account_load(struct account *account,
			       const struct config_place *at)
{
	static const char *const jurisdictions[] = {
		[JURISDICTION_DEFAULT] = "default",
		[JURISDICTION_EU] = "eu",
		[JURISDICTION_FEDRAMP] = "fedramp",
	};
	size_t jurisdiction = JURISDICTION_DEFAULT;
	enum error error;

	account->line = at->section->line;
	account->name = strdup(at->section->name);
	account->api_endpoint = strdup("https://api.cloudflare.com/client/v4");
	if (!account->name || !account->api_endpoint)
		return config_no_memory(at);
	if ((error = config_need(at, ACCOUNT_ID)) ||
	    (error = config_text(at, ACCOUNT_ID, &account->id)) ||
	    (error = config_choice(at, ACCOUNT_JURISDICTION, jurisdictions, 3,
				   &jurisdiction)) ||
	    (error = config_url(at, ACCOUNT_ENDPOINT, false, false,
				&account->endpoint, &account->host)) ||
	    (error = config_url(at, ACCOUNT_API_ENDPOINT, true, true,
				&account->api_endpoint, NULL)))
		return error;
	if (strlen(account->id) > 32 ||
	    !hex_is_lower(account->id, strlen(account->id)))
		return CONFIG_FAIL(at, config_value(at, ACCOUNT_ID),
				   "'id' isn't an account's; write its up to "
				   "32 hexadecimal digits in lower case");
	account->jurisdiction = (enum jurisdiction)jurisdiction;
	return settle_endpoint(account, at);
}

/* ---- [parent NAME] ------------------------------------------------------- */

enum parent_key {
	PARENT_ACCOUNT,
	PARENT_ACCESS_KEY_ID,
	PARENT_SECRET_FILE,
	PARENT_PERMISSION,
	PARENT_BUCKETS,
	PARENT_SIGNER,
	PARENT_API_TOKEN_FILE,
	PARENT_KEY_COUNT
};

static const struct config_key parent_keys[PARENT_KEY_COUNT] = {
	[PARENT_ACCOUNT] = { "account", false },
	[PARENT_ACCESS_KEY_ID] = { "access-key-id", false },
	[PARENT_SECRET_FILE] = { "secret-access-key-file", false },
	[PARENT_PERMISSION] = { "permission", false },
	[PARENT_BUCKETS] = { "buckets", true },
	[PARENT_SIGNER] = { "signer", false },
	[PARENT_API_TOKEN_FILE] = { "api-token-file", false },
};

const struct config_kind config_parent_kind = { "parent", true, parent_keys,
						PARENT_KEY_COUNT };

static enum error find_account(const struct config *config,
			       const struct config_place *at,
			       struct account **account)
{
	const struct config_value *value = config_value(at, PARENT_ACCOUNT);

	for (*account = config->accounts; *account;
	     *account = (*account)->next) {
		if (strcmp((*account)->name, value->text) == 0)
			return ERROR_NONE;
	}
	return CONFIG_FAIL(at, value,
			   "there is no [account %s]; add it or name another",
			   value->text);
}

/* An id is checked before anything quotes it: a secret may stand there. */
static enum error load_key_id(const struct config *config, struct key *key,
			      const struct config_place *at)
{
	const struct config_value *value =
		config_value(at, PARENT_ACCESS_KEY_ID);
	size_t length = strlen(value->text);
	bool good = length >= 1 && length < sizeof(key->access_key_id);
	const struct parent *other;

	for (size_t i = 0; good && i < length; i++) {
		char c = value->text[i];

		good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		       (c >= '0' && c <= '9');
	}
	if (!good)
		return CONFIG_FAIL(at, value,
				   "'access-key-id' isn't one; write its 1 to "
				   "64 letters and digits");
	other = config_parent(config, slice_text(value->text));
	if (other)
		return CONFIG_FAIL(at, value,
				   "'access-key-id' is that of [parent %s] in "
				   "line %d too; give both lists of buckets to "
				   "one of them",
				   other->key.name, other->line);
	memcpy(key->access_key_id, value->text, length + 1);
	return ERROR_NONE;
}

static enum error load_secrets(struct parent *parent,
			       const struct config_place *at)
{
	static const char *const signers[] = {
		[SIGNER_LOCAL] = "local",
		[SIGNER_CLOUDFLARE] = "cloudflare",
	};
	size_t signer = SIGNER_LOCAL;
	enum error error =
		config_choice(at, PARENT_SIGNER, signers, 2, &signer);

	if (error)
		return error;
	parent->signer = (enum signer)signer;
	error = config_need(at, parent->signer == SIGNER_LOCAL ?
					PARENT_SECRET_FILE :
					PARENT_API_TOKEN_FILE);
	if (error)
		return error;
	if (parent->signer == SIGNER_LOCAL &&
	    config_value(at, PARENT_API_TOKEN_FILE))
		return CONFIG_FAIL(at, config_value(at, PARENT_API_TOKEN_FILE),
				   "'api-token-file' is for signer = "
				   "cloudflare; remove it or set that");
	if ((error = config_secret(at, PARENT_SECRET_FILE, &parent->key.secret,
				   &parent->key.secret_file)))
		return error;
	return config_secret(at, PARENT_API_TOKEN_FILE, &parent->key.api_token,
			     &parent->key.api_token_file);
}

enum error config_parent_load(const struct config *config,
			      struct parent *parent,
			      const struct config_place *at)
{
	char *permission = NULL;
	struct problem reason;
	enum error error;

	parent->line = at->section->line;
	snprintf(parent->key.name, sizeof(parent->key.name), "%s",
		 at->section->name);
	if ((error = config_need(at, PARENT_ACCOUNT)) ||
	    (error = find_account(config, at, &parent->account)) ||
	    (error = config_need(at, PARENT_ACCESS_KEY_ID)) ||
	    (error = load_key_id(config, &parent->key, at)) ||
	    (error = config_need(at, PARENT_PERMISSION)) ||
	    (error = config_text(at, PARENT_PERMISSION, &permission)) ||
	    (error = config_need(at, PARENT_BUCKETS)) ||
	    (error = config_words(at, PARENT_BUCKETS, bucket_check,
				  &parent->buckets)) ||
	    (error = load_secrets(parent, at)))
		goto out;
	if (permission_parse(slice_text(permission), NULL, &parent->permission,
			     &reason))
		error = CONFIG_FAIL(at, config_value(at, PARENT_PERMISSION),
				    "'permission': %s", reason.message);
out:
	free(permission);
	return error;
}
