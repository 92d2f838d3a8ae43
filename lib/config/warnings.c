#include "warnings.h"

#include "download_warnings.h"
#include "state.h"

/* ---- the service --------------------------------------------------------- */

/* All addresses, or all of IPv4, which are mapped into IPv6. */
static bool is_everyone(const struct network *network)
{
	static const struct slice v4 = SLICE("0.0.0.0/0");
	struct network all;

	return network->bits == 0 ||
	       (address_network_read(&all, v4) == NETWORK_GOOD &&
		network->bits == all.bits &&
		address_network_has(&all, &network->start));
}

static bool has_limits(const struct config *config)
{
	for (const struct caller *one = config->callers; one; one = one->next) {
		if (one->rate.most > 0 || one->daily_entries > 0)
			return true;
	}
	return config->stranger_rate.most > 0;
}

/* Where limits are counted, the service must be able to. */
static void check_limits(struct config_warner *warner)
{
	const char *folder = warner->config->state_dir;

	if (has_limits(warner->config) && !config_state_is_writable(folder))
		config_warner_say(warner, 0,
				  "rate, daily-entries and stranger-rate are "
				  "counted in %s, where nothing can be written "
				  "by whoever runs this: the service would "
				  "answer with status 503; make that folder "
				  "for its user, or run this as its user",
				  folder);
}

/* Warn where the service can't make files in shares-dir. */
static void check_shares(struct config_warner *warner)
{
	const char *folder = warner->config->shares_dir;

	if (folder && !config_state_is_writable(folder))
		config_warner_say(warner, 0,
				  "shares-dir is %s, where no file can be made "
				  "by whoever runs this: nothing can be "
				  "shared; make that folder for the service's "
				  "user, or run this as that user",
				  folder);
}

static void check_service(struct config_warner *warner)
{
	const struct networks *proxies = &warner->config->trusted_proxies;

	check_limits(warner);
	check_shares(warner);
	if (!warner->config->strict_modes)
		config_warner_say(
			warner, 0,
			"strict-modes = no: nobody looks whether others could "
			"change the configuration, a secret, a template or the "
			"log; mend what it found, and remove the line");
	if (!locked_is_locked(warner->config->locked))
		config_warner_say(
			warner, 0,
			"the system locks no more memory for this user, so "
			"that secrets could be swapped out to a disk; raise "
			"RLIMIT_MEMLOCK, with systemd by LimitMEMLOCK=64M");
	if (!warner->config->sandbox)
		config_warner_say(
			warner, 0,
			"sandbox = no: a responder that is taken over can do "
			"all that its user may; remove the line, unless the "
			"responder does not start without it");
	for (size_t i = 0; i < proxies->count; i++) {
		if (is_everyone(&proxies->list[i]))
			config_warner_say(
				warner, 0,
				"trusted-proxies has a network of all addresses, "
				"so that any client can say who it is; name the "
				"addresses of your proxies");
	}
}

/* ---- accounts and parents ------------------------------------------------ */

static void check_account(struct config_warner *warner,
			  const struct account *account)
{
	const struct parent *parent = warner->config->parents;

	while (parent && parent->account != account)
		parent = parent->next;
	if (!parent)
		config_warner_say(
			warner, account->line,
			"[account %s] has no parent; add one or remove the "
			"account",
			account->name);
}

static bool ends_with(struct slice text, struct slice end)
{
	return text.length >= end.length &&
	       memcmp(text.data + text.length - end.length, end.data,
		      end.length) == 0;
}

/* An API token's value in place of the secret is a common mistake. */
static void check_parent(struct config_warner *warner,
			 const struct parent *parent)
{
	static const struct slice r2 = SLICE(".r2.cloudflarestorage.com");
	const struct keyed *secret = parent->key.secret;

	if (!secret || !ends_with(slice_text(parent->account->host), r2) ||
	    (secret->length == 64 && secret->is_hex))
		return;
	config_warner_say(
		warner, parent->line,
		"the secret of [parent %s] isn't 64 hexadecimal digits in lower "
		"case, as R2's are; of an API token take the SHA-256 of its value",
		parent->key.name);
}

/* ---- callers ------------------------------------------------------------- */

