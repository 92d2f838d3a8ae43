/*
 * manifest_member - the members of an entry, and which values each may have.
 * They are the same in every format.
 */
#ifndef MINTAGE_LIB_MANIFEST_MEMBER_H
#define MINTAGE_LIB_MANIFEST_MEMBER_H

#include "entry.h"

/* In JSON they are the members of an object, in a table its columns. Those of
 * link_terms come last, in their order. */
#define MEMBER_OF_LINK(id, name, uses, becomes, there, type, by, instead, \
		       check)                                             \
	MEMBER_##id,
enum manifest_member {
	MEMBER_KEY,
	MEMBER_PERMISSION,
	MEMBER_ACTIONS,
	MEMBER_TTL,
	MEMBER_METHOD,
	LINK_TERMS_TABLE(MEMBER_OF_LINK) MEMBER_COUNT
};
#undef MEMBER_OF_LINK

/* Which text of link_terms a member sets. LINK_TERM_COUNT for the members that
 * are none. */
static inline enum link_term manifest_member_term(enum manifest_member member)
{
	return member > MEMBER_METHOD && member < MEMBER_COUNT ?
		       (enum link_term)(member - MEMBER_METHOD - 1) :
		       LINK_TERM_COUNT;
}

/* "key", "permission" ... in the order above, and "/key", "/permission" ... */
extern const char *const manifest_member_names[MEMBER_COUNT];
extern const char *const manifest_member_pointers[MEMBER_COUNT];

/*
 * Set a member of *entry from its text. The entry borrows the text, or
 * `scratch` where the text had to change. These are good values:
 *   key            what key_check accepts
 *   permission     one of permission_names
 *   actions        one or more of action_names, none of them twice, separated
 *                  by blanks, line ends, commas or semicolons
 *   ttlSeconds     what duration_read accepts, up to TTL_LINK_MAX seconds: only
 *                  who knows how a link is signed can tell that TTL_MAX holds
 *   method         one of method_names
 *   the others     what link_value_set accepts
 * Errors: ERROR_OBJECT_NAME for a key, ERROR_EMPTY and ERROR_DUPLICATE_FIELD
 * for actions, those of link_value_set, ERROR_INTERNAL for a number that is no
 * member, else ERROR_BAD_VALUE. The problem's pointer is relative to the entry.
 * It is empty for the key, because a wrong key is a wrong entry.
 */
enum error manifest_member_set(struct entry_scratch *scratch,
			       struct entry *entry, enum manifest_member member,
			       struct slice text,
			       struct problem *problem) MUST_CHECK;

/* Check and convert ttlSeconds alone, which a request has too. A problem gets
 * `pointer`. ERROR_BAD_VALUE. */
enum error manifest_member_ttl(struct slice text, const char *pointer,
			       uint32_t *ttl,
			       struct problem *problem) MUST_CHECK;

#endif
