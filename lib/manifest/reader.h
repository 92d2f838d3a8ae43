/*
 * manifest_reader - what every format of a manifest provides, and what it may
 * use.
 *
 * A format is one file that ends with its `struct manifest_reader`, and one
 * line in the list of format.c. Nothing else in the program names it.
 */
#ifndef MINTAGE_LIB_MANIFEST_READER_H
#define MINTAGE_LIB_MANIFEST_READER_H

#include "entry.h"
#include "lib/base/json.h"
#include "member.h"
#include "names.h"

/* The base of an uploaded manifest's entries. */
#define MANIFEST_DOCUMENT "/manifest"

struct manifest;
struct manifest_reader;

/* One list of entries. */
struct manifest_part {
	const struct manifest_reader *reader;
	enum entry_kind kind;
	const char *base;  /* entry->base of its entries; a constant text */
	struct slice text; /* borrowed; its data is never NULL */
	/* The column or member that holds the key, borrowed. None: it is `key`,
	 * and unknown columns and members are refused. With a name they are
	 * passed over. */
	struct slice key_name;
};

enum manifest_step {
	MANIFEST_ENTRY,     /* *entry is set */
	MANIFEST_BAD_ENTRY, /* *problem is set, and the next entry may be read.
			     * The key is set as far as it could be read:
			     * UTF-8 of at most KEY_MAX bytes, or none */
	MANIFEST_END,       /* there are no more entries */
	MANIFEST_BROKEN,    /* *problem is set, and nothing more can be read:
			     * another attempt gives the same again */
};

/* Where a reader stands in its part. Each reader uses the members it needs;
 * `open` sets them, and nobody else looks at them. */
struct manifest_state {
	const char *next; /* what is to be read next */
	uint64_t line;    /* a line's number for messages, from 1 */
	struct json json; /* for entries in JSON */
	/* For tables: what stands between cells, the number of cells in a row,
	 * and the columns that mean something, in their order in the row. */
	char separator;
	size_t cell_count;
	size_t column_count;
	struct manifest_column {
		size_t cell;    /* its place in the row, from 0 */
		uint8_t member; /* an enum manifest_member; MEMBER_COUNT for
				 * MANIFEST_FOLDER_NAME */
	} columns[MEMBER_COUNT + 1];
	/* manifest_next resets these two before each entry. After
	 * MANIFEST_ENTRY, `folder` says that the entry is a folder's, which is
	 * counted but passed over. */
	bool folder;
	struct entry_scratch scratch;
};

/* Go to the beginning of a part. On failure the problem's pointer is the part's
 * base. */
typedef enum error manifest_open_fn(struct manifest_state *state,
				    const struct manifest_part *part,
				    struct problem *problem);

/* Read an entry into *entry, whose kind, base and index are set already and
 * whose other members are 0. A problem's pointer is complete: the entry's or
 * one of its members', or for MANIFEST_BROKEN the part's base. */
typedef enum manifest_step manifest_next_fn(struct manifest_state *state,
					    const struct manifest_part *part,
					    struct entry *entry,
					    struct problem *problem);

/* This is manifest_add, which readers get as a pointer because manifest.h lies
 * above them. */
typedef enum error manifest_add_fn(struct manifest *manifest,
				   const struct manifest_reader *reader,
				   enum entry_kind kind, const char *base,
				   struct slice text, struct problem *problem);

/* Call `add` for each list of an uploaded document, with a base that begins
 * with MANIFEST_DOCUMENT. `key_name` is that of struct manifest_part. Returns
 * the first error of `add`, or an error of the document itself, with a problem.
 */
typedef enum error manifest_split_fn(struct manifest *manifest,
				     manifest_add_fn *add, struct slice text,
				     struct slice key_name,
				     struct problem *problem);

/* How much a text looks like a format, when nobody has said which it is. */
enum manifest_likelihood {
	MANIFEST_UNLIKELY, /* the text is never taken for this format */
	MANIFEST_POSSIBLE, /* it is, unless another format is surer */
	MANIFEST_LIKELY,   /* it looks as if this format were meant */
	MANIFEST_CERTAIN,  /* it is, even if another format is likely too */
};

/* How much a text with this first line looks like the format. `line` is the
 * first one that isn't empty, without its end and without blanks before it. */
typedef enum manifest_likelihood manifest_likely_fn(struct slice line);

/* How much a text with this first line looks like the format, when the caller
 * says that its keys stand in the column or member `key_name`. */
typedef enum manifest_likelihood manifest_keyed_fn(struct slice line,
						   struct slice key_name);

/* Could the line be meant for this format and as well for a list of keys? Then
 * this says so, in a sentence, and the text is refused. NULL: no. */
typedef const char *manifest_ambiguous_fn(struct slice line);

#define MANIFEST_READER_NAMES 8
#define MANIFEST_READER_DOUBTS 4

/* Each array ends with NULL or ERROR_NONE, unless it is full. */
struct manifest_reader {
	const char *name; /* as `manifestFormat` gives it */
	/* What people call it, within a sentence: "a key a line". */
	const char *description;
	/* A file is of this format when it has one of these names, or ends
	 * with one of those that begin with a dot; in any case. */
	const char *file_names[MANIFEST_READER_NAMES];
	/* Without parameters, the usual one first. */
	const char *media_types[MANIFEST_READER_NAMES];
	/* Lists of any format have these names and types. So they tell nothing,
	 * and the content decides. */
	bool general;

	manifest_open_fn *open;
	manifest_next_fn *next;
	manifest_split_fn *split; /* NULL: a document is one list of objects */
	/* How it is guessed when the caller names the column or member of the
	 * key. NULL: the format has no columns or members. */
	manifest_keyed_fn *keyed;
	/* A CR that no LF follows belongs to a key when the caller has named
	 * this format. It ends no line in any format. */
	bool takes_cr;

	/* ---- for a guess by content ---- */
	manifest_likely_fn *likely;       /* NULL: it is never guessed */
	manifest_ambiguous_fn *ambiguous; /* NULL: no line is ambiguous */
	/* A guess that ends in one of these errors may have been wrong. The
	 * problem then says what the text was taken for, and why, such as
	 * "CSV by its first line". */
	enum error doubts[MANIFEST_READER_DOUBTS];
	const char *taken_for;
	/* A guess is also wrong when the first entry is ERROR_MALFORMED: the
	 * whole document is refused then, not that entry. */
	bool first_entry_decides;
};

#endif
