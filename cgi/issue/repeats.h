/*
 * repeats - keys that one request names twice with different terms: two digests
 * for one key, or a GET link and a PUT link. Nobody can say which of the two
 * was meant, so neither is issued. The same terms twice are no contradiction,
 * and the parts of one upload are as many things.
 *
 * The table has a place for each key. It is looked for only where entries carry
 * terms of their own, and is in a mapped file, since a batch may have a million
 * entries. What it holds of a key is 128 bits of a SHA-256 that begins with a
 * random secret of this table: nobody can choose keys that meet, and that two
 * among a billion keys meet by chance has a probability below 1e-20, far less
 * than that of a memory error. So a key is not compared byte for byte, and its
 * terms are compared themselves; of their texts, 64 bits of such a hash.
 */
#ifndef MINTAGE_CGI_ISSUE_REPEATS_H
#define MINTAGE_CGI_ISSUE_REPEATS_H

#include "lib/base/digest.h"
#include "lib/base/spool.h"
#include "terms.h"

/* {0} is empty; `expected` and `folder` may be set. Ends with repeats_free. */
struct repeats {
	const char *folder; /* where the table's file is made: see spool_open */
	size_t expected;    /* about how many keys will come; 0: not known */
	bool looking;       /* an entry with terms of its own was met */
	bool complete;      /* repeats_check may be asked */
	uint64_t found;     /* entries that contradict an earlier one */
	size_t used;        /* keys in the table */
	size_t capacity;    /* of the index; twice that of the slots */
	struct spool index; /* a place for each key, by its hash */
	struct spool slots; /* what is known of each key, in their order */
	struct digest_sha256 keyed; /* has been given the secret */
};

/* Does the entry carry terms of its own? */
bool repeats_has_terms(const struct entry *entry);

/*
 * Note an entry that passed its check, with its settled terms. `number` counts
 * the entries of the request from 1. ERROR_BAD_VALUE where an earlier one has
 * the same key and other terms; the message names both and what differs, and
 * the pointer is the entry's. ERROR_UNAVAILABLE, without a pointer, where the
 * table can't be made or can't grow.
 */
enum error repeats_add(struct repeats *repeats, const struct entry *entry,
		       const struct terms *terms, uint64_t number,
		       struct problem *problem) MUST_CHECK;

/* Is the entry's key one that was named twice with different terms? `terms`
 * are its settled ones. If so, this
 * is ERROR_BAD_VALUE for each entry of that key, the first too, with a pointer
 * relative to the entry. */
enum error repeats_check(const struct repeats *repeats,
			 const struct entry *entry, const struct terms *terms,
			 struct problem *problem) MUST_CHECK;

/* Give the table back; leaves {0}. */
void repeats_free(struct repeats *repeats);

#endif
