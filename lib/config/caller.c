#include <stdlib.h>

#include "lib/base/hex.h"
#include "lib/sign/bucket.h"
#include "lib/sign/key.h"
#include "sections.h"

enum caller_key {
	CALLER_BEARER_SHA256,
	CALLER_REMOTE_USER,
	CALLER_ANONYMOUS,
	CALLER_PARENTS,
	CALLER_BUCKETS,
	CALLER_PERMISSIONS,
	CALLER_PREFIXES,
	CALLER_WHOLE_BUCKET,
	CALLER_MAX_TTL,
	CALLER_MAX_ENTRIES,
	CALLER_KEY_COUNT
};

static const struct config_key caller_keys[CALLER_KEY_COUNT] = {
	[CALLER_BEARER_SHA256] = { "bearer-sha256", false },
	[CALLER_REMOTE_USER] = { "remote-user", false },
	[CALLER_ANONYMOUS] = { "anonymous", false },
	[CALLER_PARENTS] = { "parents", true },
	[CALLER_BUCKETS] = { "buckets", true },
	[CALLER_PERMISSIONS] = { "permissions", true },
	[CALLER_PREFIXES] = { "prefixes", true },
	[CALLER_WHOLE_BUCKET] = { "whole-bucket", false },
	[CALLER_MAX_TTL] = { "max-ttl", false },
	[CALLER_MAX_ENTRIES] = { "max-entries", false },
};

const struct config_kind config_caller_kind = { "caller", true, caller_keys,
						CALLER_KEY_COUNT };

/* ---- who it is ----------------------------------------------------------- */

/* Never quoted: where a hash belongs, the token itself may stand. */
static enum error load_bearer(struct caller *caller,
			      const struct config_place *at)
{
	const struct config_value *value =
		config_value(at, CALLER_BEARER_SHA256);
	uint8_t nothing[DIGEST_SIZE];

	if (!value)
		return ERROR_NONE;
	if (strlen(value->text) != HEX_LENGTH(DIGEST_SIZE) ||
	    !hex_decode(caller->bearer_sha256, value->text,
			HEX_LENGTH(DIGEST_SIZE)))
		return CONFIG_FAIL(at, value,
				   "'bearer-sha256' isn't the SHA-256 of a "
				   "token; write its 64 hexadecimal digits, or "
				   "run: mintage caller add NAME");
	digest_sha256("", 0, nothing);
	if (memcmp(caller->bearer_sha256, nothing, sizeof(nothing)) == 0)
		return CONFIG_FAIL(at, value,
				   "'bearer-sha256' is the SHA-256 of nothing; "
				   "hash the token");
	caller->has_bearer = true;
	return ERROR_NONE;
}

static bool same_identity(const struct caller *a, const struct caller *b)
{
	if (a->has_bearer && b->has_bearer)
		return memcmp(a->bearer_sha256, b->bearer_sha256,
			      sizeof(a->bearer_sha256)) == 0;
	if (a->remote_user && b->remote_user)
		return strcmp(a->remote_user, b->remote_user) == 0;
	return a->anonymous && b->anonymous;
}

static enum error load_identity(const struct config *config,
				struct caller *caller,
				const struct config_place *at)
{
	int ways;
	enum error error;

	if ((error = load_bearer(caller, at)) ||
	    (error = config_text(at, CALLER_REMOTE_USER,
				 &caller->remote_user)) ||
	    (error = config_bool(at, CALLER_ANONYMOUS, &caller->anonymous)))
		return error;
	if (caller->remote_user &&
	    strlen(caller->remote_user) > CONFIG_USER_MAX)
		return CONFIG_FAIL(at, config_value(at, CALLER_REMOTE_USER),
				   "'remote-user' is longer than %d bytes; "
				   "shorten it",
				   CONFIG_USER_MAX);
	ways = (caller->has_bearer ? 1 : 0) + (caller->remote_user ? 1 : 0) +
	       (caller->anonymous ? 1 : 0);
	if (ways != 1)
		return CONFIG_FAIL(at, at->section,
				   "[caller %s] is recognised in %s way; give "
				   "it one of bearer-sha256, remote-user and "
				   "anonymous = yes",
				   caller->name,
				   ways == 0 ? "no" : "more than one");
	for (const struct caller *other = config->callers; other != caller;
	     other = other->next) {
		if (same_identity(caller, other))
			return CONFIG_FAIL(at, at->section,
					   "[caller %s] is recognised just as "
					   "[caller %s] in line %d is; make "
					   "them one or tell them apart",
					   caller->name, other->name,
					   other->line);
	}
	return ERROR_NONE;
}

