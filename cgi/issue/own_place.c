#include "own_place.h"

#include "lib/links/kind.h"
#include "lib/sign/key.h"

/* ---- the section ---------------------------------------------------------- */

/* What is looked for among the sections of one kind, and what was found. */
struct section_search {
	const struct want *want;
	const struct caller *caller; /* NULL: the owner */
	struct slice name;           /* empty: any */
	size_t serving; /* sections that have the bucket, for this caller */
	size_t count;   /* those of them that fit */
	const char *names[2]; /* of the first of these */
};

static bool has_bucket(const struct section_search *search,
		       const struct account *account, const char *bucket)
{
	return slice_is(search->want->account_id, account->id) &&
	       slice_is(search->want->bucket, bucket);
}

static bool is_named(const struct section_search *search, const char *name)
{
	return search->name.length == 0 || slice_is(search->name, name);
}

static bool has_parent(const struct caller *caller, const struct parent *parent)
{
	bool has = !caller;

	for (size_t i = 0; !has && i < caller->parent_count; i++)
		has = caller->parents[i] == parent;
	return has;
}

/* May the caller use this parent, and did it name no other? */
static bool may_use(const struct section_search *search,
		    const struct parent *parent)
{
	struct slice named = search->want->access_key_id;

	return has_parent(search->caller, parent) &&
	       (named.length == 0 ||
		slice_is(named, parent->key.access_key_id));
}

static bool takes_signed(const struct download *download)
{
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (links_kind_table[i] == &links_signed_kind)
			return download->open_to == OPEN_TO_LINK &&
			       (download->link_kinds & UINT32_C(1) << i) != 0;
	}
	return false;
}

bool own_place_may_use(const struct download *download,
		       const struct caller *caller)
{
	return takes_signed(download) && has_parent(caller, download->parent) &&
	       (!caller ||
		words_have(&caller->buckets, slice_text(download->bucket)));
}

static void note(struct section_search *search, const char *name)
{
	if (search->count < 2)
		search->names[search->count] = name;
	search->count++;
}

static enum error several(const char *kind, const struct section_search *search,
			  struct problem *problem)
{
	return problem_set(problem, ERROR_AMBIGUOUS, "/download",
			   "%zu sections fit, [%s %s] and [%s %s]%s; name one "
			   "as download",
			   search->count, kind, search->names[0], kind,
			   search->names[1],
			   search->count > 2 ? " among them" : "");
}

/* A section of this kind that has the bucket, if there is one, is of no use:
 * `lacking` says why. Names of sections are not told. */
static enum error none(const char *kind, const char *lacking,
		       const struct section_search *search,
		       struct problem *problem)
{
	const char *who = search->caller ? "this caller" : "this configuration";
	char bucket[KEY_QUOTE_MAX], name[KEY_QUOTE_MAX];

	key_quote(bucket, search->want->bucket);
	if (search->serving > 0)
		return problem_set(problem, ERROR_ACCESS_DENIED,
				   search->name.length ? "/download" : "/sign",
				   "the [%s] for bucket '%s' is not for such "
				   "links: its administrator must write %s",
				   kind, bucket, lacking);
	if (search->name.length > 0)
		return problem_set(problem, ERROR_ACCESS_DENIED, "/download",
				   "%s has no [%s %s] for bucket "
				   "'%s'; name another, or leave 'download' "
				   "out",
				   who, kind, key_quote(name, search->name),
				   bucket);
	return problem_set(problem, ERROR_ACCESS_DENIED, "/sign",
			   "%s has no [%s] for bucket '%s': the "
			   "administrator must add one, or ask with "
			   "sign=parent",
			   who, kind, bucket);
}

/* Did exactly one section fit? */
static enum error one_check(const struct section_search *search,
			    const char *kind, const char *lacking,
			    struct problem *problem)
{
	if (search->count == 0)
		return none(kind, lacking, search, problem);
	if (search->count > 1)
		return several(kind, search, problem);
	return ERROR_NONE;
}

static enum error find_download(struct own_place *place,
				const struct config *config,
				struct section_search *search,
				struct problem *problem)
{
	for (const struct download *one = config->downloads; one;
	     one = one->next) {
		if (!has_bucket(search, one->account, one->bucket) ||
		    !is_named(search, one->name) ||
		    !may_use(search, one->parent))
			continue;
		search->serving++;
		if (!takes_signed(one))
			continue;
		note(search, one->name);
		place->download = one;
	}
	return one_check(search, "download", "open-to = link and link = signed",
			 problem);
}

static enum error find_domain(struct own_place *place,
			      const struct config *config,
			      struct section_search *search,
			      struct problem *problem)
{
	for (const struct domain *one = config->domains; one; one = one->next) {
		if (!has_bucket(search, one->account, one->bucket) ||
		    !is_named(search, one->name))
			continue;
		note(search, one->name);
		place->domain = one;
	}
	return one_check(search, "domain", "", problem);
}

/* Where does the section's path begin for clients? */
static enum error find_address(struct own_place *place,
			       const struct config *config,
			       struct problem *problem)
{
	if (!place->download)
		return ERROR_NONE;
	if (!config->public_url)
		return problem_set(problem, ERROR_BAD_VALUE, "/sign",
				   "this service does not know its own "
				   "address: its administrator must write it "
				   "as 'public-url' in [mintage]");
	if (strlen(config->public_url) + strlen(place->download->path) >
	    OWN_PLACE_BASE_MAX)
		return problem_set(problem, ERROR_BAD_VALUE, "/sign",
				   "the service's own address has more than "
				   "%d bytes: its administrator must write a "
				   "shorter 'public-url' or 'path'",
				   OWN_PLACE_BASE_MAX);
	return ERROR_NONE;
}

