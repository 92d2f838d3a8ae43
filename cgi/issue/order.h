/*
 * order - a settled request: what is asked for, by whom, under which grant.
 *
 * order_settle fills it in; after that nothing changes it. Only the manifest's
 * place moves, since both passes read the entries from their beginning.
 */
#ifndef MINTAGE_CGI_ISSUE_ORDER_H
#define MINTAGE_CGI_ISSUE_ORDER_H

#include "cgi/service/service.h"
#include "lib/base/problems.h"
#include "terms.h"

/* What order_settle is given. Everything is borrowed until the order ends. */
struct order_request {
	struct service *service;
	enum issue_kind kind;
	const struct format *format; /* of the answer */
	const struct subject *subject;
	struct slice account_id;
	struct fields *fields;
	struct audit_request *who;
};

struct order {
	struct service *service;
	enum issue_kind kind;
	const struct format *format;
	struct fields *fields;
	struct manifest *entries; /* of the fields */
	const struct audit_request *who;
	struct grant grant; /* owned */
	struct terms_defaults defaults;
	struct terms terms; /* of an entry that says nothing else */
	int64_t now;        /* Unix seconds: when everything is issued */
};

/*
 * Settle what is asked for: the required fields, the manifest, the grant, the
 * lifetime. `problems` may hold what was wrong with the fields already. Returns
 * the first problem's error, and then the order can't be used; order_free
 * either way.
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

void order_free(struct order *order);

#endif
