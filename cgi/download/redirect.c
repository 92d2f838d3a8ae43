#include "redirect.h"

#include "lib/base/clock.h"
#include "right.h"

/* For how long what one client asks for counts as one download. */
#define CLIENT_SECONDS 600

/* ---- counting ------------------------------------------------------------- */

/* With its length before it no part can be taken for two. */
static void add_part(struct digest_sha256 *hash, struct slice part)
{
	uint64_t length = part.length;

	digest_sha256_add(hash, &length, sizeof(length));
	digest_sha256_add(hash, part.data, part.length);
}

static void add_code_part(struct digest_hmac *hmac, struct slice part)
{
	uint64_t length = part.length;

	digest_hmac_add(hmac, &length, sizeof(length));
	digest_hmac_add(hmac, part.data, part.length);
}

/* A link's identity is its section, its key and its expiry. A client's is a
 * code over that, its address and its User-Agent, keyed by the section's
 * secret: clients choose their User-Agent, and could else find names that share
 * a page of the counts' file, and fill it with these. */
static void identify(struct state_counts_use *use,
		     const struct download_request *request,
		     const struct download_right *right)
{
	struct digest_hmac hmac = request->download->rules.secret->hmac;
	uint8_t id[DIGEST_SIZE];
	struct digest_sha256 hash;

	digest_sha256_begin(&hash);
	add_part(&hash, slice_text(request->download->name));
	add_part(&hash, right->key);
	digest_sha256_add(&hash, &right->expires, sizeof(right->expires));
	digest_sha256_end(&hash, id);
	memcpy(use->id, id, sizeof(use->id));
	digest_hmac_add(&hmac, id, sizeof(id));
	add_code_part(&hmac, request->address);
	add_code_part(&hmac, request->agent);
	digest_hmac_end(&hmac, id);
	memcpy(use->client, id, sizeof(use->client));
	explicit_bzero(&hmac, sizeof(hmac));
}

static bool is_counted(const struct download_request *request,
		       const struct download_right *right)
{
	return right->by_link && request->download->max_downloads > 0;
}

/* Count the download, where this link's are counted. *use is what was asked
 * for. */
static enum error count(struct state_counts_use *use,
			const struct download_request *request,
			const struct download_right *right, int64_t now,
			struct problem *problem)
{
	enum state_counts_answer answer;

	if (!is_counted(request, right))
		return ERROR_NONE;
	*use = (struct state_counts_use){
		.until = right->expires > 0 ? right->expires :
					      STATE_COUNTS_FOREVER,
		.client_until = now + CLIENT_SECONDS,
		.most = request->download->max_downloads,
		.only_look = request->method == METHOD_HEAD,
		.now = now,
	};
	identify(use, request, right);
	if (state_counts_take(&request->service->counts, use, &answer, problem))
		return problem->error;
	if (answer != STATE_COUNTS_USED_UP)
		return ERROR_NONE;
	return problem_set(problem, ERROR_LINK_OVER, NULL,
			   "this link was used as often as it may be: ask "
			   "whoever gave it to you for a new one");
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
	if (error && is_counted(request, right))
		state_counts_give_back(&request->service->counts, &use);
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
