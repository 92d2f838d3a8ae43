/*
 * core mint|presign RUNS COUNT - credentials or links for COUNT keys, and the
 * hashing alone that they can't do without: the floor.
 *
 * One line a run: seconds of ours, seconds of the floor. Both work through
 * the keys in turns of a few hundred microseconds, so that whatever else the
 * machine does meanwhile befalls both. What the floor hashes lies in memory
 * before its clock runs, and its digests must be those in what we made.
 *
 * core mint|presign digest COUNT - SHA-256 over all that is made for the first
 * COUNT keys: peers in other languages must have the same, or they don't do
 * the same job.
 */
#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <nettle/version.h>

#include "bench.h"
#include "lib/base/hex.h"
#include "lib/sign/mint.h"
#include "lib/sign/presign.h"

/* nettle 4 dropped the length argument of the digest functions. */
#if NETTLE_VERSION_MAJOR >= 4
#define FINISH(kind, state, out) kind##_digest((state), (out))
#else
#define FINISH(kind, state, out) kind##_digest((state), DIGEST_SIZE, (out))
#endif

/* Keys in a turn, and the most that one of them can come to. */
#define TURN 250
#define ROOM 32768

/* A link, or a credential: access key id, secret, session token. */
struct made {
	char *text;
	size_t length;
};

/* What the floor hashes for one of them. */
struct hashed {
	char *text; /* for SHA-256 */
	size_t length;
	char *hmac_text; /* for HMAC */
	size_t hmac_length;
	uint8_t sha256[DIGEST_SIZE];
	uint8_t hmac[DIGEST_SIZE];
};

struct core {
	struct slice bucket, access_key_id, account_id, host, endpoint;
	struct keyed secret;
	int64_t time;
	uint32_t ttl;
	struct slice *keys;
	size_t count;
	struct mint mint;
	struct presign presign;
	struct presign_day day;
	struct hmac_sha256_ctx floor_hmac; /* with its key; for links also with
					    * the string to sign as far as it
					    * is the same for all */
	uint8_t six[256];                  /* of a base64 character */
	struct made made[TURN];
	struct hashed hashed[TURN];
	/* Their texts, one behind the other. */
	char made_text[TURN * ROOM];
	char hashed_text[TURN * ROOM];
};

/* The two kinds of work. `make` and `floor` are what is timed; `prepare` writes
 * texts from `text` on and returns their end. */
struct work {
	const char *name;
	void (*begin)(struct core *core);
	void (*make)(struct core *core, const struct slice *keys, size_t count);
	char *(*prepare)(const struct core *core, const struct made *made,
			 struct hashed *hashed, char *text);
	void (*floor)(struct core *core, size_t count);
	void (*verify)(const struct core *core, const struct made *made,
		       const struct hashed *hashed);
};

static char *put(char *dst, struct slice text)
{
	memcpy(dst, text.data, text.length);
	return dst + text.length;
}

/* ---- credentials ---------------------------------------------------------- */

static void mint_start(struct core *core)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct mint_claims claims = {
		.bucket = core->bucket,
		.scope = { .ttl = core->ttl },
		.account_id = core->account_id,
		.access_key_id = core->access_key_id,
		.host = core->host,
		.issued = core->time,
	};
	struct problem problem;

	if (permission_parse(slice_text(job("BENCH_SCOPE")), "",
			     &claims.scope.permission, &problem) ||
	    mint_begin(&core->mint, MINT_OBJECT, &claims, &core->secret))
		fail("mint_begin");
	core->floor_hmac = core->secret.hmac.state;
	for (uint8_t i = 0; i < 64; i++)
		core->six[(uint8_t)alphabet[i]] = i;
}

/* All three fields, into a buffer that is not mint's own. */
static void mint_make(struct core *core, const struct slice *keys, size_t count)
{
	struct mint *mint = &core->mint;
	char *end = core->made_text;

	for (size_t i = 0; i < count; i++) {
		struct made *made = &core->made[i];

		mint_one(mint, keys[i]);
		made->text = end;
		end = put(end, core->access_key_id);
		end = put(end, slice_of(mint->secret, MINT_SECRET_LENGTH));
		end = put(end, slice_of(mint->token, mint->token_length));
		made->length = (size_t)(end - made->text);
	}
}

/* Base64 by a table: this runs more often than the strict decoder is made for.
 * What is decoded wrongly, mint_verify finds out. */
static size_t decode(const struct core *core, char *dst, const char *src,
		     size_t length)
{
	const uint8_t *six = core->six;
	const char *start = dst;

	for (; length >= 4; length -= 4, src += 4) {
		uint32_t bits = (uint32_t)six[(uint8_t)src[0]] << 18 |
				(uint32_t)six[(uint8_t)src[1]] << 12 |
				(uint32_t)six[(uint8_t)src[2]] << 6 |
				six[(uint8_t)src[3]];

		*dst++ = (char)(bits >> 16);
		*dst++ = (char)(bits >> 8);
		*dst++ = (char)bits;
	}
	return (size_t)(dst - start) - (src[-1] == '=') - (src[-2] == '=');
}

