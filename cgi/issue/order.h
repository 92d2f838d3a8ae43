/*
 * order - a settled request: what is asked for, by whom, under which grant.
 *
 * order_settle fills it in, and pass 1 notes which keys contradict each other;
 * after that nothing changes it. Only the manifest's place moves, since both
 * passes read the entries from their beginning.
 */
#ifndef MINTAGE_CGI_ISSUE_ORDER_H
#define MINTAGE_CGI_ISSUE_ORDER_H

#include "cgi/service/quota.h"
#include "cgi/service/service.h"
#include "lib/base/problems.h"
#include "own_place.h"
#include "repeats.h"
#include "signer.h"
#include "terms.h"

/* What order_settle is given. Everything is borrowed until order_free. */
struct order_request {
	struct service *service;
	enum issue_kind kind;
	const struct format *format; /* of the answer */
	const struct subject *subject;
	struct slice account_id; /* of the account to issue for */
	struct fields *fields;
	struct audit_request *who; /* for the audit log */
	/* What the caller has left, to be kept up to date; NULL where nothing
	 * is limited, as at a prompt. */
	struct quota *quota;
	/* The id of the share that is to be made of the links; NULL where the
	 * links themselves are the answer. */
	const char *share_id;
};

/* Borrows everything but the grant and the table of repeats. */
struct order {
	struct service *service;
	enum issue_kind kind;
	const struct format *format;
	struct fields *fields;
	struct manifest *entries; /* fields->entries */
	const struct audit_request *who;
	struct grant grant;   /* owned */
	struct own_place own; /* of links to hosts of our own */
	struct terms_defaults defaults;
	struct terms terms; /* of an entry without terms of its own */
	int64_t now;        /* Unix seconds: when everything is issued */
	/* The id of the share that the order is for, or NULL, and the share's
	 * last second in Unix seconds. The links of a share are signed when
	 * visitors use them; terms.scope.ttl says how long each then lives. */
	const char *share_id;
	int64_t share_expires;
	/* Keys that are named twice with different terms. Pass 1 fills it in;
	 * owned. */
	struct repeats repeats;
};

/*
 * Settle what is asked for: the required fields, the manifest, the grant, the
 * lifetime. `problems` may already hold what was wrong with the fields; what
 * else is wrong is added. Returns ERROR_NONE, or the first problem's error, and
 * then the order can't be used. The caller calls order_free in either case.
 *
 * Errors: ERROR_TEMPLATE for a format whose template is broken,
 * ERROR_MISSING_FIELD, ERROR_BAD_VALUE for fields that don't belong in an order
 * of this kind, ERROR_EMPTY, and those of clock_read, manifest_add_document,
 * terms_settle, grant_begin, signer_terms_check and terms_check.
 */
enum error order_settle(struct order *order,
			const struct order_request *request,
			struct problems *problems) MUST_CHECK;

/* True where a bad entry carries its own error and the good ones are issued;
 * else one bad entry refuses the whole order. */
static inline bool order_reports(const struct order *order)
{
	return order->kind != ISSUE_SINGLE &&
	       order->fields->on_error == ON_ERROR_REPORT;
}

/* True where each credential is fetched from Cloudflare's API. */
static inline bool order_is_fetched(const struct order *order)
{
	return order->kind != ISSUE_LINKS && signer_is_remote(&order->grant);
}

/* Free the grant and the table of repeats. */
void order_free(struct order *order);

#endif
