#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "cgi/upstream/cloudflare.h"
#include "lib/base/clock.h"
#include "lib/base/hex.h"
#include "lib/sign/mint.h"

/* How long a credential lives that is made to be tried, in seconds. */
#define TRIAL_TTL 300

/* A credential that is tried. */
struct trial {
	struct buffer sign;    /* "ID:SECRET" */
	struct buffer headers; /* its session token */
	struct slice bucket;
	char key[64];   /* what it may reach */
	char other[64]; /* what it may not */
};

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

/* ---- made ----------------------------------------------------------------- */

/* Make a credential as the service makes them. */
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
	};
	struct mint *mint;
	struct timespec now;
	bool done = false;

	if (clock_read(&now, problem))
		return problem->error;
	claims.issued = now.tv_sec;
	mint = malloc(sizeof(*mint));
	if (mint && mint_begin(mint, MINT_OBJECT, &claims,
			       parent->key.secret) == ERROR_NONE) {
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

static enum error take_credential(const struct checking *checking,
				  struct trial *trial, struct json *result,
				  struct problem *problem)
{
	struct cloudflare_text texts[] = {
		{ .name = CLOUDFLARE_ACCESS_KEY_ID },
		{ .name = CLOUDFLARE_SECRET_ACCESS_KEY },
		{ .name = CLOUDFLARE_SESSION_TOKEN }
	};
	struct buffer scratch = { 0 };
	enum error error;

	if (!buffer_reserve(&scratch, checking->answer.body.length))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	error = cloudflare_texts(result, json_next(result), texts, 3, &scratch,
				 problem);
	if (!error &&
	    !trial_set(trial, texts[0].value, texts[1].value, texts[2].value))
		error = problem_set(problem, ERROR_UNAVAILABLE, NULL,
				    "out of memory");
	buffer_free(&scratch);
	return error;
}

/* Let Cloudflare make a credential. */
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
			   "{\"" CLOUDFLARE_BUCKET "\":\"%.*s\","
			   "\"" CLOUDFLARE_PARENT "\":\"%s\","
			   "\"" CLOUDFLARE_PERMISSION "\":\"object-read-only\","
			   "\"" CLOUDFLARE_TTL "\":%d,"
			   "\"" CLOUDFLARE_OBJECTS "\":[\"%s\"]}",
			   (int)trial->bucket.length, trial->bucket.data,
			   parent->key.access_key_id, TRIAL_TTL, trial->key))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "out of memory");
	error = checking_ask_api(checking, "POST", path, buffer_slice(&body),
				 &result, problem);
	buffer_free(&body);
	return error ? error :
		       take_credential(checking, trial, &result, problem);
}

/* ---- tried ---------------------------------------------------------------- */

/* Ask for `key` with the credential. The status of the answer; 0 when there was
 * none, which is printed as a finding. */
static unsigned get(struct checking *checking, const struct trial *trial,
		    const char *key, const char *what)
{
	struct problem problem;
	char url[1024];

	snprintf(url, sizeof(url), "%s/%.*s/%s",
		 checking->parent->account->endpoint, (int)trial->bucket.length,
		 trial->bucket.data, key);
	if (checking_ask(checking, "GET", url, buffer_slice(&trial->sign),
			 buffer_slice(&trial->headers), &problem))
		checking_wrong(checking, what, problem.message);
	else if (!checking_no_answer(checking, what))
		return checking->answer.status;
	return 0;
}

/* The object isn't there, and whoever may read it is told so with 404. */
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
		checking_wrong(checking, own, remedy);
		return;
	}
	checking_clock(checking);
	checking_good(checking, own);
	status = get(checking, trial, trial->other, other);
	if (status == 401 || status == 403) {
		checking_good(checking, other);
	} else if (status != 0) {
		snprintf(remedy, sizeof(remedy),
			 "answered %u, where it should be refused: this "
			 "endpoint does not hold to what a credential says; "
			 "don't hand any out",
			 status);
		checking_wrong(checking, other, remedy);
	}
}

void trial_check(struct checking *checking)
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
		checking_wrong(checking, what,
			       "the system gives no random numbers");
		return;
	}
	error = parent->signer == SIGNER_CLOUDFLARE ?
			fetch(checking, &trial, &problem) :
			mint_here(checking, &trial, &problem);
	if (error)
		checking_wrong(checking, what, problem.message);
	else
		try_credential(checking, &trial);
	trial_end(&trial);
}