/* The JWT out of the session token. */
static char *mint_prepare(const struct core *core, const struct made *made,
			  struct hashed *hashed, char *text)
{
	size_t before = core->access_key_id.length + MINT_SECRET_LENGTH;
	size_t length =
		decode(core, text, made->text + before, made->length - before);
	const char *dot;

	hashed->text = hashed->hmac_text = text + 4; /* "jwt/" */
	hashed->length = length - 4;
	dot = memrchr(hashed->text, '.', hashed->length);
	if (!dot)
		fail("a session token holds no JWT");
	hashed->hmac_length = (size_t)(dot - hashed->text);
	return text + length;
}

static void mint_floor(struct core *core, size_t count)
{
	struct sha256_ctx sha256;

	for (size_t i = 0; i < count; i++) {
		struct hashed *hashed = &core->hashed[i];

		hmac_sha256_update(&core->floor_hmac, hashed->hmac_length,
				   (const uint8_t *)hashed->hmac_text);
		FINISH(hmac_sha256, &core->floor_hmac, hashed->hmac);
		sha256_init(&sha256);
		sha256_update(&sha256, hashed->length,
			      (const uint8_t *)hashed->text);
		FINISH(sha256, &sha256, hashed->sha256);
	}
}

static void mint_verify(const struct core *core, const struct made *made,
			const struct hashed *hashed)
{
	char text[HEX_LENGTH(DIGEST_SIZE)];

	hex_encode(text, hashed->sha256, DIGEST_SIZE);
	if (memcmp(text, made->text + core->access_key_id.length,
		   sizeof(text)) != 0)
		fail("the floor's SHA-256 is not the secret");
	base64_url_encode(text, hashed->hmac, DIGEST_SIZE);
	if (memcmp(text, hashed->text + hashed->hmac_length + 1,
		   BASE64URL_LENGTH(DIGEST_SIZE)) != 0)
		fail("the floor's HMAC is not the signature");
}

/* ---- links ---------------------------------------------------------------- */

#define SIGNED_LENGTH \
	(sizeof("&X-Amz-Signature=") - 1 + HEX_LENGTH(DIGEST_SIZE))

static void presign_start(struct core *core)
{
	struct presign_signer signer = {
		.endpoint = core->endpoint,
		.bucket = core->bucket,
		.access_key_id = core->access_key_id,
		.time = core->time,
	};
	time_t now = (time_t)core->time;
	struct tm tm;
	char constant[128];
	size_t length;

	presign_day_derive(&core->day, &core->secret.aws4, core->time);
	if (presign_begin(&core->presign, &signer, &core->day) ||
	    !gmtime_r(&now, &tm))
		fail("presign_begin");
	length = strftime(constant, sizeof(constant),
			  "AWS4-HMAC-SHA256\n%Y%m%dT%H%M%SZ\n"
			  "%Y%m%d/auto/s3/aws4_request\n",
			  &tm);
	core->floor_hmac = core->day.hmac.state;
	hmac_sha256_update(&core->floor_hmac, length,
			   (const uint8_t *)constant);
}

static void presign_make(struct core *core, const struct slice *keys,
			 size_t count)
{
	struct presign *presign = &core->presign;
	char *end = core->made_text;

	for (size_t i = 0; i < count; i++) {
		struct made *made = &core->made[i];
		struct presign_link link = {
			.method = METHOD_GET,
			.key = keys[i],
			.expires = core->ttl,
		};

		presign_one(presign, &link);
		made->text = end;
		made->length = presign->url_length;
		end = put(end, slice_of(presign->url, presign->url_length));
	}
}

/* The canonical request, from the link, and its digest in hex. */
static char *presign_prepare(const struct core *core, const struct made *made,
			     struct hashed *hashed, char *text)
{
	struct slice rest = slice_of(made->text, made->length - SIGNED_LENGTH);
	uint8_t digest[DIGEST_SIZE];
	struct slice path;

	rest.data += core->endpoint.length;
	rest.length -= core->endpoint.length;
	if (!slice_split(&rest, '?', &path) || rest.length == 0)
		fail("a link has no query");
	hashed->text = text;
	text = put(text, slice_text("GET\n"));
	text = put(text, path);
	text = put(text, slice_text("\n"));
	text = put(text, rest);
	text = put(text, slice_text("\nhost:"));
	text = put(text, core->host);
	text = put(text, slice_text("\n\nhost\nUNSIGNED-PAYLOAD"));
	hashed->length = (size_t)(text - hashed->text);

