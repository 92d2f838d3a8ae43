/* [download NAME]: paths that lead to objects of a bucket, and who may use
 * them. */
#include "bucket_owner.h"
#include "choice.h"
#include "lib/links/kind.h"
#include "lib/sign/key.h"
#include "lib/sign/method.h"
#include "number.h"
#include "rows.h"
#include "secret.h"
#include "text.h"
#include "words.h"

/* ---- where it is ---------------------------------------------------------- */

/* Paths that this service has for something else. */
static const char *const own_paths[] = { "/accounts/", "/healthz/", "/metrics/",
					 "/client/" };

static enum error settle_path(const struct config_place *at, void *target)
{
	const struct download *download = target;
	const struct config_value *value = config_place_named(at, "path");
	const struct download *other = at->config->downloads;
	struct slice path = slice_text(download->path);

	if (path.length < 2 || path.data[0] != '/' ||
	    path.data[path.length - 1] != '/' ||
	    memmem(path.data, path.length, "//", 2) ||
	    key_has_dot_segment(path))
		return CONFIG_FAIL(at, value,
				   "'path' must begin and end with a slash, "
				   "with one or more names between, as /get/");
	for (size_t i = 0; i < sizeof(own_paths) / sizeof(own_paths[0]); i++) {
		if (slice_starts(path, slice_text(own_paths[i])))
			return CONFIG_FAIL(at, value,
					   "'path' is one that Mintage has for "
					   "something else; choose another");
	}
	while (other != download && strcmp(other->path, download->path) != 0)
		other = other->next;
	if (other != download)
		return CONFIG_FAIL(at, value,
				   "'path' is that of [download %s] in line %d "
				   "too; give each its own",
				   other->name, other->line);
	return ERROR_NONE;
}

/* ---- what it leads to ----------------------------------------------------- */

static enum error settle_account(const struct config_place *at, void *target)
{
	struct download *download = target;

	return config_bucket_owner_account(at, &download->account);
}

static enum error settle_bucket(const struct config_place *at, void *target)
{
	const struct download *download = target;

	return config_bucket_owner_bucket(at, download->bucket);
}

static enum error settle_prefix(const struct config_place *at, void *target)
{
	struct download *download = target;
	const struct config_value *value = config_place_named(at, "prefix");
	struct problem reason;

	if (strcmp(download->prefix, "*") == 0) {
		download->prefix[0] = '\0';
		return ERROR_NONE;
	}
	if (key_check(slice_text(download->prefix), NULL, &reason))
		return CONFIG_FAIL(at, value, "'prefix': %s", reason.message);
	if (key_has_dot_segment(slice_text(download->prefix)))
		return CONFIG_FAIL(at, value,
				   "'prefix' has a '.' or '..' between "
				   "slashes, which no client can ask for");
	return ERROR_NONE;
}

/* Could this parent sign for the section? */
static bool fits(const struct parent *parent, const struct download *download)
{
	abilities reading = method_abilities(METHOD_GET) |
			    method_abilities(METHOD_HEAD);

	return parent->account == download->account &&
	       parent->signer == SIGNER_LOCAL &&
	       words_have(&parent->buckets, slice_text(download->bucket)) &&
	       abilities_within(reading,
				permission_abilities(parent->permission));
}

static enum error find_named(const struct config_place *at,
			     const struct config_value *value,
			     struct download *download)
{
	struct parent *parent = at->config->parents;

	while (parent && strcmp(parent->key.name, value->text) != 0)
		parent = parent->next;
	if (!parent)
		return CONFIG_FAIL(at, value,
				   "there is no [parent %s]; add it or name "
				   "another",
				   value->text);
	if (!fits(parent, download))
		return CONFIG_FAIL(at, value,
				   "[parent %s] can't read bucket %s of "
				   "[account %s], or is not one with signer = "
				   "local; name one that can",
				   value->text, download->bucket,
				   download->account->name);
	download->parent = parent;
	return ERROR_NONE;
}

static enum error settle_parent(const struct config_place *at, void *target)
{
	const struct config_value *value = config_place_named(at, "parent");
	struct download *download = target;

