#include "record.h"

#include "lib/audit/audit.h"
#include "lib/base/problems.h"

enum error issue_record(const struct order *order, const struct tally *tally,
			struct problems *problems)
{
	const struct parent *parent = order->grant.parent;
	struct audit_issue record = {
		.account_id = slice_text(parent->account->id),
		.access_key_id = slice_text(parent->key.access_key_id),
		.bucket = order->fields->bucket,
		.scope = order->terms.scope,
		.count = tally->count,
		.failed = tally->failed,
		.differing = tally->differing,
		.differing_reach = tally->differing_reach,
		.differing_ttl = tally->differing_ttl,
	};

	if (order->share_id) {
		record.share = slice_text(order->share_id);
		record.expires = order->share_expires;
	}
	if (own_place_name(&order->own)) {
		record.sign =
			slice_text(fields_sign_names[order->fields->sign]);
		record.expires = order->now + order->terms.scope.ttl;
	}
	if (order->own.download)
		record.download = slice_text(order->own.download->name);
	if (order->own.domain)
		record.domain = slice_text(order->own.domain->name);
	memcpy(record.scopes, tally->scopes, sizeof(record.scopes));
	if (audit_issue(&order->service->audit, order->who, &record))
		return problems_add(problems, ERROR_UNAVAILABLE, NULL,
				    "the audit log can't be written, so "
				    "nothing was issued: tell the "
				    "administrator");
	return ERROR_NONE;
}

void issue_record_outcome(const struct order *order, const struct tally *tally,
			  bool complete, uint64_t bytes)
{
	const char *result = complete      ? "complete" :
			     tally->broken ? "failed" :
			     tally->late   ? "timed-out" :
					     "client-gone";
	enum error unrecorded;

	unrecorded = audit_outcome(&order->service->audit, order->who, result,
				   tally->issued, bytes);
	(void)unrecorded;
}
