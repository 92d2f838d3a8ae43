#include "download_links.h"

#include "lib/links/kind.h"
#include "lib/sign/key.h"
#include "place.h"
#include "text.h"
#include "words.h"

/* Longest name of an argument, in bytes. */
#define ARGUMENT_MAX 32

/* ---- the kinds ------------------------------------------------------------ */

static enum error fail_kind(struct slice word, const char *const names[],
			    struct problem *problem)
{
	const char *nearest = slice_nearest(word, names, LINK_KIND_COUNT);
	char quoted[KEY_QUOTE_MAX];

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

static enum error take_kind(void *context, struct slice word,
			    struct problem *problem)
{
	struct download *download = context;
	const char *names[LINK_KIND_COUNT];

	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		uint32_t bit = UINT32_C(1) << i;

		names[i] = links_kind_table[i]->name;
		if (!slice_is(word, names[i]))
			continue;
		if (download->link_kinds & bit)
			return problem_set(problem, ERROR_CONFIG, NULL,
					   "'%s' is named twice; once is "
					   "enough",
					   names[i]);
		download->link_kinds |= bit;
		return ERROR_NONE;
	}
	return fail_kind(word, names, problem);
}

enum error config_download_links_kinds(const struct config_place *at,
				       void *target)
{
	return config_words_each(at, "link", take_kind, target);
}

static bool has_expression(const struct download *download)
{
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if ((download->link_kinds & (UINT32_C(1) << i)) &&
		    links_kind_table[i]->has_expression)
			return true;
	}
	return false;
}

/* Is there a kind whose codes need the secret's text? */
static bool needs_text(const struct download *download)
{
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if ((download->link_kinds & (UINT32_C(1) << i)) &&
		    links_kind_table[i]->is_md5)
			return true;
	}
	return false;
}

/* ---- secure-link-md5 ------------------------------------------------------ */

enum error config_download_links_argument_check(struct slice word,
						const char *pointer,
						struct problem *problem)
{
	static const char more[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	char quoted[KEY_QUOTE_MAX];
	size_t i = 0;

	while (i < word.length && memchr(more, word.data[i], sizeof(more) - 1))
		i++;
	if (i == word.length && i > 0 && i <= ARGUMENT_MAX)
		return ERROR_NONE;
	return problem_set(
		problem, ERROR_CONFIG, pointer,
		"'%s' is no argument's name; write up to %d letters, "
		"digits and _ -, as in: md5 expires",
		key_quote(quoted, word), ARGUMENT_MAX);
}

enum error config_download_links_arguments(const struct config_place *at,
					   void *target)
{
	const struct download *download = target;
	const struct words *names = &download->link_arguments;

	if (names->count < 2 ||
	    (names->count == 2 && !slice_equal(names->list[0], names->list[1])))
		return ERROR_NONE;
	return CONFIG_FAIL(at, config_place_named(at, "link-arguments"),
			   "'link-arguments' are two names, that of the code "
			   "and that of the time; write: md5 expires");
}

enum error config_download_links_uri(const struct config_place *at,
				     void *target)
{
	const struct download *download = target;
	size_t length = strlen(download->link_uri);

	if (download->link_uri[0] == '/' &&
	    download->link_uri[length - 1] == '/' &&
	    !strchr(download->link_uri, '%'))
		return ERROR_NONE;
	return CONFIG_FAIL(at, config_place_named(at, "link-uri"),
			   "'link-uri' stands before the key in $uri, which is "
			   "decoded; begin and end it with a slash and write "
			   "each character as itself, as in /files/");
}

static void name_arguments(struct download *download)
{
	const struct words *names = &download->link_arguments;
	struct link_rules *rules = &download->rules;

	rules->code_name = slice_text("md5");
	rules->expires_name = slice_text("expires");
	if (names->count > 0) {
		rules->code_name = names->list[0];
		rules->expires_name = names->count > 1 ? names->list[1] :
							 slice_of(NULL, 0);
	}
}

/* Read the expression. A time that the code does not cover could be changed by
 * whoever has the link. */
static enum error read_expression(struct download *download,
				  struct problem *problem)
{
	struct link_expression *expression = &download->expression;
	enum error error;

