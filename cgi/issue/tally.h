/*
 * tally - what is counted while an order is carried out.
 */
#ifndef MINTAGE_CGI_ISSUE_TALLY_H
#define MINTAGE_CGI_ISSUE_TALLY_H

#include "lib/base/digest.h"
#include "lib/sign/scope.h"
#include "warnings.h"

/* {0} at the beginning. */
struct tally {
	uint64_t rows;   /* entries read: count and failed */
	uint64_t count;  /* to be issued */
	uint64_t failed; /* refused, where the others are issued all the same */
	uint64_t issued; /* so far */
	/* Of count: the entries whose terms are not the order's default. */
	uint64_t differing;
	abilities differing_reach;   /* all that these may do together */
	uint32_t differing_ttl;      /* the longest of theirs */
	size_t path_bytes;           /* of all keys, as JSON strings */
	uint8_t scopes[DIGEST_SIZE]; /* see audit_scopes_add */
	struct warnings warnings;    /* owned */
	bool broken; /* pass 2 failed, or did not see what pass 1 saw */
};

#endif
