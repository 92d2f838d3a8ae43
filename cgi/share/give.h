/*
 * give - from a file of a share to an address that is signed for it: the
 * maker's right, the count, the record, the signature.
 */
#ifndef MINTAGE_CGI_SHARE_GIVE_H
#define MINTAGE_CGI_SHARE_GIVE_H

#include "cgi/issue/link_pairs.h"
#include "cgi/service/service.h"
#include "right.h"

/* Everything is borrowed. */
struct share_visit {
	struct service *service;
	struct share_file *share;
	const struct share_right *right; /* which began at `now` */
	int64_t now;                     /* Unix seconds */
	enum method method;              /* METHOD_GET or METHOD_HEAD */
	struct slice address, agent;     /* of the client */
	const struct audit_request *who;
};

/* Holds a signature, which share_give_end wipes. */
struct share_given {
	bool is_signed;
	struct presign presign; /* presign.url is the address */
	struct link_pairs pairs;
};

/*
 * Set given->presign.url to the address of file number `number`, from 0. It was
 * counted and recorded then. ERROR_NO_ROUTE where the share has fewer files;
 * ERROR_LINK_OVER where the maker may not have this one any more, or it was
 * handed out as often as it may be; ERROR_UNAVAILABLE where the share can't be
 * read, or counting or recording fails. The caller calls share_give_end in
 * every case.
 */
enum error share_give(struct share_given *given,
		      const struct share_visit *visit, uint64_t number,
		      struct problem *problem) MUST_CHECK;
void share_give_end(struct share_given *given);

/* Set *left to how often file number `number` may still be handed out, where
 * the share has maxDownloads. ERROR_UNAVAILABLE where that is not known. */
enum error share_give_left(const struct share_visit *visit, uint64_t number,
			   uint64_t *left, struct problem *problem) MUST_CHECK;

#endif