static void check_nothing(struct config_warner *warner,
			  const struct caller *caller)
{
	bool permitted = false;
	const char *missing = NULL;

	for (size_t i = 0; i < PERMISSION_COUNT; i++)
		permitted = permitted || caller->permissions[i];
	if (caller->parent_count == 0)
		missing = "parents";
	else if (caller->buckets.count == 0)
		missing = "buckets";
	else if (!permitted)
		missing = "permissions";
	else if (caller->prefixes.count == 0 && !caller->whole_bucket)
		missing = "prefixes";
	if (missing)
		config_warner_say(
			warner, caller->line,
			"[caller %s] can get nothing, as it has no '%s'; add them",
			caller->name, missing);
}

static void check_buckets(struct config_warner *warner,
			  const struct caller *caller)
{
	for (size_t i = 0; i < caller->buckets.count; i++) {
		struct slice bucket = caller->buckets.list[i];
		bool reached = caller->parent_count == 0;

		for (size_t j = 0; j < caller->parent_count; j++)
			reached = reached ||
				  words_have(&caller->parents[j]->buckets,
					     bucket);
		if (!reached)
			config_warner_say(
				warner, caller->line,
				"none of the parents of [caller %s] has bucket "
				"'%.*s'; add it there",
				caller->name, (int)bucket.length, bucket.data);
	}
}

static void check_permissions(struct config_warner *warner,
			      const struct caller *caller)
{
	for (size_t i = 1; i < PERMISSION_COUNT; i++) {
		bool reached = caller->parent_count == 0;

		for (size_t j = 0; j < caller->parent_count; j++)
			reached =
				reached ||
				abilities_within(
					permission_abilities(
						(enum permission)i),
					permission_abilities(
						caller->parents[j]->permission));
		if (caller->permissions[i] && !reached)
			config_warner_say(
				warner, caller->line,
				"%s of [caller %s] is more than any of its "
				"parents may; it gets what both may",
				permission_names[i], caller->name);
	}
}

static void check_anonymous(struct config_warner *warner,
			    const struct caller *caller)
{
	const struct networks *proxies = &warner->config->trusted_proxies;

	if (caller->anonymous && proxies->count == 0 && !proxies->has_unix)
		config_warner_say(
			warner, caller->line,
			"[caller %s] is anyone on this machine: a proxy here must "
			"send X-Forwarded-For or ask by HTTP/1.0, or all of its "
			"clients are; name its address in trusted-proxies",
			caller->name);
}

static void check_caller(struct config_warner *warner,
			 const struct caller *caller)
{
	check_nothing(warner, caller);
	check_buckets(warner, caller);
	check_permissions(warner, caller);
	check_anonymous(warner, caller);
	for (size_t i = 0; i < caller->prefixes.count; i++)
		config_warner_prefix(warner, caller->line, "caller",
				     caller->name, caller->prefixes.list[i]);
	if (caller->whole_bucket && caller->prefixes.count > 0 &&
	    !words_have(&caller->prefixes, slice_text("*")))
		config_warner_say(
			warner, caller->line,
			"[caller %s] has whole-bucket = yes, which means any key; "
			"its prefixes bound nothing",
			caller->name);
	if (caller->max_entries > warner->config->max_entries)
		config_warner_say(
			warner, caller->line,
			"max-entries of [caller %s] is over that of [mintage], "
			"%llu, which holds",
			caller->name,
			(unsigned long long)warner->config->max_entries);
	/* Where it is that of [mintage], nobody wrote it for this caller. */
	if (caller->daily_entries > 0 &&
	    caller->max_entries > caller->daily_entries &&
	    caller->max_entries < warner->config->max_entries)
		config_warner_say(
			warner, caller->line,
			"max-entries of [caller %s] is over its daily-entries, "
			"%u, and a batch of more is always refused; lower it "
			"to that",
			caller->name, caller->daily_entries);
	if (caller->max_link_age_written > warner->config->max_link_age)
		config_warner_say(
			warner, caller->line,
			"max-link-age of [caller %s] is over that of [mintage], "
			"%u seconds, which holds",
			caller->name, warner->config->max_link_age);
}

size_t config_warnings(const struct config *config,
		       void (*say)(void *context, const char *text),
		       void *context)
{
	struct config_warner warner = {
		.config = config,
		.say = say,
		.context = context,
	};

	check_service(&warner);
	for (const struct account *account = config->accounts; account;
	     account = account->next)
		check_account(&warner, account);
	for (const struct parent *parent = config->parents; parent;
	     parent = parent->next)
		check_parent(&warner, parent);
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next)
		check_caller(&warner, caller);
	config_download_warnings(&warner);
	return warner.count;
}
