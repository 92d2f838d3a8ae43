/*
 * mintage check --online - does what the configuration says hold out there?
 *
 * Nothing is changed: buckets are asked for by HEAD, and the objects asked for
 * have names that nobody's have. What signs these requests is libcurl, an
 * implementation apart from ours.
 */
#include "cli_online.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "../lib/encode.h"
#include "../lib/mint.h"
#include "cli_url.h"
#include "cloudflare.h"

/* More than this between two clocks, and what one signs the other may take for
 * too early or too late. */
#define CLOCK_SECONDS 30

/* So long a credential lives that is made to be tried. */
#define TRIAL_TTL 300

struct checking {
	const struct config *config;
	const struct parent *parent; /* in hand */
	struct cli_output output;
	struct upstream upstream;
	struct upstream_answer answer; /* the last */
	size_t wrong;
	bool clock_known; /* of this parent's endpoint */
};

/* A credential on trial. */
struct trial {
	struct buffer sign;    /* "ID:SECRET" */
	struct buffer headers; /* its session token */
	struct slice bucket;
	char key[64];   /* what it may reach */
	char other[64]; /* what it may not */
};

/* ---- findings ------------------------------------------------------------- */

static void finding(struct checking *checking, const char *what,
		    const char *verdict)
{
	cli_print(&checking->output, "parent %s, %s: %s\n",
		  checking->parent->key.name, what, verdict);
}

static void is_good(struct checking *checking, const char *what)
{
	finding(checking, what, "ok");
}

static void is_wrong(struct checking *checking, const char *what,
		     const char *remedy)
{
	char verdict[PROBLEM_MESSAGE_MAX + 16];

	snprintf(verdict, sizeof(verdict), "WRONG: %s", remedy);
	finding(checking, what, verdict);
	checking->wrong++;
}

/* ---- asking the endpoint -------------------------------------------------- */

static enum error ask(struct checking *checking, const char *method,
		      const char *url, struct slice sign, struct slice headers,
		      struct problem *problem)
{
	struct upstream_batch batch;
	struct upstream_call call = {
		.method = method,
		.url = slice_text(url),
		.headers = headers,
		.sign = sign,
		.flags = CALL_AGAIN,
	};

	upstream_end(&checking->upstream);
	upstream_settings(&batch, checking->config, slice_of(NULL, 0));
	/* Those of the API. */
	batch.state_dir = NULL;
	batch.ca_file = NULL;
	return upstream_ask(&checking->upstream, &batch, &call,
			    &checking->answer, problem);
}

/* The clock of whoever answered against ours. */
static void check_clock(struct checking *checking)
{
	struct slice date = upstream_header(&checking->answer, "date");
	struct tm parts = { .tm_mday = 0 };
	char text[64], remedy[160];
	int64_t ahead;

	if (checking->clock_known || date.length == 0 ||
	    date.length >= sizeof(text))
		return;
	memcpy(text, date.data, date.length);
	text[date.length] = '\0';
	if (!strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &parts))
		return;
	checking->clock_known = true;
	ahead = (int64_t)time(NULL) - (int64_t)timegm(&parts);
	if (ahead >= -CLOCK_SECONDS && ahead <= CLOCK_SECONDS) {
		is_good(checking, "clock");
		return;
	}
	snprintf(remedy, sizeof(remedy),
		 "this machine's is %lld seconds %s the endpoint's: set it by "
		 "NTP, or credentials are refused",
		 (long long)(ahead < 0 ? -ahead : ahead),
		 ahead < 0 ? "behind" : "ahead of");
	is_wrong(checking, "clock", remedy);
}

/* What an answer to a signed HEAD of a bucket means; NULL: all is well. */
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

/* An answer that isn't one. */
static bool no_answer(struct checking *checking, const char *what)
{
	const struct upstream_answer *answer = &checking->answer;
	char remedy[PROBLEM_MESSAGE_MAX];

	if (answer->failure.length == 0)
		return false;
	snprintf(remedy, sizeof(remedy),
		 "%.*s: check the account's endpoint, and the way there",
		 (int)answer->failure.length, answer->failure.data);
	is_wrong(checking, what, remedy);
	return true;
}

