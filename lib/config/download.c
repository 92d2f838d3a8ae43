/* [download NAME]: paths that lead to objects of a bucket, and who may use
 * them. */
#include "download.h"

#include "bucket_owner.h"
#include "choice.h"
#include "download_links.h"
#include "lib/sign/key.h"
#include "lib/sign/method.h"
#include "number.h"
#include "rows.h"
#include "secret.h"
#include "text.h"
#include "words.h"

/* ---- where it is ---------------------------------------------------------- */

/* The first segments of paths that this service has, or will have, for
 * something else. */
static const char *const own_paths[] = { "/accounts/", "/client/", "/healthz/",
					 "/metrics/",  "/s/",      "/shares/",
					 "/sts/" };

/* The path is compared with what a client asks for, decoded and with what is
 * behind "?" cut off, so these could never be in it. */
static enum error letters_check(const struct config_place *at,
				const struct config_value *value)
{
	const char *found = strpbrk(value->text, "%?#\\\"");

	if (strstr(value->text, CONFIG_USER))
		return CONFIG_FAIL(at, value,
				   "'path' holds " CONFIG_USER
				   ", which stands for a user in 'prefix' "
				   "alone; move it there");
	if (!found)
		return ERROR_NONE;
	return CONFIG_FAIL(at, value,
			   "'path' has a '%c', and it is compared with the "
			   "decoded address; write blanks and other characters "
			   "as themselves, without quotes",
			   *found);
}

static enum error settle_path(const struct config_place *at, void *target)
{
	const struct download *download = target;
	const struct config_value *value = config_place_named(at, "path");
	const struct download *other = at->config->downloads;
	struct slice path = slice_text(download->path);

	if (path.length < 3 || path.data[0] != '/' ||
	    path.data[path.length - 1] != '/' ||
	    memmem(path.data, path.length, "//", 2) ||
	    key_has_dot_segment(path))
		return CONFIG_FAIL(at, value,
				   "'path' must begin and end with a slash, "
				   "with one or more names between, as in "
				   "/get/");
	for (size_t i = 0; i < sizeof(own_paths) / sizeof(own_paths[0]); i++) {
		if (slice_starts(path, slice_text(own_paths[i])))
			return CONFIG_FAIL(at, value,
					   "'path' begins with %s, which "
					   "Mintage keeps for something else; "
					   "choose another",
					   own_paths[i]);
	}
	while (other != download && strcmp(other->path, download->path) != 0)
		other = other->next;
	if (other != download)
		return CONFIG_FAIL(at, value,
				   "'path' is that of [download %s] in line %d "
				   "too; give each its own",
				   other->name, other->line);
	return letters_check(at, value);
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
	if (config_text_is_quoted(download->prefix))
		return CONFIG_FAIL(at, value,
				   "'prefix' is in quotes, which would be part "
				   "of every key; write it without");
	if (key_check(slice_text(download->prefix), NULL, &reason))
		return CONFIG_FAIL(at, value, "'prefix': %s", reason.message);
	if (key_has_dot_segment(slice_text(download->prefix)))
		return CONFIG_FAIL(at, value,
				   "'prefix' has a '.' or '..' between "
				   "slashes, which no client can ask for");
	return ERROR_NONE;
}

/* Why this parent can't sign for the section, or NULL when it can. */
static const char *unfit_because(const struct parent *parent,
				 const struct download *download)
{
	abilities reading = method_abilities(METHOD_GET) |
			    method_abilities(METHOD_HEAD);

	if (parent->account != download->account)
		return "is of another account";
	if (!words_have(&parent->buckets, slice_text(download->bucket)))
		return "does not have this bucket among its 'buckets'";
	if (!abilities_within(reading,
			      permission_abilities(parent->permission)))
		return "has a permission that can't read";
	if (parent->signer != SIGNER_LOCAL)
		return "has another signer than local, and can't sign links";
	return NULL;
}

static enum error find_named(const struct config_place *at,
			     const struct config_value *value,
			     struct download *download)
{
	struct parent *parent = at->config->parents;
	const char *reason;

