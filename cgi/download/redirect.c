#include "redirect.h"

#include "cgi/service/uses.h"
#include "lib/base/clock.h"
#include "right.h"

/* ---- counting ------------------------------------------------------------- */

/* Count the download, where this link's are counted. *use is what was asked
 * for. */
static enum error count(struct state_counts_use *use,
			const struct download_request *request,
			const struct download_right *right, int64_t now,
			struct problem *problem)
{
	const struct download *download = request->download;
	const struct uses_of what = {
		.name = slice_text(download->name),
		.key = right->key,
		.expires = right->expires,
		.most = right->by_link ? download->max_downloads : 0,
		.address = request->address,
		.agent = request->agent,
		.secret = right->by_link ? &download->rules.secret->hmac : NULL,
		.only_look = request->method == METHOD_HEAD,
	};

	return uses_take(&request->service->counts, use, &what, now, problem);
}

/* ---- record and signature ------------------------------------------------- */

static enum error record(const struct download_request *request,
			 const struct download_right *right,
			 struct problem *problem)
{
	const struct download *download = request->download;
	const struct audit_redirect record = {
		.download = slice_text(download->name),
		.account_id = slice_text(download->account->id),
		.access_key_id =
			slice_text(download->parent->key.access_key_id),
		.bucket = slice_text(download->bucket),
		.key = right->key,
		.method = slice_text(method_names[request->method]),
		.ttl = right->ttl,
	};

	if (audit_redirect(&request->service->audit, request->who, &record) ==
	    ERROR_NONE)
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the audit log can't be written, so nothing is "
			   "handed out: tell the administrator");
}

static struct slice disposition_of(const struct download *download)
{
	static const struct slice texts[DISPOSITION_COUNT] = {
		[DISPOSITION_ATTACHMENT] = SLICE("attachment"),
		[DISPOSITION_INLINE] = SLICE("inline"),
	};

	return texts[download->disposition];
}

static enum error sign(struct redirect *redirect,
		       const struct download_request *request,
		       const struct download_right *right, int64_t now,
		       struct problem *problem)
{
	const struct download *download = request->download;
	const struct presign_signer signer = {
		.endpoint = slice_text(download->account->endpoint),
		.bucket = slice_text(download->bucket),
		.access_key_id =
			slice_text(download->parent->key.access_key_id),
		.time = now,
	};
	const struct presign_pair disposition = {
		.name = SLICE("response-content-disposition"),
		.value = disposition_of(download),
	};
	struct presign_link link = {
		.method = request->method,
		.key = right->key,
		.expires = right->ttl,
	};

	if (request->method == METHOD_GET && disposition.value.length > 0) {
		link.query = &disposition;
		link.query_count = 1;
	}
	redirect->is_signed = true;
	if (presign_begin(&redirect->presign, &signer,
			  service_signing_key(request->service,
					      download->parent, now)))
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "this address can't be signed: tell the "
				   "administrator");
	presign_one(&redirect->presign, &link);
	return ERROR_NONE;
}

/* Count the address as a download of its link and as one entry of the caller
 * who asks for it, and record it. What is not handed out is not counted. */
static enum error count_and_record(const struct download_request *request,
				   const struct download_right *right,
				   int64_t now, struct problem *problem)
{
	struct state_limits *limits = &request->service->limits;
	struct state_counts_use use;
	int64_t taken_at = 0;
	enum error error = count(&use, request, right, now, problem);

	if (error)
		return error;
	error = quota_entries(request->quota, limits, request->subject->caller,
			      1, &taken_at, problem);
	if (!error) {
		error = record(request, right, problem);
		if (error)
			quota_give_back(request->quota, limits, 1, taken_at);
	}
	if (error)
		uses_give_back(&request->service->counts, &use);
	return error;
}

enum error download_redirect(struct redirect *redirect,
			     const struct download_request *request,
			     struct problem *problem)
{
	struct download_right right;
	struct timespec now;
	enum error error = clock_read(&now, problem);

	redirect->is_signed = false;
	if (!error)
		error = download_right_settle(&right, request, now.tv_sec,
					      problem);
	if (!error)
		error = sign(redirect, request, &right, now.tv_sec, problem);
	if (!error)
		error = count_and_record(request, &right, now.tv_sec, problem);
	return error;
}

void download_redirect_end(struct redirect *redirect)
{
	if (redirect->is_signed)
		presign_end(&redirect->presign);
	redirect->is_signed = false;
}