/* "ID:SECRET" of the parent itself. */
static bool parent_sign(const struct parent *parent, struct buffer *sign)
{
	const struct key *key = &parent->key;

	return buffer_format(sign, "%s:", key->access_key_id) &&
	       buffer_add(sign, key->secret.text, key->secret.length);
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
	if (!parent_sign(parent, &sign) ||
	    !buffer_format(&url, "%s/%.*s", parent->account->endpoint,
			   (int)bucket.length, bucket.data) ||
	    !buffer_add(&url, "", 1)) {
		is_wrong(checking, what, "out of memory");
	} else if (ask(checking, "HEAD", url.data, buffer_slice(&sign),
		       slice_of(NULL, 0), &problem)) {
		is_wrong(checking, what, problem.message);
	} else if (!no_answer(checking, what)) {
		remedy = bucket_remedy(&checking->answer);
		if (remedy)
			is_wrong(checking, what, remedy);
		else
			is_good(checking, what);
		check_clock(checking);
	}
	buffer_free(&sign);
	buffer_free(&url);
}

/* ---- a credential on trial ------------------------------------------------ */

static bool trial_begin(struct trial *trial, const struct parent *parent)
{
	uint8_t random[16];
	char name[HEX_LENGTH(sizeof(random))];

	*trial = (struct trial){ .bucket = parent->buckets.list[0] };
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	hex_encode(name, random, sizeof(random));
	snprintf(trial->key, sizeof(trial->key), "mintage-check/%.*s/a",
		 (int)sizeof(name), name);
	snprintf(trial->other, sizeof(trial->other), "mintage-check/%.*s/b",
		 (int)sizeof(name), name);
	return true;
}

static void trial_end(struct trial *trial)
{
	buffer_free(&trial->sign);
	buffer_free(&trial->headers);
}

static bool trial_set(struct trial *trial, struct slice id, struct slice secret,
		      struct slice token)
{
	static const struct slice header = SLICE("x-amz-security-token: ");

	return buffer_add(&trial->sign, id.data, id.length) &&
	       buffer_add(&trial->sign, ":", 1) &&
	       buffer_add(&trial->sign, secret.data, secret.length) &&
	       buffer_add(&trial->headers, header.data, header.length) &&
	       buffer_add(&trial->headers, token.data, token.length) &&
	       buffer_add(&trial->headers, "\n", 1);
}

/* Made as the service makes them. */
static enum error mint_here(const struct checking *checking,
			    struct trial *trial, struct problem *problem)
{
	const struct parent *parent = checking->parent;
	struct mint_claims claims = {
		.bucket = trial->bucket,
		.scope = { .permission = PERMISSION_OBJECT_READ_ONLY,
			   .ttl = TRIAL_TTL },
		.account_id = slice_text(parent->account->id),
		.access_key_id = slice_text(parent->key.access_key_id),
		.host = slice_text(parent->account->host),
		.issued = (int64_t)time(NULL),
	};
	struct mint *mint = malloc(sizeof(*mint));
	bool done = false;

	if (mint && mint_begin(mint, MINT_OBJECT, &claims,
			       &parent->key.secret) == ERROR_NONE) {
		mint_one(mint, slice_text(trial->key));
		done = trial_set(trial, slice_text(parent->key.access_key_id),
				 slice_of(mint->secret, MINT_SECRET_LENGTH),
				 slice_of(mint->token, mint->token_length));
		mint_end(mint);
	}
	free(mint);
	return done ? ERROR_NONE :
		      problem_set(problem, ERROR_UNAVAILABLE, NULL,
				  "out of memory");
}