/* The caller may read the bucket by some parent. Let the grant be that of the
 * section's own. */
static enum error bind_parent(const struct own_place *place,
			      struct grant *grant, const struct config *config,
			      const struct subject *subject,
			      const struct want *want, struct problem *problem)
{
	struct want bound = *want;

	if (!place->download || grant->parent == place->download->parent)
		return ERROR_NONE;
	bound.access_key_id =
		slice_text(place->download->parent->key.access_key_id);
	grant_free(grant);
	return grant_begin(grant, config, subject, &bound, problem);
}

enum error own_place_settle(struct own_place *place, struct grant *grant,
			    const struct config *config,
			    const struct subject *subject,
			    const struct want *want,
			    const struct fields *fields,
			    struct problem *problem)
{
	struct section_search search = { .want = want,
					 .caller = subject->caller,
					 .name = fields->download };
	enum error error = grant_begin(grant, config, subject, want, problem);

	*place = (struct own_place){ .config = config };
	if (!fields_sign_is_own(fields->sign))
		return error;
	/* Which of several parents signs, the section of a download says. */
	if (error && (error != ERROR_AMBIGUOUS || fields->sign == SIGN_WAF))
		return error;
	error = fields->sign == SIGN_WAF ?
			find_domain(place, config, &search, problem) :
			find_download(place, config, &search, problem);
	if (!error)
		error = find_address(place, config, problem);
	if (!error)
		error = bind_parent(place, grant, config, subject, want,
				    problem);
	if (!error)
		grant->max_ttl = grant->max_link_age;
	return error;
}

enum error own_place_ttl_check(const struct own_place *place,
			       const struct grant *grant, uint32_t *ttl,
			       struct problem *problem)
{
	unsigned long life;

	if (!place->domain)
		return ERROR_NONE;
	life = place->domain->ttl;
	if (*ttl != 0 && *ttl != life)
		return problem_set(problem, ERROR_BAD_VALUE, "/ttlSeconds",
				   "the rule at Cloudflare says how long links "
				   "of %s live: write %lu, or leave "
				   "'ttlSeconds' out",
				   place->domain->name, life);
	if (life > grant->max_ttl)
		return problem_set(problem, ERROR_ACCESS_DENIED, "/ttlSeconds",
				   "links of %s live %lu seconds, and %s may "
				   "have at most %lu",
				   place->domain->name, life,
				   grant->caller ? "this caller" :
						   "this configuration",
				   (unsigned long)grant->max_ttl);
	*ttl = place->domain->ttl;
	return ERROR_NONE;
}

/* ---- entries -------------------------------------------------------------- */

static enum error unfit_key(struct problem *problem, const char *why)
{
	return problem_set(problem, ERROR_OBJECT_NAME, "",
			   "no address of this service leads to this key, "
			   "because %s: ask with sign=parent",
			   why);
}

/* Does the address of `rest` belong to another section, whose path is longer?
 * route_download.c chooses so. */
static bool is_elsewhere(const struct own_place *place, struct slice rest)
{
	struct slice path = slice_text(place->download->path);

	for (const struct download *one = place->config->downloads; one;
	     one = one->next) {
		if (one != place->download &&
		    slice_starts(slice_text(one->path), path) &&
		    slice_starts(rest, slice_text(one->path + path.length)))
			return true;
	}
	return false;
}

static enum error download_key_check(const struct own_place *place,
				     struct slice key, struct problem *problem)
{
	const struct download *download = place->download;
	struct slice prefix = slice_text(download->prefix), rest;
	char quoted[KEY_QUOTE_MAX];

	if (!slice_starts(key, prefix))
		return problem_set(problem, ERROR_ACCESS_DENIED, "",
				   "[download %s] has only keys that begin "
				   "with %s",
				   download->name, key_quote(quoted, prefix));
	rest = own_place_rest(place, key);
	if (rest.length == 0)
		return unfit_key(problem, "it is the prefix of the section");
	if (rest.data[rest.length - 1] == '/')
		return unfit_key(problem, "it ends in a slash, as folders do");
	if (key_has_dot_segment(rest))
		return unfit_key(problem, "a '.' or '..' between slashes is "
					  "resolved on the way");
	if (is_elsewhere(place, rest))
		return unfit_key(problem, "another [download] has that path");
	return ERROR_NONE;
}

enum error own_place_entry_check(const struct own_place *place,
				 const struct entry *entry,
				 const struct link_terms *terms,
				 struct problem *problem)
{
	enum link_term term = link_terms_only_presigned(terms);
	bool is_own;

	if (term == LINK_TERM_COUNT)
		return place->download ?
			       download_key_check(place, entry->key, problem) :
			       ERROR_NONE;
	/* What the entry does not name itself has no place within it. */
	is_own = link_terms_has(&entry->link, term);
	return problem_set(problem, ERROR_BAD_VALUE,
			   is_own ? link_terms_table[term].pointer : "",
			   "a link to a host of our own can't carry %s'%s': "
			   "leave it out%s",
			   is_own ? "" : "the request's ",
			   link_terms_table[term].name,
			   place->download ?
				   ", and let 'disposition' in the section say "
				   "whether files are saved" :
				   "; the object's own headers hold");
}
