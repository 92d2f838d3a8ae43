/*
 * cloudflare - the envelope in which Cloudflare's API answers, the names that
 * its call for a temporary credential uses, and the pieces of what is sent.
 *
 * The envelope is {"success":true,"errors":[],"messages":[],"result":...}. A
 * failure has errors[] of {code, message}. Nothing here reads `messages`.
 */
#ifndef MINTAGE_CGI_UPSTREAM_CLOUDFLARE_H
#define MINTAGE_CGI_UPSTREAM_CLOUDFLARE_H

#include "lib/base/json.h"
#include "upstream.h"

/*
 * Members of POST /accounts/{id}/r2/temp-access-credentials and of its result.
 * They are Cloudflare's, and stay as they are even if a field of ours, or a
 * value of a template, gets another name.
 */
#define CLOUDFLARE_BUCKET "bucket"
#define CLOUDFLARE_PARENT "parentAccessKeyId"
#define CLOUDFLARE_PERMISSION "permission"
#define CLOUDFLARE_TTL "ttlSeconds"
#define CLOUDFLARE_PREFIXES "prefixes"
#define CLOUDFLARE_OBJECTS "objects"
#define CLOUDFLARE_ACCESS_KEY_ID "accessKeyId"
#define CLOUDFLARE_SECRET_ACCESS_KEY "secretAccessKey"
#define CLOUDFLARE_SESSION_TOKEN "sessionToken"

/*
 * Read an answer; *result then stands just before the result's value and
 * borrows from the answer. ERROR_UPSTREAM when Cloudflare refused, with its
 * status, code and words, but never with `token`, even where the answer repeats
 * it; problem->retry_after is then the seconds that the answer asked for, or 0.
 */
enum error cloudflare_result(const struct upstream_answer *answer,
			     struct slice token, struct json *result,
			     struct problem *problem) MUST_CHECK;

/* A member of an object that is a text. */
struct cloudflare_text {
	const char *name;
	struct slice value; /* {NULL, 0} when it is missing or no text */
};

/*
 * Read an object of the result to its end, where `token` is what was read last
 * and should begin it, and set the value of each of the `count` texts. Values
 * borrow from the answer, or where they hold escapes from the end of `space`,
 * in which the caller has reserved as many bytes as the answer's body has.
 * ERROR_UPSTREAM when there is no object or it can't be read.
 */
enum error cloudflare_texts(struct json *result, enum json_token token,
			    struct cloudflare_text texts[], size_t count,
			    struct buffer *space,
			    struct problem *problem) MUST_CHECK;

/* Is it 1 to 64 letters and digits, as an access key id and a token's id are? */
bool cloudflare_is_id(struct slice text);

/* Append `text` as a JSON string, with its quotes. False without memory. */
bool cloudflare_quote(struct buffer *body, struct slice text) MUST_CHECK;

/* Set *problem to "Cloudflare's answer WHAT". Returns ERROR_UPSTREAM. */
enum error cloudflare_unexpected(struct problem *problem, const char *what);

#endif