/* A call to the API with the parent's token. */
static enum error call_api(struct checking *checking, const char *method,
			   const char *path, struct slice body,
			   struct json *result, struct problem *problem)
{
	const struct parent *parent = checking->parent;
	struct slice token = slice_of(parent->key.api_token.text,
				      parent->key.api_token.length);
	struct upstream_batch batch;
	struct upstream_call call = {
		.method = method,
		.headers = slice_text("Content-Type: application/json\n"),
		.body = body,
		.flags = CALL_AGAIN | CALL_BEARER,
	};
	struct buffer url = { 0 };
	enum error error;

	upstream_end(&checking->upstream);
	upstream_settings(&batch, checking->config, token);
	if (!buffer_format(&url, "%s%s", parent->account->api_endpoint, path))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	call.url = buffer_slice(&url);
	error = upstream_ask(&checking->upstream, &batch, &call,
			     &checking->answer, problem);
	buffer_free(&url);
	if (error)
		return error;
	return cloudflare_result(&checking->answer, token, result, problem);
}

static enum error take_credential(const struct checking *checking,
				  struct trial *trial, struct json *result,
				  struct problem *problem)
{
	struct cloudflare_text texts[] = { { .name = "accessKeyId" },
					   { .name = "secretAccessKey" },
					   { .name = "sessionToken" } };
	struct buffer room = { 0 };
	enum error error;

	if (!buffer_reserve(&room, checking->answer.body.length))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	error = cloudflare_texts(result, json_next(result), texts, 3, &room,
				 problem);
	if (!error &&
	    !trial_set(trial, texts[0].value, texts[1].value, texts[2].value))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	buffer_free(&room);
	return error;
}

/* Made by Cloudflare. */
static enum error fetch(struct checking *checking, struct trial *trial,
			struct problem *problem)
{
	const struct parent *parent = checking->parent;
	struct buffer body = { 0 };
	struct json result;
	char path[128];
	enum error error;

	snprintf(path, sizeof(path), "/accounts/%s/r2/temp-access-credentials",
		 parent->account->id);
	if (!buffer_format(&body,
			   "{\"bucket\":\"%.*s\",\"parentAccessKeyId\":\"%s\","
			   "\"permission\":\"object-read-only\","
			   "\"ttlSeconds\":%d,\"objects\":[\"%s\"]}",
			   (int)trial->bucket.length, trial->bucket.data,
			   parent->key.access_key_id, TRIAL_TTL, trial->key))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	error = call_api(checking, "POST", path, buffer_slice(&body), &result,
			 problem);
	buffer_free(&body);
	return error ? error :
		       take_credential(checking, trial, &result, problem);
}

/* What is answered to a GET of `key` with it; 0: nothing, which is said. */
static unsigned get(struct checking *checking, const struct trial *trial,
		    const char *key, const char *what)
{
	struct problem problem;
	char url[1024];

	snprintf(url, sizeof(url), "%s/%.*s/%s",
		 checking->parent->account->endpoint, (int)trial->bucket.length,
		 trial->bucket.data, key);
	if (ask(checking, "GET", url, buffer_slice(&trial->sign),
		buffer_slice(&trial->headers), &problem))
		is_wrong(checking, what, problem.message);
	else if (!no_answer(checking, what))
		return checking->answer.status;
	return 0;
}

/* Allowed to read what isn't there, one is told that it isn't there. */
static void try_credential(struct checking *checking, const struct trial *trial)
{
	static const char own[] = "a credential for one object";
	static const char other[] = "the same credential for another";
	unsigned status = get(checking, trial, trial->key, own);
	char remedy[200];

	if (status == 0)
		return;
	if (status != 404 && status != 200) {
		snprintf(remedy, sizeof(remedy),
			 "answered %u to its own object: check the clock, the "
			 "account's id and endpoint, and that the parent may "
			 "read",
			 status);
		is_wrong(checking, own, remedy);
		return;
	}
	check_clock(checking);
	is_good(checking, own);
	status = get(checking, trial, trial->other, other);
	if (status == 401 || status == 403) {
		is_good(checking, other);
	} else if (status != 0) {
		snprintf(remedy, sizeof(remedy),
			 "answered %u, where it should be refused: this "
			 "endpoint does not hold to what a credential says; "
			 "don't hand any out",
			 status);
		is_wrong(checking, other, remedy);
	}
}

