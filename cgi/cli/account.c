#include "account.h"

#include "cgi/issue/entry.h"

/* By its id, else by its section's name; so with accounts. */
static const struct parent *find_parent(const struct config *config,
					const char *name)
{
	const struct parent *parent = config_parent(config, slice_text(name));

	return parent ? parent : config_parent_named(config, name);
}

static const struct account *find_account(const struct config *config,
					  const char *name)
{
	const struct account *account =
		config_account(config, slice_text(name));

	for (const struct account *each = config->accounts; each && !account;
	     each = each->next) {
		if (strcmp(each->name, name) == 0)
			account = each;
	}
	return account;
}

/* Would some parent of this account do? Two that fit are issue_begin's to
 * complain of. */
static bool account_fits(const struct config *config, const struct issue *issue,
			 const struct account *account)
{
	struct subject subject = { .kind = SUBJECT_OWNER };
	struct want want = { .account_id = slice_text(account->id),
			     .bucket = issue->fields->bucket };
	struct grant grant = { 0 };
	struct granted wish;
	struct problem problem;
	enum error error;

	/* What is wrong with it is issue_begin's to say, of any account. */
	if (entry_wish(issue, NULL, &wish, &problem) != ERROR_NONE)
		return account == config->accounts;
	want.abilities = scope_abilities(&wish.scope);
	error = grant_begin(&grant, config, &subject, &want, &problem);
	grant_free(&grant);
	return error == ERROR_NONE || error == ERROR_AMBIGUOUS;
}

static enum error choose_account(const struct config *config,
				 const struct issue *issue,
				 struct slice *account_id,
				 struct problem *problem)
{
	const struct account *fitting = NULL;

	for (const struct account *account = config->accounts; account;
	     account = account->next) {
		/* The same in another jurisdiction. */
		if (fitting && strcmp(fitting->id, account->id) == 0)
			continue;
		if (!account_fits(config, issue, account))
			continue;
		if (fitting)
			return problem_set(problem, ERROR_AMBIGUOUS,
					   "--account",
					   "parents of '%s' and of '%s' fit: "
					   "name the account or the parent",
					   fitting->name, account->name);
		fitting = account;
	}
	if (!fitting)
		return problem_set(problem, ERROR_ACCESS_DENIED, "--account",
				   "no account has a parent that may do this "
				   "in bucket '%.*s'",
				   (int)issue->fields->bucket.length,
				   issue->fields->bucket.data);
	*account_id = slice_text(fitting->id);
	return ERROR_NONE;
}

enum error cli_account_settle(struct cli_fields *asked,
			      const struct config *config,
			      const struct issue *issue,
			      struct slice *account_id, struct problem *problem)
{
	const struct parent *parent = NULL;
	const struct account *account = NULL;

	if (asked->parent) {
		parent = find_parent(config, asked->parent);
		if (!parent)
			return problem_set(problem, ERROR_ACCESS_DENIED,
					   "--parent", "%s has no parent '%s'",
					   config->path, asked->parent);
		fields_set(&asked->fields,
			   slice_text(field_names[FIELD_PARENT]),
			   slice_text(parent->key.access_key_id),
			   &asked->problems);
		account = parent->account;
	}
	if (asked->account) {
		account = find_account(config, asked->account);
		if (!account)
			return problem_set(problem, ERROR_NO_ROUTE, "--account",
					   "%s has no account '%s'",
					   config->path, asked->account);
	}
	if (!account && config->accounts && !config->accounts->next)
		account = config->accounts;
	if (!account)
		return choose_account(config, issue, account_id, problem);
	*account_id = slice_text(account->id);
	return ERROR_NONE;
}
