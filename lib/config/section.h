/*
 * section - how a kind of section describes itself: its name, and one row for
 * each of its keys.
 *
 * To add a key, add a member to a struct in types.h and a row to the table in
 * the file of its section. To add a kind of section, write a file that ends
 * with its `struct config_section_kind`, and name it in CONFIG_SECTIONS.
 */
#ifndef MINTAGE_LIB_CONFIG_SECTION_H
#define MINTAGE_LIB_CONFIG_SECTION_H

#include <stddef.h>

#include "lib/base/problem.h"
#include "types.h"

struct config_place;
struct config_row;

/*
 * How texts of one kind become a member of a struct. `target` is the struct
 * that holds the member: the one of the section's kind.
 */
struct config_kind {
	bool list; /* indented lines may continue the value */

	/* Give the member the row's default. False when memory is out. NULL
	 * for kinds that have no default but zero. */
	bool (*start)(const struct config_row *row, void *target);

	/* Read the row's key, if the section has it, into the member.
	 * ERROR_CONFIG when the text can't be used. NULL for kinds whose rows
	 * read with `settle`. */
	enum error (*read)(const struct config_place *at,
			   const struct config_row *row, void *target);

	/* Free and wipe what the member owns. NULL when that is nothing. */
	void (*release)(const struct config_row *row, void *target);
};

/* What a section or a row does beyond its table: it looks at other keys and
 * sections, and at the names in at->config. `target` is as above. */
typedef enum error config_settle_fn(const struct config_place *at,
				    void *target);

/* One key. Which of the members after `size` have a meaning depends on the
 * kind; those left out are zero. */
struct config_row {
	const char *name;
	const struct config_kind *kind;
	size_t offset, size; /* of the member: see CONFIG_MEMBER */
	uint64_t min, max;   /* of a number, both included */
	uint64_t number;     /* the default of a number, size, bool or choice */
	const char *text;    /* the default of a text, path or URL, or NULL */
	const char *const *names; /* of a choice, in the order of its enum, or
				   * words that aren't paths; NULL ends them */
	const char *section; /* the value names sections of this kind, or NULL */
	bool needed;         /* the section can't be without this key */
	bool with_path;      /* the URL may have a path */
	bool https_only;     /* the URL is http on this machine only */
	bool signed_host;    /* the URL's host stands as clients send it */
	size_t file;         /* of a secret: offset of its file's path */
	/* Is this a word of the list? Its reason goes into *problem. */
	enum error (*check)(struct slice word, const char *pointer,
			    struct problem *problem);
	/* Called after the key was read, also when the section lacks it. */
	config_settle_fn *settle;
};

/* For rows: where `member` lies in `type`. The member's type must be the one
 * that the row's kind asks for. */
#define CONFIG_MEMBER(type, member) \
	.offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)

/* For kinds: the member of a row. */
static inline void *config_member(const struct config_row *row, void *target)
{
	return (char *)target + row->offset;
}

/*
 * One kind of section. "[name]" stands once in a file, and its rows fill struct
 * config. "[name NAME]" can stand many times; each fills a struct of its own,
 * which is appended to a list in struct config.
 */
struct config_section_kind {
	const char *name;
	const struct config_row *rows;
	size_t row_count;
	/* These describe the struct of "[name NAME]": its size (0 for a kind
	 * without NAME), where the list begins in struct config, and where in
	 * the struct the pointer to the next one, NAME and the line are. */
	size_t size;
	size_t list;
	size_t next, title, line;
	config_settle_fn *settle;      /* after all rows, or NULL */
	void (*release)(void *target); /* what rows don't free, or NULL */
};

/* For kinds with a NAME: `type` is the struct's, `first` the list's head in
 * struct config, `naming` the char[CONFIG_NAME_MAX + 1] that takes NAME. */
#define CONFIG_LIST(type, first, naming)                               \
	.size = sizeof(type), .list = offsetof(struct config, first),  \
	.next = offsetof(type, next), .title = offsetof(type, naming), \
	.line = offsetof(type, line)

#define CONFIG_ROWS(table) \
	.rows = (table), .row_count = sizeof(table) / sizeof((table)[0])

/*
 * Every kind of section, in the order in which sections are read: each may
 * refer to sections of the kinds before it. Each stands in the file of its
 * name, as config_NAME_section.
 */
#define CONFIG_SECTIONS(X) \
	X(service)         \
	X(account)         \
	X(parent)          \
	X(caller)          \
	X(download)        \
	X(domain)

#define CONFIG_DECLARE(kind) \
	extern const struct config_section_kind config_##kind##_section;
CONFIG_SECTIONS(CONFIG_DECLARE)

#endif