static void check_credential(struct checking *checking)
{
	static const char what[] = "a credential for one object";
	const struct parent *parent = checking->parent;
	struct problem problem;
	struct trial trial;
	enum error error;

	if (!abilities_within(permission_abilities(PERMISSION_OBJECT_READ_ONLY),
			      permission_abilities(parent->permission)))
		return;
	if (!trial_begin(&trial, parent)) {
		is_wrong(checking, what, "the system gives no random numbers");
		return;
	}
	error = parent->signer == SIGNER_CLOUDFLARE ?
			fetch(checking, &trial, &problem) :
			mint_here(checking, &trial, &problem);
	if (error)
		is_wrong(checking, what, problem.message);
	else
		try_credential(checking, &trial);
	trial_end(&trial);
}

/* ---- API tokens ----------------------------------------------------------- */

/* A token is a user's or an account's, and each is verified in its place. */
static enum error verify(struct checking *checking, struct json *result,
			 struct problem *problem)
{
	const struct account *account = checking->parent->account;
	char path[96];
	enum error error;

	snprintf(path, sizeof(path), "/accounts/%s/tokens/verify", account->id);
	error = call_api(checking, "GET", path, slice_of(NULL, 0), result,
			 problem);
	if (error != ERROR_UPSTREAM || checking->answer.status == 0 ||
	    checking->answer.status >= 500)
		return error;
	return call_api(checking, "GET", "/user/tokens/verify",
			slice_of(NULL, 0), result, problem);
}

static void check_token(struct checking *checking)
{
	static const char what[] = "API token";
	struct cloudflare_text texts[] = { { .name = "status" } };
	struct buffer room = { 0 };
	char remedy[PROBLEM_MESSAGE_MAX];
	struct problem problem;
	struct json result;

	if (checking->parent->key.api_token.length == 0)
		return;
	if (verify(checking, &result, &problem) ||
	    !buffer_reserve(&room, checking->answer.body.length) ||
	    cloudflare_texts(&result, json_next(&result), texts, 1, &room,
			     &problem)) {
		snprintf(remedy, sizeof(remedy), "%.250s; check api-token-file",
			 problem.message);
		is_wrong(checking, what, remedy);
	} else if (!slice_is(texts[0].value, "active")) {
		is_wrong(checking, what,
			 "it is no longer active: make another, and put it "
			 "into api-token-file");
	} else {
		is_good(checking, what);
	}
	buffer_free(&room);
}

/* ---- all of it ------------------------------------------------------------ */

static void check_parent(struct checking *checking)
{
	const struct parent *parent = checking->parent;

	checking->clock_known = false;
	if (!url_is_private(parent->account->endpoint)) {
		is_wrong(
			checking, "endpoint",
			"is plain http, so nothing was sent there: credentials "
			"must go by https");
		return;
	}
	if (parent->key.secret.length > 0) {
		for (size_t i = 0; i < parent->buckets.count; i++)
			check_bucket(checking, parent->buckets.list[i]);
	}
	check_token(checking);
	check_credential(checking);
}

enum cli_status cli_online_check(const struct config *config)
{
	struct checking *checking = calloc(1, sizeof(*checking));
	enum cli_status status;

	if (!checking)
		return cli_complain("out of memory");
	checking->config = config;
	cli_output_begin(&checking->output);
	for (const struct parent *parent = config->parents; parent;
	     parent = parent->next) {
		checking->parent = parent;
		check_parent(checking);
		/* One at a time can take its time. */
		(void)sink_flush(&checking->output.sink);
	}
	upstream_stop(&checking->upstream);
	status = cli_output_end(&checking->output);
	if (checking->wrong > 0)
		status = CLI_FAILED;
	free(checking);
	return status;
}