/* ---- what it may have ---------------------------------------------------- */

struct parent_list {
	const struct config *config;
	struct caller *caller;
};

static enum error take_parent(void *context, struct slice word,
			      struct problem *problem)
{
	struct parent_list *list = context;
	struct caller *caller = list->caller;
	struct parent *parent = list->config->parents;
	char quoted[KEY_QUOTE_MAX];
	struct parent **more;

	while (parent && !slice_is(word, parent->key.name))
		parent = parent->next;
	if (!parent)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "there is no [parent %s]; add it or name "
				   "another",
				   key_quote(quoted, word));
	for (size_t i = 0; i < caller->parent_count; i++) {
		if (caller->parents[i] == parent)
			return problem_set(problem, ERROR_CONFIG, NULL,
					   "'%s' is named twice; once is "
					   "enough",
					   parent->key.name);
	}
	more = reallocarray(caller->parents, caller->parent_count + 1,
			    sizeof(*more));
	if (!more)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "out of memory");
	caller->parents = more;
	caller->parents[caller->parent_count++] = parent;
	return ERROR_NONE;
}

static enum error take_permission(void *context, struct slice word,
				  struct problem *problem)
{
	struct caller *caller = context;
	enum permission permission = PERMISSION_NONE;
	enum error error = permission_parse(word, NULL, &permission, problem);

	if (!error)
		caller->permissions[permission] = true;
	return error;
}

static enum error load_prefixes(struct caller *caller,
				const struct config_place *at)
{
	const struct config_value *value = config_value(at, CALLER_PREFIXES);
	const struct words *prefixes = &caller->prefixes;
	enum error error =
		config_words(at, CALLER_PREFIXES, key_check, &caller->prefixes);

	if (error)
		return error;
	if (prefixes->count > CONFIG_PREFIXES_MAX)
		return CONFIG_FAIL(at, value,
				   "'prefixes' are %zu; a caller has at most "
				   "%d, make two callers of it",
				   prefixes->count, CONFIG_PREFIXES_MAX);
	for (size_t i = 0; i < prefixes->count && !caller->remote_user; i++) {
		if (memmem(prefixes->list[i].data, prefixes->list[i].length,
			   CONFIG_USER, strlen(CONFIG_USER)))
			return CONFIG_FAIL(at, value,
					   "'prefixes' holds " CONFIG_USER
					   ", and [caller %s] has no user; use "
					   "remote-user, or remove it",
					   caller->name);
	}
	return ERROR_NONE;
}

enum error config_caller_load(const struct config *config,
			      struct caller *caller,
			      const struct config_place *at)
{
	struct parent_list list = { .config = config, .caller = caller };
	uint64_t ttl = TTL_DEFAULT;
	enum error error;

	caller->line = at->section->line;
	caller->max_entries = config->max_entries;
	caller->name = strdup(at->section->name);
	if (!caller->name)
		return config_no_memory(at);
	if (strcmp(caller->name, "owner") == 0)
		return CONFIG_FAIL(at, at->section,
				   "a caller can't be named 'owner', as the "
				   "audit log calls whoever runs mintage at a "
				   "prompt; choose another name");
	if ((error = load_identity(config, caller, at)) ||
	    (error = config_each_word(at, CALLER_PARENTS, take_parent,
				      &list)) ||
	    (error = config_words(at, CALLER_BUCKETS, bucket_check,
				  &caller->buckets)) ||
	    (error = config_each_word(at, CALLER_PERMISSIONS, take_permission,
				      caller)) ||
	    (error = load_prefixes(caller, at)) ||
	    (error = config_bool(at, CALLER_WHOLE_BUCKET,
				 &caller->whole_bucket)) ||
	    (error = config_number(at, CALLER_MAX_TTL, TTL_MAX, &ttl)) ||
	    (error = config_number(at, CALLER_MAX_ENTRIES, CONFIG_ENTRIES_MAX,
				   &caller->max_entries)))
		return error;
	caller->max_ttl = (uint32_t)ttl;
	return ERROR_NONE;
}
