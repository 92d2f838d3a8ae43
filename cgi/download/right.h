/*
 * right - which key a request for a download may have, and for how long.
 */
#ifndef MINTAGE_CGI_DOWNLOAD_RIGHT_H
#define MINTAGE_CGI_DOWNLOAD_RIGHT_H

#include "cgi/service/quota.h"
#include "cgi/service/service.h"
#include "lib/policy/subject.h"
#include "lib/sign/key.h"
#include "lib/sign/method.h"

/* Everything is borrowed. */
struct download_request {
	struct service *service;
	const struct download *download;
	const struct subject *subject; /* for OPEN_TO_CALLERS alone */
	struct slice decoded;          /* what follows download->path ... */
	struct slice sent;             /* ... as it was sent ... */
	struct slice query;            /* ... and what follows its "?" */
	struct slice address;          /* of the client */
	struct slice agent;            /* its User-Agent */
	enum method method;            /* METHOD_GET or METHOD_HEAD */
	const struct audit_request *who;
	struct quota *quota; /* of the caller, to be kept up to date */
};

/* What a request has a right to. */
struct download_right {
	struct slice key; /* of the bucket; within `text` */
	uint32_t ttl;     /* seconds, of the address */
	bool by_link;     /* a link gave the right, until `expires` */
	int64_t expires;
	char text[2 * KEY_MAX];
};

/*
 * Settle the right. Errors are those of download_redirect but for counting and
 * recording. The one string *right has is what policy, signature and record see.
 */
enum error download_right_settle(struct download_right *right,
				 const struct download_request *request,
				 int64_t now,
				 struct problem *problem) MUST_CHECK;

#endif
