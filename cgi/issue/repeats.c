#include "repeats.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

/* What two entries of one key may differ in. */
enum member {
	DIFFERS_PERMISSION,
	DIFFERS_ACTIONS,
	DIFFERS_TTL,
	DIFFERS_METHOD,
	DIFFERS_FILENAME,
	DIFFERS_CONTENT_TYPE,
	DIFFERS_CONTENT_LENGTH,
	DIFFERS_SHA256,
	DIFFERS_COUNT
};

static const char *const member_names[DIFFERS_COUNT] = {
	"permission", "actions",     "ttlSeconds",    "method",
	"filename",   "contentType", "contentLength", "sha256",
};

#define KEY_HASH 16 /* bytes */

/* A key and its terms, in one line of a processor's cache. */
struct named {
	uint8_t key[KEY_HASH]; /* hash of kind and key */
	uint64_t filename;     /* hashes; 0 where there is no text */
	uint64_t content_type;
	uint64_t sha256;
	uint64_t content_length; /* plus 1; 0 where there is none */
	uint32_t first;          /* entry of the key, from 1 */
	uint32_t other;          /* the first that contradicts it, or 0 */
	uint32_t ttl;
	uint32_t actions : 16;  /* abilities */
	uint32_t differing : 8; /* 1 << enum member, of that other */
	uint32_t permission : 4;
	uint32_t method : 4;
};

_Static_assert(sizeof(struct named) == 64, "a slot is a line of the cache");
_Static_assert(ACTION_COUNT <= 16, "the actions fit");
_Static_assert(PERMISSION_COUNT <= 16 && METHOD_COUNT <= 16, "the enums fit");
_Static_assert(DIFFERS_COUNT <= 8, "the members fit");
_Static_assert(CONFIG_ENTRIES_MAX < UINT32_MAX, "the numbers fit");

bool repeats_has_terms(const struct entry *entry)
{
	return entry->own_scope || entry->method != METHOD_NONE ||
	       entry->filename.length > 0 || entry->content_type.length > 0 ||
	       entry->content_length.length > 0 || entry->sha256.length > 0;
}

/* ---- hashes --------------------------------------------------------------- */

/* Nobody learns the secret or a hash, so the secret in front of the text is as
 * good as an HMAC. */
static int make_secret(struct repeats *repeats)
{
	uint8_t secret[64]; /* one block of SHA-256 */

	if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
		return errno;
	digest_sha256_begin(&repeats->keyed);
	digest_sha256_add(&repeats->keyed, secret, sizeof(secret));
	return 0;
}

static void hash_key(const struct repeats *repeats, const struct entry *entry,
		     uint8_t key[KEY_HASH])
{
	struct digest_sha256 hash = repeats->keyed;
	uint8_t kind = (uint8_t)entry->kind, digest[DIGEST_SIZE];

	digest_sha256_add(&hash, &kind, 1);
	digest_sha256_add(&hash, entry->key.data, entry->key.length);
	digest_sha256_end(&hash, digest);
	memcpy(key, digest, KEY_HASH);
}

static uint64_t hash_text(const struct repeats *repeats, struct slice text)
{
	struct digest_sha256 hash = repeats->keyed;
	uint8_t digest[DIGEST_SIZE];
	uint64_t number;

	if (text.length == 0)
		return 0;
	digest_sha256_add(&hash, text.data, text.length);
	digest_sha256_end(&hash, digest);
	memcpy(&number, digest, sizeof(number));
	return number | 1; /* never that of no text */
}

/* Describe an entry as its slot would. */
static struct named describe(const struct repeats *repeats,
			     const struct entry *entry,
			     const struct terms *terms, uint64_t number)
{
	struct named slot = {
		.filename = hash_text(repeats, entry->filename),
		.content_type = hash_text(repeats, entry->content_type),
		.sha256 = hash_text(repeats, entry->sha256),
		.first = (uint32_t)number,
		.ttl = terms->scope.ttl,
		.actions = terms->scope.actions & 0xffff,
		.permission = (unsigned)terms->scope.permission & 15,
		.method = (unsigned)terms->method & 15,
	};
	uint64_t length;

	hash_key(repeats, entry, slot.key);
	if (slice_number(entry->content_length, ENTRY_CONTENT_LENGTH_MAX,
			 &length))
		slot.content_length = length + 1;
	return slot;
}

/* ---- the table ------------------------------------------------------------ */

#define FIRST_CAPACITY 512 /* a power of two, as all capacities */

/* The place in the index of the key's slot, or the free place where it would
 * be: half of the places are free. A place is 0, or the number of a slot, from
 * 1, below 32 bits of the key's hash, so that most keys are told apart without
 * a look at their slots. */
static uint64_t *find(const struct spool *index, const struct spool *slots,
		      size_t capacity, const uint8_t key[KEY_HASH])
{
	const struct named *slot = (void *)slots->data;
	uint64_t *places = (void *)index->data, start, tag;
	size_t at;

	memcpy(&start, key, sizeof(start));
	memcpy(&tag, key + sizeof(start), sizeof(tag));
	for (at = (size_t)start & (capacity - 1); places[at] != 0;
	     at = (at + 1) & (capacity - 1)) {
		if ((places[at] ^ tag) >> 32 == 0 &&
		    memcmp(slot[(uint32_t)places[at] - 1].key, key, KEY_HASH) ==
			    0)
			break;
	}
	return &places[at];
}

