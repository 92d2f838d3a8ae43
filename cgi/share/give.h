/*
 * give - hands out a file of a share: checks its maker's right, signs an
 * address of R2, counts and records it.
 */
#ifndef MINTAGE_CGI_SHARE_GIVE_H
#define MINTAGE_CGI_SHARE_GIVE_H

#include "cgi/issue/link_pairs.h"
#include "cgi/service/service.h"
#include "right.h"

/* Who opens which share. Everything is borrowed. */
struct share_visit {
	struct service *service;
	struct share_file *share;
	const struct share_right *right; /* which began at `now` */
	int64_t now;                     /* Unix seconds */
	enum method method;              /* METHOD_GET or METHOD_HEAD */
	struct slice address, agent;     /* of the client */
	const struct audit_request *who;
};

/* What is handed out. It holds a signature, which share_give_end wipes. */
struct share_given {
	bool is_signed;
	struct presign presign; /* presign.url is the address */
	struct link_pairs pairs;
};

/*
 * Set given->presign.url to a signed address of the file of this number, from
 * 0. On success it has been counted and recorded. ERROR_NO_ROUTE where the
 * share has fewer files; ERROR_LINK_OVER where the share's maker may not have
 * this file any more, or it was handed out as often as it may be;
 * ERROR_UNAVAILABLE where the share can't be read, or counting or recording
 * fails; ERROR_INTERNAL where the address can't be signed. The caller calls
 * share_give_end in every case.
 */
enum error share_give(struct share_given *given,
		      const struct share_visit *visit, uint64_t number,
		      struct problem *problem) MUST_CHECK;
void share_give_end(struct share_given *given);

/* Set *left to how often the file of this number, from 0, may still be handed
 * out. Only for a share with a limit of downloads. ERROR_UNAVAILABLE where the
 * counts can't be read. */
enum error share_give_left(const struct share_visit *visit, uint64_t number,
			   uint64_t *left, struct problem *problem) MUST_CHECK;

#endif
