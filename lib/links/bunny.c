/*
 * bunny - links of Bunny's token authentication, with its HMAC:
 *   KEY?token=HS256-B64URL&expires=UNIX
 *   KEY?token=HS256-1-B64URL&expires=UNIX   for a client's address alone
 *   B64URL = base64url HMAC-SHA256(secret, PATH UNIX ADDRESS PARAMETERS)
 * PATH is "/" KEY, or the argument token_path, below which the key must lie.
 * PARAMETERS are all other arguments, decoded, as name=value sorted by their
 * names and joined by "&". ADDRESS is nothing without the "1-", else the bytes
 * of the client's: four, or those of its IPv6 network of 64 bits and eight
 * zeros. Bunny's programs before July 2026 wrote no "1-", and put the address
 * as a text behind the parameters.
 *
 * https://github.com/BunnyWay/BunnyCDN.TokenAuthentication
 *
 * These parts have no marks between them, so one link's bytes could be moved
 * from one part to the next and make a link to another key: "/f2" 1700000000
 * and "/f" 21700000000 are one text. Therefore the time must have 10 digits, a
 * name of an argument begins with a letter, no argument has a NUL, only a link
 * without other arguments is looked at with an address, and never one whose
 * bytes could be the end of a time. Arguments by which Bunny restricts what we
 * can't restrict (countries, speed) are refused, as are links that have all
 * this in their path (bcdn_token=).
 */
#include "lib/base/address.h"
#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/percent.h"
#include "link.h"
#include "part.h"

#define ARGUMENTS_MAX 16
#define TEXT_MAX 2048 /* of all arguments, decoded */

static const struct slice token_start = SLICE("HS256-");
static const struct slice bound_start = SLICE("1-");

struct argument {
	struct slice name, value; /* decoded */
};

/* A link taken apart. */
struct bunny_parts {
	struct slice token;  /* behind its token_start */
	struct slice digits; /* of the time */
	struct slice folder; /* token_path, or empty */
	size_t count;
	struct argument arguments[ARGUMENTS_MAX]; /* sorted; the others */
	size_t used;
	char text[TEXT_MAX];
};

static bool decode(struct bunny_parts *parts, struct slice sent,
		   struct slice *decoded)
{
	char *place = parts->text + parts->used;

	if (sent.length > TEXT_MAX - parts->used ||
	    !percent_decode(place, sent, decoded) ||
	    memchr(place, '\0', decoded->length))
		return false;
	parts->used += decoded->length;
	return true;
}

static bool is_letter(struct slice text)
{
	char c = text.length > 0 ? text.data[0] : '\0';

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Is this an argument by which Bunny would restrict who may use the link, or
 * how? We could not do the same. */
static bool is_restriction(struct slice name)
{
	return slice_is(name, "token_countries") ||
	       slice_is(name, "token_countries_blocked") ||
	       slice_is(name, "token_ignore_params") || slice_is(name, "limit");
}

static int compare(struct slice a, struct slice b)
{
	size_t length = a.length < b.length ? a.length : b.length;
	int order = length ? memcmp(a.data, b.data, length) : 0;

	return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* Put the argument in its place. False when its name is there already, or when
 * there are too many. */
static bool insert(struct bunny_parts *parts, struct argument argument)
{
	size_t at = parts->count;

	if (at == ARGUMENTS_MAX)
		return false;
	while (at > 0) {
		int order =
			compare(parts->arguments[at - 1].name, argument.name);

		if (order == 0)
			return false;
		if (order < 0)
			break;
		parts->arguments[at] = parts->arguments[at - 1];
		at--;
	}
	parts->arguments[at] = argument;
	parts->count++;
	return true;
}

/* Take one argument of the query. */
static bool take_argument(struct bunny_parts *parts, struct slice one)
{
	struct argument argument;
	struct slice name;

	(void)slice_split(&one, '=', &name);
	if (!decode(parts, name, &argument.name) ||
	    !decode(parts, one, &argument.value) || !is_letter(argument.name) ||
	    is_restriction(argument.name))
		return false;
	if (slice_is(argument.name, "token")) {
		if (parts->token.data ||
		    !slice_starts(argument.value, token_start))
			return false;
		parts->token = argument.value;
		return true;
	}
	if (slice_is(argument.name, "expires")) {
		if (parts->digits.data)
			return false;
		parts->digits = argument.value;
		return true;
	}
	if (slice_is(argument.name, "token_path"))
		parts->folder = argument.value;
	return insert(parts, argument);
}

static bool take_apart(struct slice query, struct bunny_parts *parts)
{
	struct slice one;

	*parts = (struct bunny_parts){ .count = 0 };
	while (slice_split(&query, '&', &one)) {
		if (!take_argument(parts, one))
			return false;
	}
	return parts->token.data && parts->digits.data;
}

/* Is "/" KEY within the folder? One that does not end in "/" is the folder
 * itself, not the beginning of a name. */
static bool is_within(struct slice key, struct slice folder)
{
	struct slice rest;

	if (folder.length == 0 || folder.data[0] != '/')
		return false;
	rest = slice_of(folder.data + 1, folder.length - 1);
	if (!slice_starts(key, rest))
		return false;
	return rest.length == 0 || rest.data[rest.length - 1] == '/' ||
	       key.length == rest.length || key.data[rest.length] == '/';
}

/* An address, as its bytes stand in a code. */
struct packed {
	char bytes[ADDRESS_SIZE];
	size_t length;
};

/* Could these four be the last digits of a time, with an argument behind them
 * or not? Then the bytes before them could be another time. */
static bool may_end_time(struct slice bytes)
{
	size_t digits = 0;

	while (digits < bytes.length && bytes.data[digits] >= '0' &&
	       bytes.data[digits] <= '9')
		digits++;
	return digits == bytes.length ||
	       (digits > 0 && memchr(bytes.data, '=', bytes.length));
}

static bool pack(struct packed *packed, struct slice text)
{
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff };
	struct address address;

	if (!address_read(&address, text))
		return false;
	*packed = (struct packed){ .length = ADDRESS_SIZE };
	if (memcmp(address.bytes, mapped, sizeof(mapped)) != 0) {
		memcpy(packed->bytes, address.bytes, ADDRESS_SIZE / 2);
		return true;
	}
	packed->length = ADDRESS_SIZE - sizeof(mapped);
	memcpy(packed->bytes, address.bytes + sizeof(mapped), packed->length);
	return !may_end_time(slice_of(packed->bytes, packed->length));
}

static void add(struct digest_hmac *hmac, struct slice text)
{
	digest_hmac_add(hmac, text.data, text.length);
}

static void add_arguments(struct digest_hmac *hmac,
			  const struct bunny_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		if (i > 0)
			digest_hmac_add(hmac, "&", 1);
		add(hmac, parts->arguments[i].name);
		digest_hmac_add(hmac, "=", 1);
		add(hmac, parts->arguments[i].value);
	}
}

