/*
 * redirect - from what a client asked for below a [download] to an address that
 * is signed for it: who may, which key, the count, the record, the signature.
 *
 * This is the second hot path beside minting: one check, one signature, one
 * line in the record.
 */
#ifndef MINTAGE_CGI_DOWNLOAD_REDIRECT_H
#define MINTAGE_CGI_DOWNLOAD_REDIRECT_H

#include "lib/sign/presign.h"
#include "right.h"

/* Holds a signature, which download_redirect_end wipes. */
struct redirect {
	bool is_signed;
	struct presign presign; /* presign.url is the address */
};

/*
 * Set redirect->presign.url to the address that the client is to be sent to. It
 * was counted and recorded then. ERROR_NO_ROUTE where no key is named,
 * ERROR_OBJECT_NAME for a key that can't be one, ERROR_ACCESS_DENIED,
 * ERROR_LINK_OVER for a link that is over or used up, ERROR_UNAVAILABLE where
 * counting or recording fails, and those of clock_read and grant_begin. The
 * caller calls download_redirect_end in every case.
 */
enum error download_redirect(struct redirect *redirect,
			     const struct download_request *request,
			     struct problem *problem) MUST_CHECK;

void download_redirect_end(struct redirect *redirect);

#endif
