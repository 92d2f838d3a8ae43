/*
 * tally - what is counted while an order is carried out.
 */
#ifndef MINTAGE_CGI_ISSUE_TALLY_H
#define MINTAGE_CGI_ISSUE_TALLY_H

#include "lib/base/digest.h"
#include "lib/sign/scope.h"
#include "warnings.h"

/* {0} is an empty tally. */
struct tally {
	uint64_t rows;   /* entries read, good and bad */
	uint64_t count;  /* entries, or one credential, to be issued */
	uint64_t failed; /* bad entries */
	uint64_t issued; /* credentials or links that pass 2 has made */
	/* How many of `count` have other terms than the order's default. */
	uint64_t differing;
	abilities differing_reach; /* what those may do, taken together */
	uint32_t differing_ttl;    /* seconds; the longest lifetime of those */
	/* Bytes of the keys to be issued, each with two quotes and a comma. */
	size_t path_bytes;
	uint8_t scopes[DIGEST_SIZE]; /* see audit_scopes_add */
	struct warnings warnings;
	bool broken; /* pass 2 failed, or did not see what pass 1 saw */
	bool late;   /* the answer took longer than it may, and was cut */
};

#endif
