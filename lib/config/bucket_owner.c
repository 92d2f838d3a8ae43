#include "bucket_owner.h"

#include "lib/sign/bucket.h"

enum error config_bucket_owner_account(const struct config_place *at,
				       struct account **account)
{
	const struct config_value *value = config_place_named(at, "account");
	struct account *one = at->config->accounts;

	*account = one;
	if (!value && one && !one->next)
		return ERROR_NONE;
	if (!value)
		return config_place_need(at, "account");
	while (one && strcmp(one->name, value->text) != 0)
		one = one->next;
	*account = one;
	if (one)
		return ERROR_NONE;
	return CONFIG_FAIL(at, value,
			   "there is no [account %s]; add it or name another",
			   value->text);
}

enum error config_bucket_owner_bucket(const struct config_place *at,
				      const char *bucket)
{
	struct problem reason;

	if (bucket_check(slice_text(bucket), NULL, &reason) == ERROR_NONE)
		return ERROR_NONE;
	return CONFIG_FAIL(at, config_place_named(at, "bucket"), "'bucket': %s",
			   reason.message);
}