	if (value)
		return find_named(at, value, download);
	for (struct parent *one = at->config->parents; one; one = one->next) {
		if (!fits(one, download))
			continue;
		if (download->parent)
			return CONFIG_FAIL(at, at->section,
					   "[parent %s] and [parent %s] can "
					   "both read bucket %s; choose one by "
					   "'parent'",
					   download->parent->key.name,
					   one->key.name, download->bucket);
		download->parent = one;
	}
	if (download->parent)
		return ERROR_NONE;
	return CONFIG_FAIL(at, at->section,
			   "no [parent] can read bucket %s of [account %s]; "
			   "add one",
			   download->bucket, download->account->name);
}

/* ---- who may use it ------------------------------------------------------- */

static enum error take_kind(void *context, struct slice word,
			    struct problem *problem)
{
	struct download *download = context;
	const char *names[LINK_KIND_COUNT];
	char quoted[KEY_QUOTE_MAX];
	const char *nearest;

	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		names[i] = links_kind_table[i]->name;
		if (!slice_is(word, names[i]))
			continue;
		download->link_kinds |= UINT32_C(1) << i;
		return ERROR_NONE;
	}
	nearest = slice_nearest(word, names, LINK_KIND_COUNT);
	key_quote(quoted, word);
	if (nearest)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "there is no kind of link '%s'; did you "
				   "mean '%s'?",
				   quoted, nearest);
	return problem_set(problem, ERROR_CONFIG, NULL,
			   "there is no kind of link '%s'; mintage.conf(5) "
			   "lists them",
			   quoted);
}

static enum error settle_link(const struct config_place *at, void *target)
{
	return config_words_each(at, "link", take_kind, target);
}

static enum error settle_arguments(const struct config_place *at, void *target)
{
	struct download *download = target;
	struct words *names = &download->link_arguments;

	if (names->count > 2)
		return CONFIG_FAIL(at, config_place_named(at, "link-arguments"),
				   "'link-arguments' are the names of the code "
				   "and of the time, as: md5 expires");
	return ERROR_NONE;
}

static enum error settle_uri(const struct config_place *at, void *target)
{
	const struct download *download = target;
	size_t length = strlen(download->link_uri);

	if (download->link_uri[0] == '/' &&
	    download->link_uri[length - 1] == '/')
		return ERROR_NONE;
	return CONFIG_FAIL(at, config_place_named(at, "link-uri"),
			   "'link-uri' stands before the key in $uri, so it "
			   "must begin and end with a slash, as /files/");
}

/* Does the section allow a kind of link for which `has` is true? */
static bool has_kind(const struct download *download,
		     bool (*has)(const struct link_kind *kind))
{
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if ((download->link_kinds & (UINT32_C(1) << i)) &&
		    has(links_kind_table[i]))
			return true;
	}
	return false;
}

static bool has_expression(const struct link_kind *kind)
{
	return kind->has_expression;
}

/* Read the expression and the names of the arguments. A time that the code does
 * not cover could be changed by whoever has the link. */
static enum error settle_expression(const struct config_place *at,
				    struct download *download)
{
	const struct config_value *value =
		config_place_named(at, "link-expression");
	const struct words *names = &download->link_arguments;
	struct link_rules *rules = &download->rules;
	struct problem reason;

	rules->code_name = names->count > 0 ? names->list[0] :
					      slice_text("md5");
	rules->expires_name = names->count > 1 ? names->list[1] :
			      names->count > 0 ? slice_of(NULL, 0) :
						 slice_text("expires");
	rules->uri_prefix = slice_text(download->link_uri);
	rules->expression = &download->expression;
	if (links_expression_read(&download->expression,
				  slice_text(download->link_expression),
				  &reason))
		return CONFIG_FAIL(at, value, "'link-expression': %s",
				   reason.message);
	if (rules->expires_name.length > 0 &&
	    !links_expression_has(&download->expression,
				  LINK_EXPRESSION_EXPIRES))
		return CONFIG_FAIL(
			at, value,
			"'link-expression' lacks "
			"$secure_link_expires, so whoever has a link "
			"could change its time; add it, or name only "
			"the code in 'link-arguments'");
	return ERROR_NONE;
}

