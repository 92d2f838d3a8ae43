/*
 * own_place - where links to hosts of our own lead: the [download] section for
 * sign=download, the [domain] section for sign=waf, and what such a link can't
 * be asked for.
 */
#ifndef MINTAGE_CGI_ISSUE_OWN_PLACE_H
#define MINTAGE_CGI_ISSUE_OWN_PLACE_H

#include "terms.h"

/* Longest address before a link's key, in bytes. */
#define OWN_PLACE_BASE_MAX 2048

/* Borrowed from the configuration. At most one of the two is set; none is where
 * links lead to R2. */
struct own_place {
	const struct config *config;
	const struct download *download;
	const struct domain *domain;
};

/* The name of the section, or NULL. */
static inline const char *own_place_name(const struct own_place *place)
{
	return place->download ? place->download->name :
	       place->domain   ? place->domain->name :
				 NULL;
}

/* Is there a place in `download` for links of `caller` (NULL: the owner)? */
bool own_place_may_use(const struct download *download,
		       const struct caller *caller);

/*
 * What grant_begin does, for fields->sign of any kind; for one of our own also
 * find the section, set *place to it, and bind the grant to it: to the parent
 * of a [download], which must be one that the subject may use, and to links'
 * lifetimes. Nothing of the sections is told to who may not have the bucket.
 *
 * Errors are those of grant_begin. Where no section fits, it is
 * ERROR_ACCESS_DENIED at /sign, or at /download where one was named;
 * ERROR_AMBIGUOUS at /download where several fit; and ERROR_BAD_VALUE at /sign
 * where the service does not know its own address.
 */
enum error own_place_settle(struct own_place *place, struct grant *grant,
			    const struct config *config,
			    const struct subject *subject,
			    const struct want *want,
			    const struct fields *fields,
			    struct problem *problem) MUST_CHECK;

/*
 * A domain's rule says how long its links live, so *ttl becomes that where it
 * is 0. ERROR_BAD_VALUE at /ttlSeconds for any other, ERROR_ACCESS_DENIED there
 * where the grant does not allow it. Nothing is done for a [download].
 */
enum error own_place_ttl_check(const struct own_place *place,
			       const struct grant *grant, uint32_t *ttl,
			       struct problem *problem) MUST_CHECK;

/*
 * Can a link to this place be made for the entry with these settled terms? It
 * has passed all checks of links to R2. ERROR_BAD_VALUE for a term that it
 * can't carry; ERROR_ACCESS_DENIED for a key outside the section's prefix;
 * ERROR_OBJECT_NAME for a key to which no address of the section leads.
 * Pointers are relative to the entry.
 */
enum error own_place_entry_check(const struct own_place *place,
				 const struct entry *entry,
				 const struct link_terms *terms,
				 struct problem *problem) MUST_CHECK;

/* What stands in the link for an entry's key, which passed the check. */
static inline struct slice own_place_rest(const struct own_place *place,
					  struct slice key)
{
	size_t length = place->download ? strlen(place->download->prefix) : 0;

	return slice_of(key.data + length, key.length - length);
}

#endif
