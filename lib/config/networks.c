#include "networks.h"

#include <stdlib.h>

#include "lib/sign/key.h"

/* How many networks a list may have, which are compared with each request. */
#define NETWORKS_MAX 256

static enum error fail_word(enum network_fault fault, struct slice word,
			    struct problem *problem)
{
	static const char *const remedies[] = {
		[NETWORK_NO_ADDRESS] =
			"isn't an address; write one such as 127.0.0.1 or "
			"2001:db8::1, a network such as 10.0.0.0/8, or unix",
		[NETWORK_NO_BITS] = "has no length of a network behind its /; "
				    "write up to /32 for IPv4, /128 for IPv6",
		[NETWORK_HOST_BITS] =
			"has bits set behind the length of its network; set "
			"these to 0, or make the length greater",
	};
	char quoted[KEY_QUOTE_MAX];

	return problem_set(problem, ERROR_CONFIG, NULL, "'%s' %s",
			   key_quote(quoted, word), remedies[fault]);
}

static enum error take_network(void *context, struct slice word,
			       struct problem *problem)
{
	struct networks *networks = context;
	enum network_fault fault;
	struct network network, *more;

	if (slice_is(word, "unix")) {
		networks->has_unix = true;
		return ERROR_NONE;
	}
	fault = address_network_read(&network, word);
	if (fault != NETWORK_GOOD)
		return fail_word(fault, word, problem);
	if (networks->count == NETWORKS_MAX)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "more than %d addresses; name networks",
				   NETWORKS_MAX);
	more = reallocarray(networks->list, networks->count + 1, sizeof(*more));
	if (!more)
		return problem_set(problem, ERROR_CONFIG, NULL,
				   "out of memory");
	more[networks->count++] = network;
	networks->list = more;
	return ERROR_NONE;
}

static enum error read_networks(const struct config_place *place,
				const struct config_row *row, void *target)
{
	return config_words_each(place, row->name, take_network,
				 config_member(row, target));
}

static void release_networks(const struct config_row *row, void *target)
{
	struct networks *networks = config_member(row, target);

	free(networks->list);
	*networks = (struct networks){ 0 };
}

const struct config_kind config_networks = {
	.list = true,
	.read = read_networks,
	.release = release_networks,
};