/* Keys that say nothing where no link is asked for are a mistake. */
static enum error refuse_link_keys(const struct config_place *at)
{
	static const char *const names[] = { "link", "link-secret-file",
					     "max-downloads" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct config_value *value =
			config_place_named(at, names[i]);

		if (value)
			return CONFIG_FAIL(at, value,
					   "'%s' is for open-to = link; write "
					   "that, or remove the line",
					   names[i]);
	}
	return ERROR_NONE;
}

static enum error settle_links(const struct config_place *at,
			       struct download *download)
{
	enum error error = config_place_need(at, "link");

	if (!error)
		error = config_place_need(at, "link-secret-file");
	if (error)
		return error;
	download->rules.secret = slice_of(download->link_secret.text,
					  download->link_secret.length);
	download->rules.timeout = download->link_timeout;
	if (download->max_downloads > 0 && !at->config->state_dir)
		return CONFIG_FAIL(at, config_place_named(at, "max-downloads"),
				   "'max-downloads' is counted in a file; name "
				   "a folder for it by 'state-dir' in "
				   "[mintage]");
	return has_kind(download, has_expression) ?
		       settle_expression(at, download) :
		       ERROR_NONE;
}

static enum error settle_download(const struct config_place *at, void *target)
{
	struct download *download = target;

	if (strstr(download->prefix, CONFIG_USER) &&
	    download->open_to != OPEN_TO_CALLERS)
		return CONFIG_FAIL(at, config_place_named(at, "prefix"),
				   "'prefix' holds " CONFIG_USER
				   ", and only callers have a user; write "
				   "open-to = callers, or remove it");
	return download->open_to == OPEN_TO_LINK ? settle_links(at, download) :
						   refuse_link_keys(at);
}

/* ---- the section ---------------------------------------------------------- */

#define MEMBER(member) CONFIG_MEMBER(struct download, member)

static const char *const open_to_names[] = {
	[OPEN_TO_CALLERS] = "callers",
	[OPEN_TO_EVERYONE] = "everyone",
	[OPEN_TO_LINK] = "link",
	NULL,
};

static const char *const disposition_names[] = {
	[DISPOSITION_STORED] = "stored",
	[DISPOSITION_ATTACHMENT] = "attachment",
	[DISPOSITION_INLINE] = "inline",
	NULL,
};

static const struct config_row rows[] = {
	{ "path", &config_text, MEMBER(path), .needed = true,
	  .settle = settle_path },
	{ "account", &config_rows_custom, .section = "account",
	  .settle = settle_account },
	{ "bucket", &config_text, MEMBER(bucket), .needed = true,
	  .settle = settle_bucket },
	{ "prefix", &config_text, MEMBER(prefix), .needed = true,
	  .settle = settle_prefix },
	{ "parent", &config_rows_custom, .section = "parent",
	  .settle = settle_parent },
	{ "open-to", &config_choice, MEMBER(open_to), .names = open_to_names },
	{ "link", &config_words_custom, .settle = settle_link },
	{ "link-secret-file", &config_secret, MEMBER(link_secret),
	  .file = offsetof(struct download, link_secret_file) },
	{ "link-timeout", &config_number_duration, MEMBER(link_timeout),
	  .max = UINT32_MAX, .number = 3600 },
	{ "link-expression", &config_text, MEMBER(link_expression),
	  .text = "$secure_link_expires$uri$remote_addr $secret" },
	{ "link-arguments", &config_words, MEMBER(link_arguments),
	  .settle = settle_arguments },
	{ "link-uri", &config_text, MEMBER(link_uri), .text = "/",
	  .settle = settle_uri },
	{ "ttl", &config_number_duration, MEMBER(ttl), .max = TTL_MAX,
	  .number = 3600 },
	{ "disposition", &config_choice, MEMBER(disposition),
	  .names = disposition_names },
	{ "max-downloads", &config_number, MEMBER(max_downloads),
	  .max = 1000000000 },
};

const struct config_section_kind config_download_section = {
	.name = "download",
	CONFIG_ROWS(rows),
	CONFIG_LIST(struct download, downloads, name),
	.settle = settle_download,
};
