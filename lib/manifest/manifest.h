/*
 * manifest - the list of what is asked for, read entry by entry.
 *
 * An iterator over the stored body: nothing is collected, so a manifest of a
 * million entries costs the body alone. It is read twice, once to check and
 * once to issue; manifest_rewind goes back. Parts (the `objects` and
 * `prefixes` of a request, an uploaded file) are read one after the other.
 */
#ifndef MINTAGE_LIB_MANIFEST_MANIFEST_H
#define MINTAGE_LIB_MANIFEST_MANIFEST_H

#include "lib/base/spool.h"
#include "reader.h"

#define MANIFEST_PARTS_MAX 4

struct manifest {
	struct manifest_part parts[MANIFEST_PARTS_MAX];
	size_t part_count;
	/* Where the entries of a document have their key: see manifest_part.
	 * Set it before manifest_add_document; `objects` and other lists that
	 * are no document have no use for it. Borrowed. */
	struct slice key_name;
	/* Where a large document in UTF-16 is decoded: see spool_open. */
	const char *folder;
	struct spool decoded; /* internal: that document in UTF-8 */
	/* Internal: the place of the iterator. */
	size_t part;
	uint64_t index; /* of the next entry, within its base */
	bool open;      /* the part's reader has begun */
	struct manifest_state state;
};

/* No parts yet. Ends with manifest_end. */
void manifest_begin(struct manifest *manifest);

/* Free what the manifest owns, which is little more than nothing unless a
 * document was UTF-16. Its entries can't be read any more. */
void manifest_end(struct manifest *manifest);

/*
 * Append a list of entries in the format of `reader`; all of them before the
 * first manifest_next. `text` is borrowed as long as the manifest is read; a
 * JSON array has its brackets. `base` is a constant text, such as "/objects".
 * Errors: ERROR_EMPTY when the list names nothing (which must never come to
 * mean everything), ERROR_BAD_VALUE when there are MANIFEST_PARTS_MAX lists
 * already, and those of the reader's open, such as ERROR_MALFORMED.
 */
enum error manifest_add(struct manifest *manifest,
			const struct manifest_reader *reader,
			enum entry_kind kind, const char *base,
			struct slice text, struct problem *problem) MUST_CHECK;

/*
 * Append an uploaded document in the format of `reader`, or if that is NULL of
 * the reader that manifest_guess_by_content finds, or with a key_name
 * manifest_keyed_choose. UTF-16 is decoded first (text.h). Its entries are
 * objects with the base MANIFEST_DOCUMENT, unless the reader splits the
 * document into lists: a JSON object has "/manifest/objects" and
 * "/manifest/prefixes". Errors are those of manifest_add, of the functions
 * named above and the reader's split, which for JSON adds ERROR_UNKNOWN_FIELD
 * and ERROR_DUPLICATE_FIELD. On failure no part is added.
 */
enum error manifest_add_document(struct manifest *manifest,
				 const struct manifest_reader *reader,
				 struct slice text,
				 struct problem *problem) MUST_CHECK;

void manifest_rewind(struct manifest *manifest);

/* Read the next entry of any part. The entry's slices live until the next call
 * on the same manifest. */
enum manifest_step manifest_next(struct manifest *manifest, struct entry *entry,
				 struct problem *problem) MUST_CHECK;

#endif