	error = links_expression_read(
		expression, slice_text(download->link_expression), problem);
	if (error || download->rules.expires_name.length == 0 ||
	    links_expression_has(expression, LINK_EXPRESSION_EXPIRES))
		return error;
	return problem_set(problem, ERROR_CONFIG, NULL,
			   "it lacks $secure_link_expires, so whoever has a "
			   "link could change its time; add it, or name only "
			   "the code in 'link-arguments'");
}

static enum error settle_expression(const struct config_place *at,
				    struct download *download)
{
	const struct config_value *value =
		config_place_named(at, "link-expression");
	struct problem reason;

	name_arguments(download);
	download->rules.uri_prefix = slice_text(download->link_uri);
	download->rules.expression = &download->expression;
	/* nginx's configuration has it in quotes. Here they would be part of
	 * what is hashed, and no link would be good. */
	if (value && config_text_is_quoted(value->text))
		return CONFIG_FAIL(
			at, value,
			"'link-expression' is in quotes, which would "
			"be part of it; write it without");
	if (read_expression(download, &reason) == ERROR_NONE)
		return ERROR_NONE;
	return config_fail(at->problem, at->path,
			   value ? value->line : at->section->line,
			   "'link-expression': %s", reason.message);
}

/* ---- all keys together ---------------------------------------------------- */

/* Refuse the first of these keys that the section has. */
static enum error refuse(const struct config_place *at,
			 const char *const names[], const char *remedy)
{
	for (; *names; names++) {
		const struct config_value *value =
			config_place_named(at, *names);

		if (value)
			return CONFIG_FAIL(at, value, "'%s' is for %s", *names,
					   remedy);
	}
	return ERROR_NONE;
}

/*
 * Keys of links in a section that no link opens. Where everybody may read, or
 * where 'open-to' was forgotten, they look as if they protected something, and
 * do not. Where callers are asked for by name, they say what links were to
 * open, and open nothing: config_warnings tells of them.
 */
static enum error refuse_links(const struct config_place *at,
			       const struct download *download)
{
	static const char *const keys[] = { "link",
					    "link-secret-file",
					    "link-timeout",
					    "link-expression",
					    "link-uri",
					    "link-arguments",
					    NULL };

	if (download->max_downloads > 0)
		return CONFIG_FAIL(at, config_place_named(at, "max-downloads"),
				   "'max-downloads' counts the uses of a link; "
				   "write open-to = link, or remove the line");
	if (download->open_to == OPEN_TO_CALLERS &&
	    config_place_named(at, "open-to"))
		return ERROR_NONE;
	return refuse(at, keys,
		      "open-to = link; write that, or remove the line");
}

enum error config_download_links_settle(const struct config_place *at,
					struct download *download)
{
	static const char *const keys[] = { "link-expression", "link-uri",
					    "link-arguments", NULL };
	enum error error;

	if (download->open_to != OPEN_TO_LINK) {
		if (download->link_secret)
			keyed_drop_text(download->link_secret);
		return refuse_links(at, download);
	}
	error = config_place_need(at, "link");
	if (!error)
		error = config_place_need(at, "link-secret-file");
	if (error)
		return error;
	download->rules.secret = download->link_secret;
	if (!needs_text(download))
		keyed_drop_text(download->link_secret);
	download->rules.timeout = download->link_timeout;
	if (download->max_downloads > 0 && !at->config->state_dir)
		return CONFIG_FAIL(at, config_place_named(at, "max-downloads"),
				   "'max-downloads' is counted in a file; name "
				   "a folder for it by 'state-dir' in "
				   "[mintage]");
	if (has_expression(download))
		return settle_expression(at, download);
	return refuse(at, keys,
		      "link = secure-link-md5; add that kind, or remove the "
		      "line");
}
