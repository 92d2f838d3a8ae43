/*
 * entry - one entry checked against the order: its terms, the grant, what a
 * credential or a link may ask for, and what the answer's format can carry.
 *
 * Both passes check each entry by the same function, so that the second issues
 * what the first counted and the record says.
 */
#ifndef MINTAGE_CGI_ISSUE_ENTRY_H
#define MINTAGE_CGI_ISSUE_ENTRY_H

#include "order.h"

/*
 * Settle the entry's terms and check everything about it. After ERROR_NONE,
 * *terms may be issued for entry->key. After any other error nothing may be
 * issued for it, and *problem says why, with the entry's pointer. Errors are
 * those of terms_settle, terms_check, signer_terms_check, grant_path_check and,
 * once order->repeats is complete, repeats_check; ERROR_BAD_VALUE and
 * ERROR_OBJECT_NAME for what a link, a credential or the format can't have.
 */
enum error issue_entry_check(const struct order *order,
			     const struct entry *entry, struct terms *terms,
			     struct problem *problem) MUST_CHECK;

/*
 * Read the entries from where the manifest stands to its end, and append each
 * key as a JSON string to *prefixes or *objects, separated by commas: what
 * stands between the brackets of a JSON array. False where an entry can't be
 * read or does not pass its check any more, or where memory is out. The caller
 * frees both buffers with buffer_free in every case.
 */
bool issue_entry_paths(const struct order *order, struct buffer *prefixes,
		       struct buffer *objects) MUST_CHECK;

/* The name that the entry's file is saved under: its download name, else its
 * key. Borrowed from the entry. */
static inline struct slice issue_entry_name(const struct entry *entry)
{
	const struct slice *name = &entry->link.text[LINK_TERM_FILENAME];

	return name->length ? *name : entry->key;
}

#endif
