#include "session.h"

#include "mint.h"

static enum error fail_token(struct problem *problem, const char *why)
{
	return problem_set(problem, ERROR_MALFORMED, NULL,
			   "not a session token of R2: %s", why);
}

/* A JWT is "header.payload.signature". */
struct jwt_parts {
	struct slice signed_part;
	struct slice header;
	struct slice payload;
	struct slice signature;
};

static bool jwt_split(struct slice jwt, struct jwt_parts *parts)
{
	struct slice rest = jwt;

	if (!slice_split(&rest, '.', &parts->header) ||
	    !slice_split(&rest, '.', &parts->payload) ||
	    !slice_split(&rest, '.', &parts->signature) || rest.data)
		return false;
	parts->signed_part =
		slice_of(jwt.data, jwt.length - parts->signature.length - 1);
	return true;
}

/* base64_url_decode may write this many bytes for a signature. */
#define SIGNATURE_SIZE (DIGEST_SIZE + 3)

static bool signature_decode(const struct jwt_parts *parts,
			     uint8_t signature[SIGNATURE_SIZE])
{
	size_t length;

	return parts->signature.length == BASE64URL_LENGTH(DIGEST_SIZE) &&
	       base64_url_decode(signature, &length, parts->signature.data,
				 parts->signature.length);
}

static bool signature_matches(const struct jwt_parts *parts,
			      const uint8_t theirs[SIGNATURE_SIZE],
			      const struct secret *secret)
{
	uint8_t ours[DIGEST_SIZE];

	digest_hmac(secret->text, secret->length, parts->signed_part.data,
		    parts->signed_part.length, ours);
	return digest_equal(ours, theirs, DIGEST_SIZE);
}

static enum error open_jwt(struct slice jwt, const struct secret *secret,
			   struct buffer *payload, bool *signed_by_key,
			   struct problem *problem)
{
	struct jwt_parts parts;
	uint8_t signature[SIGNATURE_SIZE];

	if (!jwt_split(jwt, &parts))
		return fail_token(problem, "it isn't a JWT of three parts");
	if (!slice_is(parts.header, "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"))
		return fail_token(problem,
				  "its header isn't {\"alg\":\"HS256\","
				  "\"typ\":\"JWT\"}");
	if (!signature_decode(&parts, signature))
		return fail_token(problem, "its signature isn't 43 characters "
					   "of base64url: was it cut short?");
	if (!buffer_reserve(payload, parts.payload.length + 4))
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	if (!base64_url_decode((uint8_t *)payload->data, &payload->length,
			       parts.payload.data, parts.payload.length))
		return fail_token(problem, "its payload isn't base64url");
	*signed_by_key = secret && signature_matches(&parts, signature, secret);
	return ERROR_NONE;
}

enum error session_open(struct slice token, const struct secret *secret,
			struct buffer *payload, bool *signed_by_key,
			struct problem *problem)
{
	struct buffer text = { 0 };
	enum error error;

	*signed_by_key = false;
	payload->length = 0;
	if (!buffer_reserve(&text, token.length + 4))
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	if (!base64_decode((uint8_t *)text.data, &text.length, token.data,
			   token.length))
		error = fail_token(problem, "it isn't padded base64");
	else if (!slice_starts(buffer_slice(&text), slice_text("jwt/")))
		error = fail_token(problem, "it doesn't begin with \"jwt/\"");
	else
		error = open_jwt(slice_of(text.data + 4, text.length - 4),
				 secret, payload, signed_by_key, problem);
	buffer_free(&text);
	return error;
}