/* Is `text` the code with these bytes before and behind the parameters? */
static bool has_code(struct slice text, const struct keyed *secret,
		     const struct bunny_parts *parts, struct slice key,
		     struct slice before, struct slice behind)
{
	uint8_t code[DIGEST_SIZE];
	struct digest_hmac hmac = secret->hmac;

	if (!parts->folder.data) {
		digest_hmac_add(&hmac, "/", 1);
		add(&hmac, key);
	}
	add(&hmac, parts->folder);
	add(&hmac, parts->digits);
	add(&hmac, before);
	add_arguments(&hmac, parts);
	add(&hmac, behind);
	digest_hmac_end(&hmac, code);
	explicit_bzero(&hmac, sizeof(hmac));
	return links_part_is_base64(text, code, sizeof(code));
}

/* Is the token right for this key and this client? */
static bool is_right(const struct link_rules *rules,
		     const struct bunny_parts *parts,
		     const struct link_shown *shown)
{
	static const struct slice none = { NULL, 0 };
	const struct keyed *secret = rules->secret;
	struct slice key = shown->decoded;
	struct slice text = slice_of(parts->token.data + token_start.length,
				     parts->token.length - token_start.length);
	bool may_have_address = parts->count == (parts->folder.data ? 1 : 0);
	struct packed packed;
	bool found;

	if (slice_starts(text, bound_start) &&
	    text.length == bound_start.length + BASE64URL_LENGTH(DIGEST_SIZE)) {
		text.data += bound_start.length;
		text.length -= bound_start.length;
		return may_have_address && pack(&packed, shown->address) &&
		       has_code(text, secret, parts, key,
				slice_of(packed.bytes, packed.length), none);
	}
	found = has_code(text, secret, parts, key, none, none);
	if (may_have_address &&
	    has_code(text, secret, parts, key, none, shown->address))
		found = true;
	return found;
}

static enum link_verdict verify(const struct link_rules *rules,
				const struct link_shown *shown,
				struct link_right *right)
{
	struct bunny_parts parts;

	if (!take_apart(shown->query, &parts) ||
	    !links_part_fixed_expires(parts.digits, &right->expires))
		return LINK_BAD;
	if (parts.folder.data && !is_within(shown->decoded, parts.folder))
		return LINK_BAD;
	if (!is_right(rules, &parts, shown))
		return LINK_BAD;
	right->key = shown->decoded;
	return right->expires < shown->now ? LINK_OVER : LINK_GOOD;
}

const struct link_kind links_bunny_kind = {
	.name = "bunny",
	.verify = verify,
};
