#include "uses.h"

/* For how long what one client asks for counts as one download. */
#define CLIENT_SECONDS 600

/* The length stands before each part, so that two parts can't be taken for two
 * others that are the same bytes one after the other. */
static void add_part(struct digest_sha256 *hash, struct slice part)
{
	uint64_t length = part.length;

	digest_sha256_add(hash, &length, sizeof(length));
	digest_sha256_add(hash, part.data, part.length);
}

static void add_code_part(struct digest_hmac *hmac, struct slice part)
{
	uint64_t length = part.length;

	digest_hmac_add(hmac, &length, sizeof(length));
	digest_hmac_add(hmac, part.data, part.length);
}

static void identify(struct state_counts_use *use, const struct uses_of *what)
{
	struct digest_hmac hmac = *what->secret;
	uint8_t id[DIGEST_SIZE];
	struct digest_sha256 hash;

	digest_sha256_begin(&hash);
	add_part(&hash, what->name);
	add_part(&hash, what->key);
	digest_sha256_add(&hash, &what->expires, sizeof(what->expires));
	digest_sha256_end(&hash, id);
	memcpy(use->id, id, sizeof(use->id));
	digest_hmac_add(&hmac, id, sizeof(id));
	add_code_part(&hmac, what->address);
	add_code_part(&hmac, what->agent);
	digest_hmac_end(&hmac, id);
	memcpy(use->client, id, sizeof(use->client));
	explicit_bzero(&hmac, sizeof(hmac));
}

enum error uses_take(struct state_counts *counts, struct state_counts_use *use,
		     const struct uses_of *what, int64_t now,
		     struct problem *problem)
{
	enum state_counts_answer answer;

	*use = (struct state_counts_use){
		.until = what->expires > 0 ? what->expires :
					     STATE_COUNTS_FOREVER,
		.client_until = now + CLIENT_SECONDS,
		.most = what->most,
		.only_look = what->only_look,
		.now = now,
	};
	if (what->most == 0)
		return ERROR_NONE;
	identify(use, what);
	if (state_counts_take(counts, use, &answer, problem))
		return problem->error;
	if (answer != STATE_COUNTS_USED_UP)
		return ERROR_NONE;
	return problem_set(problem, ERROR_LINK_OVER, NULL,
			   "this link was used as often as it may be: ask "
			   "whoever gave it to you for a new one");
}

enum error uses_left(struct state_counts *counts, const struct uses_of *what,
		     int64_t now, uint64_t *left, struct problem *problem)
{
	struct state_counts_use use;
	uint64_t used;

	identify(&use, what);
	if (state_counts_look(counts, use.id, now, &used, problem))
		return problem->error;
	*left = used < what->most ? what->most - used : 0;
	return ERROR_NONE;
}

void uses_give_back(struct state_counts *counts,
		    const struct state_counts_use *use)
{
	if (use->most > 0)
		state_counts_give_back(counts, use);
}
