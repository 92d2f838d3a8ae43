/*
 * mintage check --online - is what the configuration says true of R2 and of
 * Cloudflare's API?
 *
 * Nothing is changed: buckets are asked for by HEAD, and the objects asked for
 * have names that nobody uses. libcurl signs these requests, which is another
 * implementation than ours.
 */
#include "online.h"

#include <stdio.h>
#include <stdlib.h>

#include "cgi/upstream/cloudflare.h"
#include "checking.h"
#include "lib/sign/secret.h"
#include "trial.h"
#include "url.h"

/* ---- buckets -------------------------------------------------------------- */

/* What to do about the answer to a signed HEAD of a bucket; NULL: it is as it
 * should be. */
static const char *bucket_remedy(const struct upstream_answer *answer)
{
	switch (answer->status) {
	case 200:
	case 204:
		return NULL;
	case 400:
		return "answered 400: check endpoint and jurisdiction of the "
		       "account";
	case 401:
		return "answered 401, as if there were no such access key: "
		       "check access-key-id and the account's id, and whether "
		       "the token has ended";
	case 403:
		return "answered 403: check the secret (the SHA-256 of an API "
		       "token's value, not the value), and that the token "
		       "reaches this bucket";
	case 404:
		return "answered 404, no such bucket: check its name, and the "
		       "account's jurisdiction";
	default:
		return answer->status >= 300 && answer->status < 400 ?
			       "answered with a redirect: check the account's "
			       "endpoint" :
			       "answered with an error: try again later";
	}
}

/* Write "ID:SECRET" of the parent itself. The configuration keeps no text of
 * the secret, so its file is read again. */
static enum error parent_sign(const struct parent *parent, struct buffer *sign,
			      struct problem *problem)
{
	const struct key *key = &parent->key;
	struct secret secret;
	enum error error = secret_load(&secret, key->secret_file, problem);

	if (!error && (!buffer_format(sign, "%s:", key->access_key_id) ||
		       !buffer_add(sign, secret.text, secret.length)))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	secret_wipe(&secret);
	return error;
}

static void check_bucket(struct checking *checking, struct slice bucket)
{
	const struct parent *parent = checking->parent;
	struct buffer sign = { 0 }, url = { 0 };
	struct problem problem;
	const char *remedy;
	char what[96];

	snprintf(what, sizeof(what), "bucket %.*s", (int)bucket.length,
		 bucket.data);
	if (parent_sign(parent, &sign, &problem)) {
		checking_wrong(checking, what, problem.message);
	} else if (!buffer_format(&url, "%s/%.*s", parent->account->endpoint,
				  (int)bucket.length, bucket.data) ||
		   !buffer_add(&url, "", 1)) {
		checking_wrong(checking, what, "out of memory");
	} else if (checking_ask(checking, "HEAD", url.data, buffer_slice(&sign),
				slice_of(NULL, 0), &problem)) {
		checking_wrong(checking, what, problem.message);
	} else if (!checking_no_answer(checking, what)) {
		remedy = bucket_remedy(&checking->answer);
		if (remedy)
			checking_wrong(checking, what, remedy);
		else
			checking_good(checking, what);
		checking_clock(checking);
	}
	buffer_free(&sign);
	buffer_free(&url);
}

/* ---- API tokens ----------------------------------------------------------- */

/* A token belongs to a user or to an account, and each kind has its own route
 * to verify it: try both. */
static enum error verify(struct checking *checking, struct json *result,
			 struct problem *problem)
{
	const struct account *account = checking->parent->account;
	char path[96];
	enum error error;

	snprintf(path, sizeof(path), "/accounts/%s/tokens/verify", account->id);
	error = checking_ask_api(checking, "GET", path, slice_of(NULL, 0),
				 result, problem);
	if (error != ERROR_UPSTREAM || checking->answer.status == 0 ||
	    checking->answer.status >= 500)
		return error;
	return checking_ask_api(checking, "GET", "/user/tokens/verify",
				slice_of(NULL, 0), result, problem);
}

static void check_token(struct checking *checking)
{
	static const char what[] = "API token";
	struct cloudflare_text texts[] = { { .name = "status" } };
	struct buffer scratch = { 0 };
	char remedy[PROBLEM_MESSAGE_MAX];
	struct problem problem;
	struct json result;

	if (!checking->parent->key.api_token)
		return;
	if (verify(checking, &result, &problem) ||
	    !buffer_reserve(&scratch, checking->answer.body.length) ||
	    cloudflare_texts(&result, json_next(&result), texts, 1, &scratch,
			     &problem)) {
		snprintf(remedy, sizeof(remedy), "%.250s; check api-token-file",
			 problem.message);
		checking_wrong(checking, what, remedy);
	} else if (!slice_is(texts[0].value, "active")) {
		checking_wrong(
			checking, what,
			"it is no longer active: make another, and put it "
			"into api-token-file");
	} else {
		checking_good(checking, what);
	}
	buffer_free(&scratch);
}

/* ---- all of it ------------------------------------------------------------ */

static void check_parent(struct checking *checking)
{
	const struct parent *parent = checking->parent;

	checking->clock_known = false;
	if (!url_is_private(parent->account->endpoint)) {
		checking_wrong(
			checking, "endpoint",
			"is plain http, so nothing was sent there: credentials "
			"must go by https");
		return;
	}
	if (parent->key.secret) {
		for (size_t i = 0; i < parent->buckets.count; i++)
			check_bucket(checking, parent->buckets.list[i]);
	}
	check_token(checking);
	trial_check(checking);
}

enum cli_status online_check(const struct config *config, struct jsonout *json)
{
	struct checking *checking = calloc(1, sizeof(*checking));
	enum cli_status status;

	if (!checking)
		return cli_complain("out of memory");
	checking->config = config;
	checking->json = json;
	cli_output_begin(&checking->output);
	for (const struct parent *parent = config->parents; parent;
	     parent = parent->next) {
		checking->parent = parent;
		check_parent(checking);
		/* A parent may take long, so show what was found so far. */
		(void)sink_flush(&checking->output.sink);
	}
	upstream_stop(&checking->upstream);
	status = cli_output_end(&checking->output);
	if (checking->wrong > 0)
		status = CLI_FAILED;
	free(checking);
	return status;
}
