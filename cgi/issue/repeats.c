#include "repeats.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

/* What two entries of one key may differ in: these, and then each text of
 * link_terms. */
enum member {
	DIFFERS_PERMISSION,
	DIFFERS_ACTIONS,
	DIFFERS_TTL,
	DIFFERS_METHOD,
	DIFFERS_TEXT,
	DIFFERS_COUNT = DIFFERS_TEXT + LINK_TERM_COUNT
};

static const char *const member_names[DIFFERS_TEXT] = {
	"permission",
	"actions",
	"ttlSeconds",
	"method",
};

#define KEY_HASH 16 /* bytes */

/* A key and its terms, in two lines of a processor's cache. */
struct named {
	uint8_t key[KEY_HASH]; /* hash of what is named */
	/* The hashes of all texts, which tell whether two entries differ. */
	uint64_t texts;
	uint32_t text[LINK_TERM_COUNT]; /* a half of each, to say in what */
	uint32_t first;                 /* entry of the key, from 1 */
	uint32_t other;     /* the first that contradicts it, or 0 */
	uint32_t differing; /* 1 << enum member, of that other */
	uint32_t actions;   /* abilities */
	uint32_t ttl;
	uint32_t permission : 4;
	uint32_t method : 4;
};

_Static_assert(sizeof(struct named) <= 128, "a slot is two lines of the cache");
_Static_assert(PERMISSION_COUNT <= 16 && METHOD_COUNT <= 16, "the enums fit");
_Static_assert(DIFFERS_COUNT <= 32, "the members fit");
_Static_assert(CONFIG_ENTRIES_MAX < UINT32_MAX, "the numbers fit");

bool repeats_has_terms(const struct entry *entry)
{
	return entry->own_scope || entry->link.method != METHOD_NONE ||
	       link_terms_has_text(&entry->link);
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

/* Parts of an upload share their key, and each is a thing of its own. */
static void hash_key(const struct repeats *repeats, const struct entry *entry,
		     const struct terms *terms, uint8_t key[KEY_HASH])
{
	const struct slice *part = &terms->link.text[LINK_TERM_PART_NUMBER];
	struct digest_sha256 hash = repeats->keyed;
	uint8_t kind = (uint8_t)entry->kind, digest[DIGEST_SIZE];

	digest_sha256_add(&hash, &kind, 1);
	if (part->length > 0)
		digest_sha256_add(&hash, part->data, part->length);
	digest_sha256_add(&hash, "", 1);
	digest_sha256_add(&hash, entry->key.data, entry->key.length);
	digest_sha256_end(&hash, digest);
	memcpy(key, digest, KEY_HASH);
}

static uint64_t hash_text(const struct repeats *repeats, size_t term,
			  struct slice text)
{
	struct digest_sha256 hash = repeats->keyed;
	uint8_t number = (uint8_t)term, digest[DIGEST_SIZE];
	uint64_t first;

	digest_sha256_add(&hash, &number, 1);
	digest_sha256_add(&hash, text.data, text.length);
	digest_sha256_end(&hash, digest);
	memcpy(&first, digest, sizeof(first));
	return first | 1; /* never that of no text */
}

/* Describe an entry as its slot would. */
static struct named describe(const struct repeats *repeats,
			     const struct entry *entry,
			     const struct terms *terms, uint64_t number)
{
	struct named slot = {
		.first = (uint32_t)number,
		.actions = terms->scope.actions,
		.ttl = terms->scope.ttl,
		.permission = (unsigned)terms->scope.permission & 15,
		.method = (unsigned)terms->link.method & 15,
	};

	hash_key(repeats, entry, terms, slot.key);
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		struct slice text = terms->link.text[i];
		uint64_t hash;

		if (text.length == 0)
			continue;
		hash = hash_text(repeats, i, text);
		slot.texts += hash;
		slot.text[i] = (uint32_t)hash;
	}
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

/* In which texts do two entries differ? As bits. Where the halves of the hashes
 * are the same by chance, every text that one of them has is named. */
static uint32_t compare_texts(const struct named *a, const struct named *b)
{
	uint32_t differing = 0, named = 0;

	if (a->texts == b->texts)
		return 0;
	for (unsigned i = 0; i < LINK_TERM_COUNT; i++) {
		uint32_t bit = UINT32_C(1) << (DIFFERS_TEXT + i);

		if (a->text[i] != b->text[i])
			differing |= bit;
		if (a->text[i] || b->text[i])
			named |= bit;
	}
	return differing ? differing : named;
}

/* In what do the terms of two entries differ? As bits. */
static uint32_t compare(const struct named *a, const struct named *b)
{
	const bool differs[DIFFERS_TEXT] = {
		[DIFFERS_PERMISSION] = a->permission != b->permission,
		/* The actions of links follow from their methods. */
		[DIFFERS_ACTIONS] = a->actions != b->actions &&
				    a->method == b->method,
		[DIFFERS_TTL] = a->ttl != b->ttl,
		[DIFFERS_METHOD] = a->method != b->method,
	};
	uint32_t bits = 0;

	for (unsigned i = 0; i < DIFFERS_TEXT; i++) {
		if (differs[i])
			bits |= UINT32_C(1) << i;
	}
	return bits | compare_texts(a, b);
}

static const char *name_of(unsigned member)
{
	return member < DIFFERS_TEXT ?
		       member_names[member] :
		       link_terms_table[member - DIFFERS_TEXT].name;
}

static enum error refuse(uint32_t first, uint32_t other, uint32_t differing,
			 struct problem *problem)
{
	char names[DIFFERS_COUNT * 24] = "";
	size_t used = 0;

	for (unsigned i = 0; i < DIFFERS_COUNT; i++) {
		if (!(differing & UINT32_C(1) << i))
			continue;
		used += (size_t)snprintf(names + used, sizeof(names) - used,
					 "%s%s", used ? ", " : "", name_of(i));
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
	uint32_t differing;
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
		slot->differing = differing;
	}
	refuse(slot->first, mine.first, differing, problem);
	return entry_prefix_pointer(entry, problem);
}

enum error repeats_check(const struct repeats *repeats,
			 const struct entry *entry, const struct terms *terms,
			 struct problem *problem)
{
	const struct named *slot = (void *)repeats->slots.data;
	uint8_t key[KEY_HASH];
	uint64_t place;

	if (repeats->capacity == 0)
		return ERROR_NONE;
	hash_key(repeats, entry, terms, key);
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
