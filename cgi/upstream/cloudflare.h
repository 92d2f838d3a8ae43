/*
 * cloudflare - the envelope in which Cloudflare's API answers, and the pieces
 * of what is sent to it.
 *
 * {"success":true,"errors":[],"messages":[],"result":...}; a failure has
 * errors[] of {code, message}. `messages` are of interest to nobody.
 */
#ifndef MINTAGE_CGI_UPSTREAM_CLOUDFLARE_H
#define MINTAGE_CGI_UPSTREAM_CLOUDFLARE_H

#include "lib/base/json.h"
#include "upstream.h"

/*
 * Read an answer. *result is then just before the result's value. On failure
 * ERROR_UPSTREAM, with Cloudflare's status, code and words; never with `token`,
 * should it be repeated there. problem->retry_after is what was asked for.
 */
enum error cloudflare_result(const struct upstream_answer *answer,
			     struct slice token, struct json *result,
			     struct problem *problem) MUST_CHECK;

/* A member that is a text. */
struct cloudflare_text {
	const char *name;
	struct slice value; /* none where it isn't there, or null */
};

/*
 * Having just read `token`, find members of the object that it should begin,
 * and read on to its end. What holds escapes is decoded into `room`, from whose
 * end the values then borrow: reserve as much as the answer's body has.
 * ERROR_UPSTREAM when it isn't an object.
 */
enum error cloudflare_texts(struct json *result, enum json_token token,
			    struct cloudflare_text texts[], size_t count,
			    struct buffer *room,
			    struct problem *problem) MUST_CHECK;

/* Letters and digits, up to 64: what an access key id and a token's id are. */
bool cloudflare_is_id(struct slice text);

/* Append `text` as a JSON string. */
bool cloudflare_quote(struct buffer *body, struct slice text) MUST_CHECK;

/* ERROR_UPSTREAM: "Cloudflare's answer ..." */
enum error cloudflare_unexpected(struct problem *problem, const char *what);

#endif
