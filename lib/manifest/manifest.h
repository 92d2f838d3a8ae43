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

#include "lib/base/json.h"
#include "lib/sign/key.h"
#include "lib/sign/method.h"
#include "lib/sign/scope.h"

enum manifest_format {
	MANIFEST_GUESS,     /* by the first bytes */
	MANIFEST_JSON,      /* an array of entries, or an object that holds
			     * `objects` and `prefixes` */
	MANIFEST_NDJSON,    /* a JSON entry a line */
	MANIFEST_LINES,     /* a key a line; empty lines are nothing, one
			     * CR at a line's end is dropped; blanks belong
			     * to the key */
	MANIFEST_CSV,       /* a row an entry, the first names its members */
	MANIFEST_SHA256SUM, /* a digest and a key a line */
	MANIFEST_FORMAT_COUNT
};

/* "json" ...; the first is "". */
extern const char *const manifest_format_names[MANIFEST_FORMAT_COUNT];

/* What a file of this name holds, with or without folders before it: by its
 * ending, in any case, or by the names that sha256sum's lists usually have.
 * MANIFEST_GUESS where the name doesn't tell. */
enum manifest_format manifest_format_by_name(struct slice filename);

enum entry_kind { ENTRY_OBJECT, ENTRY_PREFIX };

/* One entry. Slices live until the next call on the same manifest. */
struct entry {
	enum entry_kind kind;
	struct slice key; /* UTF-8, checked with key_check */
	/* What it sets apart from its batch; 0 and none: as the batch. */
	bool own_scope; /* permission, actions or ttl were given */
	struct scope scope;
	/* Of a link alone: as manifest_value.h has checked them. */
	enum method method;
	struct slice filename;
	struct slice content_type;
	struct slice content_length;       /* decimal digits */
	struct slice sha256;               /* 64 hex digits, lower case */
	char pointer[PROBLEM_POINTER_MAX]; /* set by manifest_pointer */
	const char *base; /* "/objects", "/prefixes", "/manifest", or the
			   * last with one of the first two behind it */
	uint64_t index;   /* from 0, within its base */
};

enum manifest_step {
	MANIFEST_ENTRY,     /* *entry is set */
	MANIFEST_BAD_ENTRY, /* *problem is set; the next may be read. The
			     * key is set as far as it could be read: UTF-8
			     * of at most KEY_MAX bytes, or none */
	MANIFEST_END,
	MANIFEST_BROKEN, /* *problem is set; nothing more can be read,
			  * trying to gives the same again */
};

#define MANIFEST_PARTS_MAX 4
#define MANIFEST_COLUMNS_MAX 9

struct manifest_part {
	enum manifest_format format;
	enum entry_kind kind;
	const char *base;
	struct slice text;
};

struct manifest {
	struct manifest_part parts[MANIFEST_PARTS_MAX];
	size_t part_count;
	/* internal: the place of the iterator */
	size_t part;
	uint64_t index;
	uint64_t line;
	const char *next;
	struct json json;
	bool open;
	uint8_t column_count; /* of a CSV, and what they are */
	uint8_t columns[MANIFEST_COLUMNS_MAX];
	/* decoded texts of the current entry */
	size_t scratch_used;
	char scratch[4 * (KEY_MAX + 8)];
};

void manifest_begin(struct manifest *manifest);

/*
 * Append a part; all of them before the first manifest_next. `format` is no
 * guess. `text` is borrowed until the manifest is done with; for MANIFEST_JSON
 * it is the array with its brackets. `base` is a constant text. ERROR_EMPTY
 * when the part names nothing (which must never come to mean everything),
 * ERROR_MALFORMED, those of manifest_csv_open, ERROR_BAD_VALUE for one part too
 * many.
 */
enum error manifest_add(struct manifest *manifest, enum manifest_format format,
			enum entry_kind kind, const char *base,
			struct slice text, struct problem *problem) MUST_CHECK;

/*
 * Append an uploaded manifest of any format (base "/manifest"): settles
 * MANIFEST_GUESS by content, and takes a JSON document apart into its arrays
 * (bases "/manifest/objects" and "/manifest/prefixes"). By content, what begins
 * with `{`, `[` or `"`, with a digest, or with a line that looks like a CSV's
 * header is that or an error, never lines. Errors as above, and
 * ERROR_UNKNOWN_FIELD and ERROR_DUPLICATE_FIELD of a document's members.
 */
enum error manifest_add_document(struct manifest *manifest,
				 enum manifest_format format, struct slice text,
				 struct problem *problem) MUST_CHECK;

void manifest_rewind(struct manifest *manifest);

enum manifest_step manifest_next(struct manifest *manifest, struct entry *entry,
				 struct problem *problem) MUST_CHECK;

/* entry->pointer = "/objects/17"; kept out of the loop that needs none. */
const char *manifest_pointer(struct entry *entry);

/* Put the entry's pointer before the problem's own, which was relative to it:
 * "/ttlSeconds" becomes "/objects/17/ttlSeconds". So checks that pass can do
 * without pointers. Returns problem->error. */
enum error manifest_prefix_pointer(const struct entry *entry,
				   struct problem *problem);

/* ---- for the formats' readers ---------------------------------------------
 *
 * A reader is a row of the table in manifest.c: `open` goes to the beginning
 * of a part, `next` reads an entry into *entry, whose kind, base and index are
 * set already.
 */
typedef enum error manifest_open_fn(struct manifest *manifest,
				    const struct manifest_part *part,
				    struct problem *problem);
typedef enum manifest_step manifest_next_fn(struct manifest *manifest,
					    const struct manifest_part *part,
					    struct entry *entry,
					    struct problem *problem);

/* `text` without a byte order mark. */
struct slice manifest_text(struct slice text);

/* `text` cut to at most `max` bytes, between two characters. */
struct slice manifest_clip(struct slice text, size_t max);

/* manifest_prefix_pointer, with the line's number in the message. Returns
 * MANIFEST_BAD_ENTRY. */
enum manifest_step manifest_prefix_line(const struct entry *entry,
					uint64_t line, struct problem *problem);

/* Set the entry's key and check it. On failure the entry has what of the key
 * can be shown; the problem is to be manifest_prefix_pointer. */
enum error manifest_set_key(struct entry *entry, struct slice key,
			    struct problem *problem) MUST_CHECK;

#endif
