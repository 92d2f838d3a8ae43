/* [caller NAME]: who may ask, and what that caller may have. */
#include <stdlib.h>

#include "choice.h"
#include "lib/base/hex.h"
#include "lib/sign/bucket.h"
#include "lib/sign/key.h"
#include "lib/sign/scope.h"
#include "rate.h"
#include "rows.h"
#include "text.h"
#include "words.h"

/* ---- who the caller is -------------------------------------------------- */

/* A message never quotes the value: it may be the token itself. */
static enum error settle_bearer(const struct config_place *at, void *target)
{
	const struct config_value *value =
		config_place_named(at, "bearer-sha256");
	struct caller *caller = target;
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

static enum error settle_user(const struct config_place *at, void *target)
{
	const struct caller *caller = target;

	if (!caller->remote_user ||
	    strlen(caller->remote_user) <= CONFIG_USER_MAX)
		return ERROR_NONE;
	return CONFIG_FAIL(at, config_place_named(at, "remote-user"),
			   "'remote-user' is longer than %d bytes; "
			   "shorten it",
			   CONFIG_USER_MAX);
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

/* Each caller is recognised in one way, which is not that of another. */
static enum error identity_check(const struct config_place *at,
				 const struct caller *caller)
{
	const struct caller *other = at->config->callers;
	int ways = (caller->has_bearer ? 1 : 0) +
		   (caller->remote_user ? 1 : 0) + (caller->anonymous ? 1 : 0);

	if (ways != 1)
		return CONFIG_FAIL(at, at->section,
				   "[caller %s] is recognised in %s way; give "
				   "it one of bearer-sha256, remote-user and "
				   "anonymous = yes",
				   caller->name,
				   ways == 0 ? "no" : "more than one");
	while (other != caller && !same_identity(caller, other))
		other = other->next;
	if (other != caller)
		return CONFIG_FAIL(at, at->section,
				   "[caller %s] is recognised just as "
				   "[caller %s] in line %d is; make "
				   "them one or tell them apart",
				   caller->name, other->name, other->line);
	return ERROR_NONE;
}

/* ---- what the caller may have ------------------------------------------- */

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

static enum error settle_parents(const struct config_place *at, void *target)
{
	struct parent_list list = { .config = at->config, .caller = target };

	return config_words_each(at, "parents", take_parent, &list);
}

static enum error settle_permissions(const struct config_place *at,
				     void *target)
{
	return config_words_each(at, "permissions", take_permission, target);
}

static enum error settle_prefixes(const struct config_place *at, void *target)
{
	const struct config_value *value = config_place_named(at, "prefixes");
	const struct caller *caller = target;
	const struct words *prefixes = &caller->prefixes;

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

/* ---- how much of it ------------------------------------------------------ */

static enum error settle_rate(const struct config_place *at, void *target)
{
	const struct caller *caller = target;

	return caller->rate.most > 0 ? config_rate_need_folder(at, "rate") :
				       ERROR_NONE;
}

static enum error settle_daily(const struct config_place *at, void *target)
{
	const struct caller *caller = target;

	return caller->daily_entries > 0 ?
		       config_rate_need_folder(at, "daily-entries") :
		       ERROR_NONE;
}

/* ---- the section -------------------------------------------------------- */

static enum error settle_caller(const struct config_place *at, void *target)
{
	struct caller *caller = target;

	if (strcmp(caller->name, "owner") == 0)
		return CONFIG_FAIL(at, at->section,
				   "a caller can't be named 'owner', as the "
				   "audit log calls whoever runs mintage at a "
				   "prompt; choose another name");
	caller->max_link_age = caller->max_link_age_written;
	if (caller->max_link_age == 0)
		caller->max_link_age = caller->max_ttl;
	if (caller->max_link_age > at->config->max_link_age)
		caller->max_link_age = at->config->max_link_age;
	if (caller->max_entries == 0)
		caller->max_entries = at->config->max_entries;
	return identity_check(at, caller);
}

static void release_caller(void *target)
{
	struct caller *caller = target;

	free(caller->parents);
}

#define MEMBER(member) CONFIG_MEMBER(struct caller, member)

static const struct config_row rows[] = {
	{ "bearer-sha256", &config_rows_custom, .settle = settle_bearer },
	{ "remote-user", &config_text, MEMBER(remote_user),
	  .settle = settle_user },
	{ "anonymous", &config_choice_bool, MEMBER(anonymous) },
	{ "parents", &config_words_custom, .section = "parent",
	  .settle = settle_parents },
	{ "buckets", &config_words, MEMBER(buckets), .check = bucket_check },
	{ "permissions", &config_words_custom, .settle = settle_permissions },
	{ "prefixes", &config_words, MEMBER(prefixes), .check = key_check,
	  .settle = settle_prefixes },
	{ "whole-bucket", &config_choice_bool, MEMBER(whole_bucket) },
	{ "max-ttl", &config_number_duration, MEMBER(max_ttl), .max = TTL_MAX,
	  .number = TTL_DEFAULT },
	{ "max-link-age", &config_number_duration, MEMBER(max_link_age_written),
	  .max = CONFIG_LINK_AGE_MAX },
	{ "max-entries", &config_number, MEMBER(max_entries), .min = 1,
	  .max = CONFIG_ENTRIES_MAX },
	{ "rate", &config_rate, MEMBER(rate), .max = CONFIG_RATE_MAX,
	  .settle = settle_rate },
	{ "daily-entries", &config_number, MEMBER(daily_entries), .min = 1,
	  .max = CONFIG_ENTRIES_MAX, .settle = settle_daily },
};

const struct config_section_kind config_caller_section = {
	.name = "caller",
	CONFIG_ROWS(rows),
	CONFIG_LIST(struct caller, callers, name),
	.settle = settle_caller,
	.release = release_caller,
};