	digest_sha256(hashed->text, hashed->length, digest);
	hashed->hmac_text = text;
	hashed->hmac_length = hex_encode(text, digest, DIGEST_SIZE);
	return text + hashed->hmac_length;
}

/* The compressions of a link: its canonical request, and what of the string to
 * sign is its own. */
static void presign_floor(struct core *core, size_t count)
{
	struct hmac_sha256_ctx hmac;
	struct sha256_ctx sha256;

	for (size_t i = 0; i < count; i++) {
		struct hashed *hashed = &core->hashed[i];

		sha256_init(&sha256);
		sha256_update(&sha256, hashed->length,
			      (const uint8_t *)hashed->text);
		FINISH(sha256, &sha256, hashed->sha256);
		hmac = core->floor_hmac;
		hmac_sha256_update(&hmac, hashed->hmac_length,
				   (const uint8_t *)hashed->hmac_text);
		FINISH(hmac_sha256, &hmac, hashed->hmac);
	}
}

static void presign_verify(const struct core *core, const struct made *made,
			   const struct hashed *hashed)
{
	char text[HEX_LENGTH(DIGEST_SIZE)];

	(void)core;
	hex_encode(text, hashed->hmac, DIGEST_SIZE);
	if (memcmp(text, made->text + made->length - sizeof(text),
		   sizeof(text)) != 0)
		fail("the floor's HMAC is not the signature");
}

/* ---- both ----------------------------------------------------------------- */

static const struct work works[] = {
	{ "mint", mint_start, mint_make, mint_prepare, mint_floor,
	  mint_verify },
	{ "presign", presign_start, presign_make, presign_prepare,
	  presign_floor, presign_verify },
};

static void read_job(struct core *core, size_t count)
{
	char *endpoint = allocate(300);
	const char *secret = job("BENCH_SECRET");

	core->bucket = slice_text(job("BENCH_BUCKET"));
	core->access_key_id = slice_text(job("BENCH_PARENT"));
	core->account_id = slice_text(job("BENCH_ACCOUNT"));
	core->host = slice_text(job("BENCH_HOST"));
	(void)snprintf(endpoint, 300, "https://%s", job("BENCH_HOST"));
	core->endpoint = slice_text(endpoint);
	if (strlen(secret) > KEYED_TEXT_MAX)
		fail("BENCH_SECRET is too long");
	keyed_begin(&core->secret, slice_text(secret));
	core->time = (int64_t)number(job("BENCH_TIME"));
	core->ttl = (uint32_t)number(job("BENCH_TTL"));
	core->count = count;
	core->keys = split_lines(map_file(job("BENCH_KEYS")), count);
}

static void run(struct core *core, const struct work *work, bool verify)
{
	double ours = 0, floor = 0, start;
	char *text;

	for (size_t at = 0; at < core->count; at += TURN) {
		size_t rest = core->count - at;
		size_t count = rest < TURN ? rest : TURN;

		start = seconds();
		work->make(core, core->keys + at, count);
		ours += seconds() - start;
		text = core->hashed_text;
		for (size_t i = 0; i < count; i++)
			text = work->prepare(core, &core->made[i],
					     &core->hashed[i], text);
		start = seconds();
		work->floor(core, count);
		floor += seconds() - start;
		for (size_t i = 0; verify && i < count; i++)
			work->verify(core, &core->made[i], &core->hashed[i]);
	}
	printf("%.9f %.9f\n", ours, floor);
}

static void print_digest(struct core *core, const struct work *work)
{
	char hex[HEX_LENGTH(DIGEST_SIZE)];
	uint8_t digest[DIGEST_SIZE];
	struct digest_sha256 hash;

	digest_sha256_begin(&hash);
	for (size_t i = 0; i < core->count; i++) {
		work->make(core, core->keys + i, 1);
		digest_sha256_add(&hash, core->made->text, core->made->length);
	}
	digest_sha256_end(&hash, digest);
	hex_encode(hex, digest, DIGEST_SIZE);
	printf("%.*s\n", (int)sizeof(hex), hex);
}

int main(int argc, char **argv)
{
	struct core *core = calloc(1, sizeof(*core));
	const struct work *work = NULL;

	for (size_t i = 0; argc == 4 && i < sizeof(works) / sizeof(works[0]);
	     i++)
		if (strcmp(argv[1], works[i].name) == 0)
			work = &works[i];
	if (!work || !core)
		fail("core mint|presign RUNS|digest COUNT");
	read_job(core, number(argv[3]));
	work->begin(core);
	if (strcmp(argv[2], "digest") == 0) {
		print_digest(core, work);
		return 0;
	}
	for (size_t i = 0, runs = number(argv[2]); i < runs; i++)
		run(core, work, i == 0);
	return 0;
}
