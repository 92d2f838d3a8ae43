/* [parent NAME]: an access key whose powers are lent to callers. */
#include "choice.h"
#include "lib/sign/bucket.h"
#include "rows.h"
#include "secret.h"
#include "words.h"

static enum error settle_account(const struct config_place *at, void *target)
{
	const struct config_value *value = config_place_named(at, "account");
	struct account *account = at->config->accounts;
	struct parent *parent = target;

	while (account && strcmp(account->name, value->text) != 0)
		account = account->next;
	parent->account = account;
	if (account)
		return ERROR_NONE;
	return CONFIG_FAIL(at, value,
			   "there is no [account %s]; add it or name another",
			   value->text);
}

static bool is_key_id(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9'))
			return false;
	}
	return length >= 1 &&
	       length < sizeof(((struct key *)NULL)->access_key_id);
}

/* A message never quotes an id that isn't one: it may be a secret. */
static enum error settle_key_id(const struct config_place *at, void *target)
{
	const struct config_value *value =
		config_place_named(at, "access-key-id");
	const struct parent *other = at->config->parents;
	struct parent *parent = target;

	if (!is_key_id(value->text))
		return CONFIG_FAIL(at, value,
				   "'access-key-id' isn't one; write its 1 to "
				   "64 letters and digits");
	while (other != parent &&
	       strcmp(other->key.access_key_id, value->text) != 0)
		other = other->next;
	if (other != parent)
		return CONFIG_FAIL(at, value,
				   "'access-key-id' is that of [parent %s] in "
				   "line %d too; give both lists of buckets to "
				   "one of them",
				   other->key.name, other->line);
	memcpy(parent->key.access_key_id, value->text, strlen(value->text) + 1);
	return ERROR_NONE;
}

static enum error settle_permission(const struct config_place *at, void *target)
{
	const struct config_value *value = config_place_named(at, "permission");
	struct parent *parent = target;
	struct problem reason;
	enum error error = config_place_text(at, value->row, &value);

	if (!error && permission_parse(slice_text(value->text), NULL,
				       &parent->permission, &reason))
		error = CONFIG_FAIL(at, value, "'permission': %s",
				    reason.message);
	return error;
}

/* Each signer needs a secret of its own, and the local one has no use for a
 * token of Cloudflare's API. */
static enum error settle_signer(const struct config_place *at, void *target)
{
	const struct config_value *token =
		config_place_named(at, "api-token-file");
	const struct parent *parent = target;
	enum error error;

	if (parent->signer == SIGNER_CLOUDFLARE)
		return config_place_need(at, "api-token-file");
	error = config_place_need(at, "secret-access-key-file");
	if (!error && token)
		error = CONFIG_FAIL(at, token,
				    "'api-token-file' is for signer = "
				    "cloudflare; remove it or set that");
	return error;
}

#define MEMBER(member) CONFIG_MEMBER(struct parent, member)

static const char *const signers[] = {
	[SIGNER_LOCAL] = "local",
	[SIGNER_CLOUDFLARE] = "cloudflare",
	NULL,
};

static const struct config_row rows[] = {
	{ "account", &config_rows_custom, .section = "account", .needed = true,
	  .settle = settle_account },
	{ "access-key-id", &config_rows_custom, .needed = true,
	  .settle = settle_key_id },
	{ "permission", &config_rows_custom, .needed = true,
	  .settle = settle_permission },
	{ "buckets", &config_words, MEMBER(buckets), .needed = true,
	  .check = bucket_check },
	{ "signer", &config_choice, MEMBER(signer), .names = signers,
	  .settle = settle_signer },
	{ "secret-access-key-file", &config_secret, MEMBER(key.secret),
	  .file = offsetof(struct parent, key.secret_file) },
	{ "api-token-file", &config_secret_sent, MEMBER(key.api_token),
	  .file = offsetof(struct parent, key.api_token_file) },
};

const struct config_section_kind config_parent_section = {
	.name = "parent",
	CONFIG_ROWS(rows),
	CONFIG_LIST(struct parent, parents, key.name),
};
