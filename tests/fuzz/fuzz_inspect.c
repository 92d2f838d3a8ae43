/* Session tokens of anyone, as `mintage inspect` reads them: what it says a
 * token grants is what another reader finds in it. */
#include <json-c/json.h>

#include "cgi/cli/duplicates.h"
#include "cgi/cli/verdict.h"
#include "check.h"
#include "codes.h"
#include "lib/sign/mint.h"
#include "lib/sign/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char inspect_secret[] =
	"11f086d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0a1";

/* ---- what is printed ------------------------------------------------------ */

/* Fit for a terminal: no control characters, whoever made the token. */
static void inspect_check_findings(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count && i < FINDINGS_MAX; i++) {
		struct slice text = slice_text(findings->list[i].text);

		CHECK(text.length > 0);
		CHECK(unicode_valid(text) == text.length);
	}
}

/* The claim that a plain reader finds, where it is a text. */
static void inspect_check_text(json_object *root, const char *name,
			       struct slice said)
{
	json_object *member;

	if (said.length == 0)
		return;
	CHECK(json_object_object_get_ex(root, name, &member));
	CHECK(json_object_is_type(member, json_type_string));
	CHECK(slice_equal(
		said, slice_of(json_object_get_string(member),
			       (size_t)json_object_get_string_len(member))));
}

static void inspect_check_claims(struct slice payload,
				 const struct claims *claims)
{
	char *text = strndup(payload.data, payload.length);
	json_object *root = json_tokener_parse(text), *member;

	CHECK(json_object_is_type(root, json_type_object));
	inspect_check_text(root, "bucket", claims->bucket);
	inspect_check_text(root, "scope", claims->permission);
	inspect_check_text(root, "sub", claims->account_id);
	inspect_check_text(root, "iss", claims->access_key_id);
	inspect_check_text(root, "aud", claims->host);
	CHECK(json_object_object_get_ex(root, "exp", &member));
	CHECK(claims->expires == json_object_get_int64(member) ||
	      json_object_is_type(member, json_type_double));
	json_object_put(root);
	free(text);
}

static void inspect_payload(struct slice payload)
{
	static struct findings findings;
	struct claims claims = { .root = NULL };
	struct problem problem;

	if (claims_parse(payload, &claims, &problem) == ERROR_NONE) {
		memset(&findings, 0, sizeof(findings));
		verdict_scope(&claims, &findings);
		verdict_times(&claims, 1767225600, &findings);
		inspect_check_findings(&findings);
		inspect_check_claims(payload, &claims);
	} else {
		check_problem(&problem);
	}
	claims_free(&claims);
}

/* ---- tokens --------------------------------------------------------------- */

static void inspect_header(struct slice header)
{
	static struct findings findings;
	struct problem problem;

	if (duplicates_check(header, "header", &problem) != ERROR_NONE) {
		check_problem(&problem);
		return;
	}
	memset(&findings, 0, sizeof(findings));
	verdict_header(header, &findings);
	inspect_check_findings(&findings);
}

/* Returns whether the secret is said to have signed it. */
static bool inspect_token(struct slice token)
{
	struct session session = { .signed_by_key = false };
	struct problem problem;
	struct keyed keyed;
	bool is_signed;

	keyed_begin(&keyed, slice_text(inspect_secret));
	if (session_open(token, &keyed, &session, &problem) == ERROR_NONE) {
		inspect_header(buffer_slice(&session.header));
		inspect_payload(buffer_slice(&session.payload));
	} else {
		CHECK(!session.signed_by_key);
		check_problem(&problem);
	}
	is_signed = session.signed_by_key;
	session_free(&session);
	return is_signed;
}

/* Make a token of header and payload, signed with the secret or with
 * another. */
static size_t inspect_make(struct slice header, struct slice payload,
			   const char *secret, char *dst, size_t size)
{
	char *jwt = malloc(size), code[64];
	struct base64_encode_ctx coder;
	uint8_t digest[32];
	size_t used = 4, length;

	CHECK(jwt != NULL && size > 2 * (header.length + payload.length) + 200);
	memcpy(jwt, "jwt/", 4);
	codes_url64((const uint8_t *)header.data, header.length, jwt + used);
	used = strlen(jwt);
	jwt[used++] = '.';
	codes_url64((const uint8_t *)payload.data, payload.length, jwt + used);
	used = strlen(jwt);
	codes_hmac(slice_text(secret), slice_of(jwt + 4, used - 4), digest);
	codes_url64(digest, 32, code);
	jwt[used++] = '.';
	memcpy(jwt + used, code, strlen(code));
	used += strlen(code);
	base64_encode_init(&coder);
	length = base64_encode_update(&coder, dst, used, (const uint8_t *)jwt);
	length += base64_encode_final(&coder, dst + length);
	free(jwt);
	return length;
}

/* A header, a line end and a payload; and the bytes as a token themselves. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char token[131072];
	struct slice header, payload = slice_of((const char *)data, size);
	struct slice whole = payload;
	size_t length;

	if (size > 16384)
		return 0;
	/* Nobody's bytes are signed by chance. */
	CHECK(!inspect_token(whole));
	inspect_payload(whole);
	if (!slice_split(&payload, '\n', &header) || !payload.data)
		return 0;
	length = inspect_make(header, payload, inspect_secret, token,
			      sizeof(token));
	(void)inspect_token(slice_of(token, length));
	length = inspect_make(header, payload, "another", token, sizeof(token));
	CHECK(!inspect_token(slice_of(token, length)));
	return 0;
}
