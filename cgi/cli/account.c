#include "account.h"

/* Find a parent by access key id, then by section name. find_account does the
 * same for accounts. */
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

/* Does the account have a parent that may do this? Where several of them may,
 * order_settle complains. */
static bool may_sign(const struct config *config, const struct account *account,
		     struct slice bucket, const struct terms *terms)
{
	struct subject subject = { .kind = SUBJECT_OWNER };
	struct want want = { .account_id = slice_text(account->id),
			     .bucket = bucket,
			     .abilities = scope_abilities(&terms->scope) };
	struct grant grant = { 0 };
	struct problem problem;
	enum error error =
		grant_begin(&grant, config, &subject, &want, &problem);

	grant_free(&grant);
	return error == ERROR_NONE || error == ERROR_AMBIGUOUS;
}

/* Set *fitting to the one account that has a parent for these terms, NULL where
 * none has. */
static enum error find_fitting(const struct config *config, struct slice bucket,
			       const struct terms *terms,
			       const struct account **fitting,
			       struct problem *problem)
{
	*fitting = NULL;
	for (const struct account *account = config->accounts; account;
	     account = account->next) {
		/* An account with several jurisdictions has a section for each
		 * of them, all with one id. */
		if (*fitting && strcmp((*fitting)->id, account->id) == 0)
			continue;
		if (!may_sign(config, account, bucket, terms))
			continue;
		if (*fitting)
			return problem_set(problem, ERROR_AMBIGUOUS,
					   "--account",
					   "parents of '%s' and of '%s' fit: "
					   "name the account or the parent",
					   (*fitting)->name, account->name);
		*fitting = account;
	}
	return ERROR_NONE;
}

static enum error choose_account(const struct config *config,
				 enum issue_kind kind,
				 const struct fields *fields,
				 struct slice *account_id,
				 struct problem *problem)
{
	struct terms_defaults defaults = terms_defaults(kind, fields);
	const struct account *fitting = config->accounts;
	struct terms terms;
	enum error error = ERROR_NONE;

	/* Terms that can't be settled are wrong for any account, and
	 * order_settle says what is wrong with them. */
	if (terms_settle(&defaults, NULL, &terms, problem) == ERROR_NONE)
		error = find_fitting(config, fields->bucket, &terms, &fitting,
				     problem);
	if (error)
		return error;
	if (!fitting)
		return problem_set(problem, ERROR_ACCESS_DENIED, "--account",
				   "no account has a parent that may do this "
				   "in bucket '%.*s'",
				   (int)fields->bucket.length,
				   fields->bucket.data);
	*account_id = slice_text(fitting->id);
	return ERROR_NONE;
}

enum error cli_account_settle(struct cli_fields *asked,
			      const struct config *config, enum issue_kind kind,
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
		return choose_account(config, kind, &asked->fields, account_id,
				      problem);
	*account_id = slice_text(account->id);
	return ERROR_NONE;
}