	while (parent && strcmp(parent->key.name, value->text) != 0)
		parent = parent->next;
	if (!parent)
		return CONFIG_FAIL(at, value,
				   "there is no [parent %s]; add it or name "
				   "another",
				   value->text);
	reason = unfit_because(parent, download);
	if (reason)
		return CONFIG_FAIL(at, value,
				   "[parent %s] %s; name one that can read "
				   "bucket %s of [account %s]",
				   value->text, reason, download->bucket,
				   download->account->name);
	download->parent = parent;
	return ERROR_NONE;
}

/* No parent fits: say what is wrong with the one that comes closest. */
static enum error fail_parents(const struct config_place *at,
			       const struct download *download)
{
	for (const struct parent *one = at->config->parents; one;
	     one = one->next) {
		if (one->account == download->account &&
		    words_have(&one->buckets, slice_text(download->bucket)))
			return CONFIG_FAIL(at, at->section,
					   "[parent %s] %s; add a parent that "
					   "can read bucket %s",
					   one->key.name,
					   unfit_because(one, download),
					   download->bucket);
	}
	return CONFIG_FAIL(at, at->section,
			   "no [parent] has bucket %s of [account %s]; add the "
			   "bucket to one, or correct 'bucket'",
			   download->bucket, download->account->name);
}

static enum error settle_parent(const struct config_place *at, void *target)
{
	const struct config_value *value = config_place_named(at, "parent");
	struct download *download = target;

	if (value)
		return find_named(at, value, download);
	for (struct parent *one = at->config->parents; one; one = one->next) {
		if (unfit_because(one, download))
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
	return download->parent ? ERROR_NONE : fail_parents(at, download);
}

/* ---- the section ---------------------------------------------------------- */

static enum error settle_download(const struct config_place *at, void *target)
{
	struct download *download = target;

	if (strstr(download->prefix, CONFIG_USER) &&
	    download->open_to != OPEN_TO_CALLERS)
		return CONFIG_FAIL(at, config_place_named(at, "prefix"),
				   "'prefix' holds " CONFIG_USER
				   ", and only callers have a user; write "
				   "open-to = callers, or remove it");
	return config_download_links_settle(at, download);
}

#define MEMBER(member) CONFIG_MEMBER(struct download, member)

const char *const config_download_open_to_names[OPEN_TO_COUNT + 1] = {
	[OPEN_TO_CALLERS] = "callers",
	[OPEN_TO_EVERYONE] = "everyone",
	[OPEN_TO_LINK] = "link",
	NULL,
};

const char *const config_download_disposition_names[DISPOSITION_COUNT + 1] = {
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
	{ "open-to", &config_choice, MEMBER(open_to),
	  .names = config_download_open_to_names },
	{ "link", &config_words_custom, .settle = config_download_links_kinds },
	{ "link-secret-file", &config_secret_text, MEMBER(link_secret),
	  .file = offsetof(struct download, link_secret_file) },
	{ "link-timeout", &config_number_duration, MEMBER(link_timeout),
	  .max = CONFIG_LINK_AGE_MAX, .number = 3600 },
	{ "link-expression", &config_text, MEMBER(link_expression),
	  .text = "$secure_link_expires$uri$remote_addr $secret" },
	{ "link-arguments", &config_words, MEMBER(link_arguments),
	  .check = config_download_links_argument_check,
	  .settle = config_download_links_arguments },
	{ "link-uri", &config_text, MEMBER(link_uri), .text = "/",
	  .settle = config_download_links_uri },
	{ "ttl", &config_number_duration, MEMBER(ttl), .max = TTL_MAX,
	  .number = 3600 },
	{ "disposition", &config_choice, MEMBER(disposition),
	  .names = config_download_disposition_names },
	{ "max-downloads", &config_number, MEMBER(max_downloads),
	  .max = 1000000000 },
};

const struct config_section_kind config_download_section = {
	.name = "download",
	CONFIG_ROWS(rows),
	CONFIG_LIST(struct download, downloads, name),
	.settle = settle_download,
};
