/*
 * link_pairs - what the terms of a link become in it: parameters of its query,
 * and headers that must be sent with it.
 */
#ifndef MINTAGE_CGI_ISSUE_LINK_PAIRS_H
#define MINTAGE_CGI_ISSUE_LINK_PAIRS_H

#include "lib/manifest/link_terms.h"
#include "lib/sign/presign.h"

/* The pairs borrow from the terms and from `disposition`, so the struct must
 * not be copied or moved. */
struct link_pairs {
	size_t query_count;
	size_t header_count;
	struct presign_pair query[PRESIGN_PAIRS_MAX];
	struct presign_pair headers[PRESIGN_PAIRS_MAX];
	char disposition[PRESIGN_VALUE_MAX];
};

/* Set both lists, sorted as a signature wants them. Only the terms of a PUT
 * become headers. */
void link_pairs_fill(struct link_pairs *pairs, const struct link_terms *terms);

#endif
