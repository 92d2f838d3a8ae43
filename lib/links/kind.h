/*
 * kind - the table of the kinds of links, made from the rows of link.h.
 */
#ifndef MINTAGE_LIB_LINKS_KIND_H
#define MINTAGE_LIB_LINKS_KIND_H

#include "link.h"

#define LINK_NUMBER(kind) LINK_NUMBER_##kind,
enum { LINK_KINDS(LINK_NUMBER) LINK_KIND_COUNT };
#undef LINK_NUMBER

/* All kinds, in the order of the table. */
extern const struct link_kind *const links_kind_table[LINK_KIND_COUNT];

/*
 * Judge a link by each kind whose bit, 1 << its number in links_kind_table, is
 * in `kinds`. LINK_GOOD where one kind says so, else LINK_OVER where one does.
 * *right is set for LINK_GOOD alone; nobody has checked its key yet.
 */
enum link_verdict links_kind_verify(uint32_t kinds,
				    const struct link_rules *rules,
				    const struct link_shown *shown,
				    struct link_right *right);

#endif
