#include "download_warnings.h"

#include "lib/base/unicode.h"
#include "lib/links/kind.h"
#include "reach.h"
#include "state.h"

/* A secret with fewer bytes can be found by trying, by whoever has a link. */
#define SECRET_LEAST 16

/* ---- secrets -------------------------------------------------------------- */

static void check_secret(struct config_warner *warner, int line,
			 const char *kind, const char *name,
			 const struct keyed *secret)
{
	if (!secret)
		return;
	if (secret->length < SECRET_LEAST)
		config_warner_say(warner, line,
				  "the secret of [%s %s] has less than %d "
				  "bytes, so that whoever has a link may find "
				  "it by trying; take a longer one where no "
				  "old links need this one",
				  kind, name, SECRET_LEAST);
	if (secret->is_blank_edged)
		config_warner_say(warner, line,
				  "the secret of [%s %s] begins or ends with a "
				  "blank, which is part of it; remove the "
				  "blank from the file if that is not meant",
				  kind, name);
}

/* A link says nothing of its section: two with one secret share their links. */
static void check_same_secret(struct config_warner *warner,
			      const struct download *download)
{
	const struct keyed *secret = download->link_secret;

	for (const struct download *other = warner->config->downloads;
	     other != download; other = other->next) {
		if (!secret || !other->link_secret ||
		    !keyed_is_same(secret, other->link_secret))
			continue;
		config_warner_say(warner, download->line,
				  "[download %s] has the secret of [download "
				  "%s], so that a link to a file of one opens "
				  "the file of that name in the other; give "
				  "each its own",
				  download->name, other->name);
	}
}

/* ---- who may use it ------------------------------------------------------- */

static void check_kind(struct config_warner *warner,
		       const struct download *download,
		       const struct link_kind *kind)
{
	bool is_endless = kind->is_endless ||
			  (kind->has_expression &&
			   download->rules.expires_name.length == 0);

	if (is_endless)
		config_warner_say(warner, download->line,
				  "links of kind %s in [download %s] never "
				  "expire: only a new secret ends them; make "
				  "new links of kind signed",
				  kind->name, download->name);
	else if (kind->is_md5)
		config_warner_say(warner, download->line,
				  "links of kind %s in [download %s] are made "
				  "by MD5, which is weak; keep it for links "
				  "that are out there, and make new ones of "
				  "kind signed",
				  kind->name, download->name);
}

static void check_links(struct config_warner *warner,
			const struct download *download)
{
	if (download->open_to != OPEN_TO_LINK) {
		if (download->link_kinds || download->link_secret)
			config_warner_say(warner, download->line,
					  "[download %s] is open to callers, "
					  "and its links open nothing; write "
					  "open-to = link if they should",
					  download->name);
		return;
	}
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (download->link_kinds & (UINT32_C(1) << i))
			check_kind(warner, download, links_kind_table[i]);
	}
}

/* Tell why, once for each caller, where a section is open to callers and none
 * of them can read anything there. */
static void check_callers(struct config_warner *warner,
			  const struct download *download)
{
	const struct caller *callers = warner->config->callers;
	char why[CONFIG_REACH_WHY_MAX];
	struct config_reach reach;

	if (!callers)
		config_warner_say(warner, download->line,
				  "[download %s] is open to callers, and there "
				  "is no [caller]; add one",
				  download->name);
	for (const struct caller *one = callers; one; one = one->next) {
		config_reach_find(&reach, one, download);
		if (reach.extent != CONFIG_REACH_NOTHING)
			return;
	}
	for (const struct caller *one = callers; one; one = one->next) {
		config_reach_find(&reach, one, download);
		config_warner_say(warner, download->line,
				  "[caller %s] reaches nothing in [download "
				  "%s], nor does any other: %s",
				  one->name, download->name,
				  config_reach_why(why, &reach, download));
	}
}

/* ---- the sections --------------------------------------------------------- */

/* Where links are counted, the service must be able to. */
static void check_counts(struct config_warner *warner,
			 const struct download *download)
{
	const char *folder = warner->config->state_dir;

	if (download->max_downloads > 0 && folder &&
	    !config_state_is_writable(folder))
		config_warner_say(warner, download->line,
				  "max-downloads of [download %s] is counted "
				  "in %s, where nothing can be written by "
				  "whoever runs this: the service would answer "
				  "with status 503",
				  download->name, folder);
}

static void check_download(struct config_warner *warner,
			   const struct download *download)
{
	if (download->prefix[0] != '\0')
		config_warner_prefix(warner, download->line, "download",
				     download->name,
				     slice_text(download->prefix));
	else if (download->open_to == OPEN_TO_EVERYONE)
		config_warner_say(warner, download->line,
				  "[download %s] is open to everyone with "
				  "prefix = *: anybody may read the whole of "
				  "bucket %s; name a prefix, unless this is "
				  "meant",
				  download->name, download->bucket);
	if (!unicode_is_nfc(slice_text(download->path)))
		config_warner_say(warner, download->line,
				  "the path of [download %s] isn't in "
				  "Unicode's form NFC, in which browsers send "
				  "it; write it so",
				  download->name);
	check_secret(warner, download->line, "download", download->name,
		     download->link_secret);
	check_same_secret(warner, download);
	check_links(warner, download);
	check_counts(warner, download);
	if (download->open_to == OPEN_TO_CALLERS)
		check_callers(warner, download);
}

static void check_domain(struct config_warner *warner,
			 const struct domain *domain)
{
	check_secret(warner, domain->line, "domain", domain->name,
		     domain->secret);
	if (domain->ttl > warner->config->max_link_age)
		config_warner_say(warner, domain->line,
				  "ttl of [domain %s] is over max-link-age of "
				  "[mintage], %u seconds, so that no caller "
				  "may have its links",
				  domain->name, warner->config->max_link_age);
}

void config_download_warnings(struct config_warner *warner)
{
	for (const struct download *one = warner->config->downloads; one;
	     one = one->next)
		check_download(warner, one);
	for (const struct domain *one = warner->config->domains; one;
	     one = one->next)
		check_domain(warner, one);
}
