/*
 * issue_entry - one entry held against the grant: what it may become.
 *
 * Used by both passes of issue.h: what the second issues is what the first
 * allowed.
 */
#ifndef MINTAGE_CGI_ISSUE_ENTRY_H
#define MINTAGE_CGI_ISSUE_ENTRY_H

#include "issue.h"

/* What an entry amounts to. */
struct granted {
	struct scope scope; /* settled; of a link: its one action */
	enum method method; /* of a link */
};

/*
 * What is asked for by default, `entry` being NULL, or by an entry that sets
 * itself apart; settled, but not yet held against the grant. Pointers are
 * relative to the entry.
 */
enum error entry_wish(const struct issue *issue, const struct entry *entry,
		      struct granted *wish, struct problem *problem) MUST_CHECK;

/* Is this much, for so long, within the grant? Pointers are relative. */
enum error entry_allowed(const struct issue *issue,
			 const struct granted *granted,
			 struct problem *problem) MUST_CHECK;

/* Settle an entry, hold it against the grant and against what its format can
 * carry. The problem's pointer is the entry's. */
enum error entry_verify(const struct issue *issue, struct entry *entry,
			struct granted *granted,
			struct problem *problem) MUST_CHECK;

/*
 * The keys of all entries, from where the manifest stands: what is between the
 * brackets of a JSON array of prefixes, and of one of objects. False when an
 * entry isn't good any more, or memory is out; the caller frees either way.
 */
bool entry_paths(const struct issue *issue, struct buffer *prefixes,
		 struct buffer *objects) MUST_CHECK;

/* Under what name the entry's file would be saved. */
static inline struct slice entry_name(const struct entry *entry)
{
	return entry->filename.length ? entry->filename : entry->key;
}

#endif
