#include "right.h"

#include <stdio.h>

#include "lib/sign/method.h"

static enum error over(struct problem *problem)
{
	return problem_set(problem, ERROR_LINK_OVER, NULL,
			   "this share is no longer good: ask whoever gave it "
			   "to you for a new one");
}

/* Set right->maker to the caller that made the share, as if that caller asked
 * now. False where the configuration has no such caller any more. */
static bool find_maker(struct share_right *right, const struct config *config,
		       const struct share_head *head)
{
	struct slice user = head->text[SHARE_USER];
	const struct caller *caller =
		config_caller_named(config, head->text[SHARE_CALLER]);

	right->maker = (struct subject){ .caller = caller };
	if (!caller || user.length > USER_MAX)
		return false;
	right->maker.kind = caller->remote_user ? SUBJECT_USER :
			    caller->has_bearer  ? SUBJECT_BEARER :
						  SUBJECT_LOOPBACK;
	if (!caller->remote_user)
		return user.length == 0;
	if (user.length == 0)
		return false;
	memcpy(right->maker.user, user.data, user.length);
	/* Another section may have that user now. */
	return subject_user(config, user) == caller;
}

static const struct parent *find_parent(const struct config *config,
					const struct share_head *head)
{
	struct slice name = head->text[SHARE_PARENT];
	char text[CONFIG_NAME_MAX + 1];
	const struct parent *parent;

	if (name.length > CONFIG_NAME_MAX)
		return NULL;
	snprintf(text, sizeof(text), "%.*s", (int)name.length, name.data);
	parent = config_parent_named(config, text);
	return parent && parent->key.secret &&
			       slice_is(head->text[SHARE_ACCOUNT],
					parent->account->id) ?
		       parent :
		       NULL;
}

/* Ask the policy as if the caller asked now. */
static enum error ask_policy(struct share_right *right,
			     const struct config *config,
			     const struct share_head *head,
			     const struct parent *parent,
			     struct problem *problem)
{
	abilities wanted = method_abilities(METHOD_GET);
	const struct want want = {
		.account_id = head->text[SHARE_ACCOUNT],
		.bucket = head->text[SHARE_BUCKET],
		.access_key_id = slice_text(parent->key.access_key_id),
		.abilities = wanted,
	};
	struct scope scope = { .actions = wanted };
	enum error error = grant_begin(&right->grant, config, &right->maker,
				       &want, problem);

	if (error == ERROR_INTERNAL)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the service ran out of memory: try again "
				   "later");
	if (error)
		return over(problem);
	right->ttl = head->number[SHARE_TTL] < right->grant.max_ttl ?
			     (uint32_t)head->number[SHARE_TTL] :
			     right->grant.max_ttl;
	scope.ttl = right->ttl;
	return grant_scope_check(&right->grant, &scope, "", problem) ?
		       over(problem) :
		       ERROR_NONE;
}

enum error share_right_begin(struct share_right *right,
			     const struct config *config,
			     const struct share_file *share, int64_t now,
			     struct problem *problem)
{
	const struct share_head *head = &share->head;
	int64_t created = (int64_t)head->number[SHARE_CREATED];
	const struct parent *parent = find_parent(config, head);
	enum error error;

	right->grant = (struct grant){ 0 };
	right->expires = (int64_t)head->number[SHARE_EXPIRES];
	if (right->expires < now || !find_maker(right, config, head) || !parent)
		return over(problem);
	error = ask_policy(right, config, head, parent, problem);
	/* A max-link-age that was lowered holds for older shares, too. */
	if (!error && now - created > right->grant.max_link_age)
		error = over(problem);
	if (!error && right->expires - created > right->grant.max_link_age)
		right->expires = created + right->grant.max_link_age;
	return error;
}

void share_right_end(struct share_right *right)
{
	grant_free(&right->grant);
}

enum error share_right_key_check(const struct share_right *right,
				 struct slice key, struct problem *problem)
{
	return grant_path_check(&right->grant, key, "", problem) ?
		       over(problem) :
		       ERROR_NONE;
}
