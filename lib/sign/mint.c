#include "mint.h"

#include "lib/base/escape.h"
#include "lib/base/hex.h"
#include "lib/base/sink.h"

/* {"alg":"HS256","typ":"JWT"} in base64url, and the dot behind it. */
static const struct slice jwt_header =
	SLICE("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.");

static const struct slice token_mark = SLICE("jwt/");

/* What stands before and behind the path, by enum mint_kind. */
static const struct slice path_opening[] = {
	SLICE(",\"paths\":{\"prefixPaths\":[],\"objectPaths\":[\""),
	SLICE(",\"paths\":{\"prefixPaths\":[\""),
	SLICE(""),
};
static const struct slice path_closing[] = {
	SLICE("\"]}}"),
	SLICE("\"],\"objectPaths\":[]}}"),
	SLICE("}"),
};

/* Appends to an array of fixed size. `full` is set when something did not
 * fit. */
struct writer {
	char *data;
	size_t length;
	size_t size;
	bool full;
};

static void write_slice(struct writer *writer, struct slice slice)
{
	if (slice.length == 0)
		return;
	if (slice.length > writer->size - writer->length) {
		writer->full = true;
		return;
	}
	memcpy(writer->data + writer->length, slice.data, slice.length);
	writer->length += slice.length;
}

static void write_text(struct writer *writer, const char *text)
{
	write_slice(writer, slice_text(text));
}

static void write_number(struct writer *writer, int64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t rest = (uint64_t)number;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	write_slice(writer, slice_of(digits + at, sizeof(digits) - at));
}

static void write_member(struct writer *writer, const char *name,
			 struct slice value)
{
	write_text(writer, ",\"");
	write_text(writer, name);
	write_text(writer, "\":\"");
	write_slice(writer, value);
	write_text(writer, "\"");
}

static void write_actions(struct writer *writer, abilities actions)
{
	const char *before = ",\"actions\":[\"";

	for (unsigned bit = 0; bit < ACTION_COUNT; bit++) {
		if (!(actions & UINT32_C(1) << bit))
			continue;
		write_text(writer, before);
		write_text(writer, action_names[bit]);
		before = "\",\"";
	}
	write_text(writer, "\"]");
}

/* No value here can hold a character that JSON escapes: each was checked when
 * the configuration was loaded, or by bucket_check. */
static void write_claims(struct writer *writer,
			 const struct mint_claims *claims)
{
	const struct scope *scope = &claims->scope;

	write_text(writer, "{\"bucket\":\"");
	write_slice(writer, claims->bucket);
	write_text(writer, "\"");
	if (scope->actions)
		write_actions(writer, scope->actions);
	else
		write_member(writer, "scope",
			     slice_text(permission_names[scope->permission]));
	write_member(writer, "sub", claims->account_id);
	write_member(writer, "iss", claims->access_key_id);
	write_member(writer, "aud", claims->host);
	write_text(writer, ",\"iat\":");
	write_number(writer, claims->issued);
	write_text(writer, ",\"exp\":");
	write_number(writer, claims->issued + scope->ttl);
}

/* Hash and encode the constant beginning `payload`. Bytes that don't fill a
 * group of three are carried to the head of the tail. */
static void begin_hashes(struct mint *mint, struct slice payload,
			 const struct keyed *secret)
{
	char jwt[MINT_JWT_HEADER_LENGTH + 4 +
		 BASE64URL_LENGTH(MINT_BEGINNING_MAX)];
	struct writer writer = { jwt, 0, sizeof(jwt), false };
	struct slice signed_part;
	size_t whole = payload.length - payload.length % 3;

	write_slice(&writer, token_mark);
	write_slice(&writer, jwt_header);
	writer.length +=
		base64_url_encode(jwt + writer.length, payload.data, whole);
	mint->tail_carried = payload.length - whole;
	memcpy(mint->tail, payload.data + whole, mint->tail_carried);

	signed_part = slice_of(jwt + token_mark.length,
			       writer.length - token_mark.length);
	mint->hmac = secret->hmac;
	digest_hmac_add(&mint->hmac, signed_part.data, signed_part.length);
	digest_sha256_begin(&mint->hash);
	digest_sha256_add(&mint->hash, signed_part.data, signed_part.length);

	whole = writer.length - writer.length % 3;
	mint->token_constant = base64_encode(mint->token, jwt, whole);
	mint->jwt_carried = writer.length - whole;
	memcpy(mint->jwt, jwt + whole, mint->jwt_carried);
}

