#include "give.h"

#include "cgi/service/uses.h"

/* What uses.h counts. Each file is counted by its number in the share, because
 * a share may name a key twice. The result borrows *number. */
static struct uses_of counted(const struct share_visit *visit,
			      const uint64_t *number)
{
	const struct share_file *share = visit->share;
	const struct parent *parent = visit->right->grant.parent;

	return (struct uses_of){
		.name = slice_text(share->id),
		.key = slice_of((const char *)number, sizeof(*number)),
		.expires = (int64_t)share->head.number[SHARE_EXPIRES],
		.most = (uint32_t)share->head.number[SHARE_MAX_DOWNLOADS],
		.address = visit->address,
		.agent = visit->agent,
		.secret = &parent->key.secret->hmac,
		.only_look = visit->method == METHOD_HEAD,
	};
}

enum error share_give_left(const struct share_visit *visit, uint64_t number,
			   uint64_t *left, struct problem *problem)
{
	const struct uses_of what = counted(visit, &number);

	return uses_left(&visit->service->counts, &what, visit->now, left,
			 problem);
}

static enum error record(const struct share_visit *visit, struct slice key,
			 uint32_t ttl, struct problem *problem)
{
	const struct parent *parent = visit->right->grant.parent;
	const struct audit_redirect record = {
		.share = slice_text(visit->share->id),
		.account_id = slice_text(parent->account->id),
		.access_key_id = slice_text(parent->key.access_key_id),
		.bucket = visit->share->head.text[SHARE_BUCKET],
		.key = key,
		.method = slice_text(method_names[visit->method]),
		.ttl = ttl,
	};

	if (audit_redirect(&visit->service->audit, visit->who, &record) ==
	    ERROR_NONE)
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the audit log can't be written, so nothing is "
			   "handed out: tell the administrator");
}

static enum error sign(struct share_given *given,
		       const struct share_visit *visit,
		       const struct entry *entry, uint32_t ttl,
		       struct problem *problem)
{
	const struct parent *parent = visit->right->grant.parent;
	const struct presign_signer signer = {
		.endpoint = slice_text(parent->account->endpoint),
		.bucket = visit->share->head.text[SHARE_BUCKET],
		.access_key_id = slice_text(parent->key.access_key_id),
		.time = visit->now,
	};
	struct presign_link link = {
		.method = visit->method,
		.key = entry->key,
		.expires = ttl,
		.query = given->pairs.query,
	};

	link_pairs_fill(&given->pairs, &entry->link);
	if (visit->method == METHOD_GET)
		link.query_count = given->pairs.query_count;
	given->is_signed = true;
	if (presign_begin(&given->presign, &signer,
			  service_signing_key(visit->service, parent,
					      visit->now)))
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "this address can't be signed: tell the "
				   "administrator");
	presign_one(&given->presign, &link);
	return ERROR_NONE;
}

/* How many seconds an address lives: no longer than the share does. */
static uint32_t ttl_of(const struct share_visit *visit)
{
	int64_t left = visit->right->expires - visit->now + 1;

	return left < visit->right->ttl ? (uint32_t)left : visit->right->ttl;
}

enum error share_give(struct share_given *given,
		      const struct share_visit *visit, uint64_t number,
		      struct problem *problem)
{
	struct state_counts *counts = &visit->service->counts;
	const struct uses_of what = counted(visit, &number);
	uint32_t ttl = ttl_of(visit);
	struct state_counts_use use;
	struct entry entry;
	enum error error;

	given->is_signed = false;
	error = share_file_entry(visit->share, number, &entry, problem);
	if (!error)
		error = share_right_key_check(visit->right, entry.key, problem);
	if (!error)
		error = sign(given, visit, &entry, ttl, problem);
	if (!error)
		error = uses_take(counts, &use, &what, visit->now, problem);
	if (error)
		return error;
	error = record(visit, entry.key, ttl, problem);
	if (error)
		uses_give_back(counts, &use);
	return error;
}

void share_give_end(struct share_given *given)
{
	if (given->is_signed)
		presign_end(&given->presign);
	given->is_signed = false;
}