static void fill_place(uint64_t *place, const uint8_t key[KEY_HASH],
		       size_t number)
{
	uint64_t tag;

	memcpy(&tag, key + sizeof(tag), sizeof(tag));
	*place = (tag & UINT64_C(0xffffffff00000000)) | number;
}

/* The table is made as large as it is expected to become: each time it grows,
 * all that it holds is copied. */
static size_t first_capacity(const struct repeats *repeats)
{
	size_t capacity = FIRST_CAPACITY;

	while (capacity / 2 < repeats->expected)
		capacity *= 2;
	return capacity;
}

/* Make the table twice as large. 0 or an errno; then it is as it was. */
static int grow(struct repeats *repeats)
{
	size_t capacity = repeats->capacity ? repeats->capacity * 2 :
					      first_capacity(repeats);
	struct spool index = { 0 }, slots = { 0 };
	int error = repeats->capacity ? 0 : make_secret(repeats);
	struct named *slot;

	if (error == 0)
		error = spool_open_mapped(&index, repeats->folder,
					  capacity * sizeof(uint64_t));
	if (error == 0)
		error = spool_open_mapped(&slots, repeats->folder,
					  capacity / 2 * sizeof(struct named));
	if (error) {
		spool_close(&index);
		return error;
	}
	slot = (void *)slots.data;
	if (repeats->used > 0)
		memcpy(slot, repeats->slots.data,
		       repeats->used * sizeof(*slot));
	for (size_t i = 0; i < repeats->used; i++)
		fill_place(find(&index, &slots, capacity, slot[i].key),
			   slot[i].key, i + 1);
	spool_close(&repeats->index);
	spool_close(&repeats->slots);
	repeats->index = index;
	repeats->slots = slots;
	repeats->capacity = capacity;
	return 0;
}

/* Half of the places may be used. */
static int make_space(struct repeats *repeats)
{
	return repeats->used < repeats->capacity / 2 ? 0 : grow(repeats);
}

/* ---- comparing ------------------------------------------------------------ */

/* In what do the terms of two entries differ? As bits. */
static unsigned compare(const struct named *a, const struct named *b)
{
	const bool differs[DIFFERS_COUNT] = {
		[DIFFERS_PERMISSION] = a->permission != b->permission,
		/* The actions of links follow from their methods. */
		[DIFFERS_ACTIONS] = a->actions != b->actions &&
				    a->method == b->method,
		[DIFFERS_TTL] = a->ttl != b->ttl,
		[DIFFERS_METHOD] = a->method != b->method,
		[DIFFERS_FILENAME] = a->filename != b->filename,
		[DIFFERS_CONTENT_TYPE] = a->content_type != b->content_type,
		[DIFFERS_CONTENT_LENGTH] = a->content_length !=
					   b->content_length,
		[DIFFERS_SHA256] = a->sha256 != b->sha256,
	};
	unsigned bits = 0;

	for (unsigned i = 0; i < DIFFERS_COUNT; i++) {
		if (differs[i])
			bits |= 1U << i;
	}
	return bits;
}

static enum error refuse(uint32_t first, uint32_t other, unsigned differing,
			 struct problem *problem)
{
	char names[128];
	size_t used = 0;

	for (unsigned i = 0; i < DIFFERS_COUNT; i++) {
		if (!(differing & 1U << i))
			continue;
		used += (size_t)snprintf(names + used, sizeof(names) - used,
					 "%s%s", used ? ", " : "",
					 member_names[i]);
	}
	return problem_set(problem, ERROR_BAD_VALUE, "",
			   "entries %u and %u name one key, and differ in %s: "
			   "name it once, or ask for each in a request of its "
			   "own",
			   (unsigned)first, (unsigned)other, names);
}

enum error repeats_add(struct repeats *repeats, const struct entry *entry,
		       const struct terms *terms, uint64_t number,
		       struct problem *problem)
{
	int failure = make_space(repeats);
	struct named *slots, *slot;
	unsigned differing;
	struct named mine;
	uint64_t *place;

	if (failure)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the entries can't be compared now (%s): "
				   "try again later",
				   strerror(failure));
	mine = describe(repeats, entry, terms, number);
	slots = (void *)repeats->slots.data;
	place = find(&repeats->index, &repeats->slots, repeats->capacity,
		     mine.key);
	if (*place == 0) {
		slots[repeats->used++] = mine;
		fill_place(place, mine.key, repeats->used);
		return ERROR_NONE;
	}
	slot = &slots[(uint32_t)*place - 1];
	differing = compare(slot, &mine);
	if (differing == 0)
		return ERROR_NONE;
	repeats->found++;
	if (slot->other == 0) {
		slot->other = mine.first;
		slot->differing = differing & 0xff;
	}
	refuse(slot->first, mine.first, differing, problem);
	return entry_prefix_pointer(entry, problem);
}

enum error repeats_check(const struct repeats *repeats,
			 const struct entry *entry, struct problem *problem)
{
	const struct named *slot = (void *)repeats->slots.data;
	uint8_t key[KEY_HASH];
	uint64_t place;

	if (repeats->capacity == 0)
		return ERROR_NONE;
	hash_key(repeats, entry, key);
	place = *find(&repeats->index, &repeats->slots, repeats->capacity, key);
	if (place == 0)
		return ERROR_NONE;
	slot += (uint32_t)place - 1;
	if (slot->other == 0)
		return ERROR_NONE;
	return refuse(slot->first, slot->other, slot->differing, problem);
}

void repeats_free(struct repeats *repeats)
{
	spool_close(&repeats->index);
	spool_close(&repeats->slots);
	explicit_bzero(repeats, sizeof(*repeats));
}
