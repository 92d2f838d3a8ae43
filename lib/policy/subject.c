#include "subject.h"

#include "lib/base/unicode.h"
#include "lib/sign/key.h"

const struct caller *subject_bearer(const struct config *config,
				    struct slice token)
{
	const struct caller *match;
	uintptr_t found = 0; /* its address */
	uint8_t hash[DIGEST_SIZE];

	if (token.length == 0)
		return NULL;
	digest_sha256(token.data, token.length, hash);
	/* The loop never ends early, and takes the same way whether a section
	 * matches or not, so that time does not tell which section matched. */
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next) {
		uintptr_t matches;

		if (!caller->has_bearer)
			continue;
		matches =
			digest_equal(hash, caller->bearer_sha256, sizeof(hash));
		found ^= (0 - matches) & (found ^ (uintptr_t)caller);
	}
	explicit_bzero(hash, sizeof(hash));
	memcpy(&match, &found, sizeof(match));
	return match;
}

/* Is this a user's name as a web server should send it? That is valid UTF-8
 * without control characters, of bounded length. */
static bool is_user(struct slice user)
{
	for (size_t i = 0; i < user.length; i++) {
		if ((unsigned char)user.data[i] < 0x20 || user.data[i] == 0x7f)
			return false;
	}
	return user.length > 0 && user.length <= USER_MAX &&
	       unicode_valid(user) == user.length;
}

bool subject_is_segment(struct slice user)
{
	return is_user(user) && !memchr(user.data, '/', user.length) &&
	       !key_has_dot_segment(user) && unicode_is_nfc(user);
}

const struct caller *subject_user(const struct config *config,
				  struct slice user)
{
	const struct caller *any = NULL;

	if (!is_user(user))
		return NULL;
	for (const struct caller *caller = config->callers; caller;
	     caller = caller->next) {
		if (!caller->remote_user)
			continue;
		if (slice_is(user, caller->remote_user))
			return caller;
		if (strcmp(caller->remote_user, "*") == 0)
			any = caller;
	}
	return any;
}

const struct caller *subject_anonymous(const struct config *config)
{
	const struct caller *caller = config->callers;

	while (caller && !caller->anonymous)
		caller = caller->next;
	return caller;
}
