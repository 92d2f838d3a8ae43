#include "session.h"

#include "lib/base/json.h"
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
			      const struct keyed *secret)
{
	struct digest_hmac hmac = secret->hmac;
	uint8_t ours[DIGEST_SIZE];

	digest_hmac_add(&hmac, parts->signed_part.data,
			parts->signed_part.length);
	digest_hmac_end(&hmac, ours);
	explicit_bzero(&hmac, sizeof(hmac));
	return digest_equal(ours, theirs, DIGEST_SIZE);
}

/* ---- the header ----------------------------------------------------------- */

/* Quote an algorithm's name, unless it is none that anybody would use. */
static enum error fail_algorithm(struct problem *problem, struct slice name)
{
	bool good = name.length > 0 && name.length <= 16;

	for (size_t i = 0; good && i < name.length; i++)
		good = (name.data[i] >= '0' && name.data[i] <= '9') ||
		       (name.data[i] >= 'A' && name.data[i] <= 'Z') ||
		       (name.data[i] >= 'a' && name.data[i] <= 'z') ||
		       name.data[i] == '-';
	if (!good)
		return fail_token(problem, "its header's alg isn't HS256");
	return problem_set(problem, ERROR_MALFORMED, NULL,
			   "not a session token of R2: its header's alg is "
			   "%.*s, and R2's is HS256",
			   (int)name.length, name.data);
}

/* Read one member of the header. A second one of its name overrules the first
 * in some readers and not in others. */
static enum error read_member(struct json *json, bool *has_algorithm,
			      bool *has_type, struct problem *problem)
{
	struct slice name = json->text;
	enum json_token token = json_next(json);
	bool is_algorithm = slice_is(name, "alg");
	bool is_type = slice_is(name, "typ");

	if ((is_algorithm && *has_algorithm) || (is_type && *has_type))
		return fail_token(problem, "its header has a member twice");
	*has_algorithm = *has_algorithm || is_algorithm;
	*has_type = *has_type || is_type;
	if (is_algorithm &&
	    (token != JSON_STRING || !slice_is(json->text, "HS256")))
		return fail_algorithm(problem, token == JSON_STRING ?
						       json->text :
						       slice_of(NULL, 0));
	if (is_type && (token != JSON_STRING ||
			!slice_equal_nocase(json->text, slice_text("JWT"))))
		return fail_token(problem, "its header's typ isn't JWT");
	if (slice_is(name, "crit"))
		return fail_token(problem, "its header has crit, which R2 "
					   "does not know");
	if (!json_skip(json, token))
		return fail_token(problem, "its header isn't JSON");
	return ERROR_NONE;
}

static enum error check_header(struct slice header, struct problem *problem)
{
	bool has_algorithm = false, has_type = false;
	enum json_token token;
	struct json json;

	json_begin(&json, header);
	if (json_next(&json) != JSON_OBJECT)
		return fail_token(problem, "its header isn't a JSON object");
	while ((token = json_next(&json)) == JSON_NAME) {
		enum error error =
			read_member(&json, &has_algorithm, &has_type, problem);

		if (error)
			return error;
	}
	if (token != JSON_OBJECT_END || json_next(&json) != JSON_END)
		return fail_token(problem, "its header isn't JSON");
	if (!has_algorithm)
		return fail_token(problem, "its header has no alg");
	return ERROR_NONE;
}

static enum error open_header(const struct jwt_parts *parts,
			      struct buffer *header, struct problem *problem)
{
	header->length = 0;
	if (!buffer_reserve(header, parts->header.length + 4))
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	if (!base64_url_decode((uint8_t *)header->data, &header->length,
			       parts->header.data, parts->header.length))
		return fail_token(problem, "its header isn't base64url "
					   "without padding");
	return check_header(buffer_slice(header), problem);
}

/* ---- all of it ------------------------------------------------------------ */

static enum error open_jwt(struct slice jwt, const struct keyed *secret,
			   struct session *session, struct problem *problem)
{
	struct buffer *payload = &session->payload;
	struct jwt_parts parts;
	uint8_t signature[SIGNATURE_SIZE];
	enum error error;

	if (!jwt_split(jwt, &parts))
		return fail_token(problem, "it isn't a JWT of three parts");
	error = open_header(&parts, &session->header, problem);
	if (error)
		return error;
	if (!signature_decode(&parts, signature))
		return fail_token(problem, "its signature isn't 43 characters "
					   "of base64url: was it cut short?");
	if (!buffer_reserve(payload, parts.payload.length + 4))
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	if (!base64_url_decode((uint8_t *)payload->data, &payload->length,
			       parts.payload.data, parts.payload.length))
		return fail_token(problem, "its payload isn't base64url "
					   "without padding");
	session->signed_by_key = secret &&
				 signature_matches(&parts, signature, secret);
	return ERROR_NONE;
}

/* Tell what is wrong with a text that isn't padded base64. Tokens are copied
 * out of links, and out of programs that print the JWT alone. */
static enum error fail_base64(struct slice token, struct problem *problem)
{
	size_t dots = 0;

	for (size_t i = 0; i < token.length; i++) {
		char c = token.data[i];

		if (c == '%')
			return fail_token(problem, "it is percent-encoded, as "
						   "in a link; decode it");
		if (strchr(" \t\r\n", c))
			return fail_token(problem, "it has a blank or a line "
						   "end in it; join its parts");
		dots += c == '.';
	}
	if (dots == 2)
		return fail_token(problem, "it is a bare JWT; R2's is the "
					   "base64 of \"jwt/\" and the JWT");
	if (token.length % 4 != 0)
		return fail_token(problem, "its base64 lacks padding (=), or "
					   "was cut short");
	return fail_token(problem, "it isn't padded base64");
}

enum error session_open(struct slice token, const struct keyed *secret,
			struct session *session, struct problem *problem)
{
	struct buffer text = { 0 };
	enum error error;

	session->signed_by_key = false;
	session->payload.length = 0;
	if (!buffer_reserve(&text, token.length + 4))
		return problem_set(problem, ERROR_INTERNAL, NULL,
				   "out of memory");
	if (!base64_decode((uint8_t *)text.data, &text.length, token.data,
			   token.length))
		error = fail_base64(token, problem);
	else if (!slice_starts(buffer_slice(&text), slice_text("jwt/")))
		error = fail_token(problem, "it doesn't begin with \"jwt/\"");
	else
		error = open_jwt(slice_of(text.data + 4, text.length - 4),
				 secret, session, problem);
	buffer_free(&text);
	return error;
}

void session_free(struct session *session)
{
	buffer_free(&session->header);
	buffer_free(&session->payload);
}