enum error mint_begin(struct mint *mint, enum mint_kind kind,
		      const struct mint_claims *claims,
		      const struct keyed *secret)
{
	char payload[MINT_BEGINNING_MAX];
	struct writer writer = { payload, 0, sizeof(payload), false };

	memset(mint, 0, offsetof(struct mint, token));
	write_claims(&writer, claims);
	write_slice(&writer, path_opening[kind]);
	if (writer.full)
		return ERROR_INTERNAL;
	mint->kind = kind;
	begin_hashes(mint, slice_of(payload, writer.length), secret);
	return ERROR_NONE;
}

/*
 * Sign the tail, at whose head the carried bytes are, and write the rest of the
 * token at `token`. `jwt` is scratch with carried bytes at its head too.
 * Returns the number of characters written.
 */
static size_t finish(struct mint *mint, const char *tail, size_t tail_length,
		     char *jwt, char *token)
{
	uint8_t *digest = mint->digest;
	char *rest = jwt + mint->jwt_carried;
	size_t length = base64_url_encode(rest, tail, tail_length);

	if (tail_length > mint->tail_most)
		mint->tail_most = tail_length;
	mint->hmac_copy = mint->hmac;
	digest_hmac_add(&mint->hmac_copy, rest, length);
	digest_hmac_end(&mint->hmac_copy, digest);
	rest[length++] = '.';
	length += base64_url_encode(rest + length, digest, DIGEST_SIZE);

	mint->hash_copy = mint->hash;
	digest_sha256_add(&mint->hash_copy, rest, length);
	digest_sha256_end(&mint->hash_copy, digest);
	hex_encode(mint->secret, digest, DIGEST_SIZE);
	return base64_encode(token, jwt, mint->jwt_carried + length);
}

void mint_one(struct mint *mint, struct slice path)
{
	struct slice closing = path_closing[mint->kind];
	char *end = mint->tail + mint->tail_carried;

	end += escape_json(end, path.data, path.length);
	memcpy(end, closing.data, closing.length);
	end += closing.length;
	mint->token_length = mint->token_constant +
			     finish(mint, mint->tail,
				    (size_t)(end - mint->tail), mint->jwt,
				    mint->token + mint->token_constant);
}

/* Most bytes of a tail beside its lists: names, brackets and carried bytes. */
#define PATHS_AROUND 64

/* The scratch of mint_paths has three parts: the tail, the JWT, the token. */
static size_t paths_tail_max(size_t length)
{
	return length + PATHS_AROUND;
}

static size_t paths_jwt_max(size_t length)
{
	return BASE64URL_LENGTH(paths_tail_max(length)) +
	       MINT_SIGNATURE_LENGTH + 3;
}

size_t mint_paths_size(size_t length)
{
	return paths_tail_max(length) + paths_jwt_max(length) +
	       BASE64_LENGTH(MINT_JWT_BEGINNING_MAX) +
	       BASE64_LENGTH(paths_jwt_max(length));
}

struct slice mint_paths(struct mint *mint, struct slice prefixes,
			struct slice objects, char *scratch)
{
	size_t length = prefixes.length + objects.length;
	char *jwt = scratch + paths_tail_max(length);
	char *token = jwt + paths_jwt_max(length);
	struct writer tail = { scratch, 0, paths_tail_max(length), false };
	size_t token_length;

	write_slice(&tail, slice_of(mint->tail, mint->tail_carried));
	if (length > 0) {
		write_text(&tail, ",\"paths\":{\"prefixPaths\":[");
		write_slice(&tail, prefixes);
		write_text(&tail, "],\"objectPaths\":[");
		write_slice(&tail, objects);
		write_text(&tail, "]}");
	}
	write_slice(&tail, path_closing[MINT_FREE]);

	memcpy(jwt, mint->jwt, mint->jwt_carried);
	memcpy(token, mint->token, mint->token_constant);
	token_length =
		mint->token_constant + finish(mint, scratch, tail.length, jwt,
					      token + mint->token_constant);
	return slice_of(token, token_length);
}

static void wipe(char *text, size_t length, size_t size)
{
	length += WIDE_STEP_MAX;
	explicit_bzero(text, length < size ? length : size);
}

void mint_end(struct mint *mint)
{
	size_t jwt = mint->jwt_carried + BASE64URL_LENGTH(mint->tail_most) +
		     MINT_SIGNATURE_LENGTH;

	wipe(mint->tail, mint->tail_most, sizeof(mint->tail));
	wipe(mint->jwt, jwt, sizeof(mint->jwt));
	wipe(mint->token, mint->token_constant + BASE64_LENGTH(jwt),
	     sizeof(mint->token));
	explicit_bzero(mint, offsetof(struct mint, token));
}
