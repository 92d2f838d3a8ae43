/* A file of counts in a folder of its own, and what is asked of it. */
#ifndef MINTAGE_UNIT_COUNTED_H
#define MINTAGE_UNIT_COUNTED_H

#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/digest.h"
#include "lib/state/counts.h"

#define NOW INT64_C(1764230400)
#define WINDOW 600

static char folder[] = "/tmp/mintage-counts-XXXXXX";
static char file_path[64], lock_path[64], new_path[64], other_path[64];
static struct state_counts counts;

static inline int set_up(void **state)
{
	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(file_path, sizeof(file_path), "%s/counts.1", folder);
	snprintf(lock_path, sizeof(lock_path), "%s/counts.lock", folder);
	snprintf(new_path, sizeof(new_path), "%s/counts.1.new", folder);
	snprintf(other_path, sizeof(other_path), "%s/other", folder);
	state_counts_begin(&counts, folder);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	state_counts_end(&counts);
	(void)unlink(file_path);
	(void)unlink(lock_path);
	(void)unlink(other_path);
	(void)rmdir(file_path);
	/* Nothing is left of a table that was not finished. */
	return rmdir(folder);
}

static inline void hash(uint8_t id[STATE_COUNTS_ID], const char *what,
			unsigned number)
{
	uint8_t digest[DIGEST_SIZE];
	char text[64];

	snprintf(text, sizeof(text), "%s %u", what, number);
	digest_sha256(text, strlen(text), digest);
	memcpy(id, digest, STATE_COUNTS_ID);
}

/* What `client` asks for of `link`: three uses, for a day. */
static inline struct state_counts_use of(unsigned link, unsigned client)
{
	struct state_counts_use use = {
		.until = NOW + 86400,
		.client_until = NOW + WINDOW,
		.most = 3,
		.now = NOW,
	};
	char name[32];

	hash(use.id, "link", link);
	snprintf(name, sizeof(name), "client of %u", link);
	hash(use.client, name, client);
	return use;
}

static inline void at(struct state_counts_use *use, int64_t now)
{
	use->now = now;
	use->client_until = now + WINDOW;
}

/* -1 for a failure. */
static inline int take(const struct state_counts_use *use)
{
	struct problem problem = { .message = "" };
	enum state_counts_answer answer = STATE_COUNTS_TAKEN;

	if (state_counts_take(&counts, use, &answer, &problem)) {
		assert_int_equal(problem.error, ERROR_UNAVAILABLE);
		assert_true(counts.trouble.lasts);
		/* Everybody may read it. */
		assert_null(strstr(problem.message, folder));
		return -1;
	}
	assert_false(counts.trouble.lasts);
	return (int)answer;
}

static inline int take_of(unsigned link, unsigned client)
{
	struct state_counts_use use = of(link, client);

	return take(&use);
}

static inline void expect_failure(unsigned link, const char *why)
{
	assert_int_equal(take_of(link, 1), -1);
	assert_non_null(strstr(counts.trouble.why, folder));
	if (!strstr(counts.trouble.why, why))
		fail_msg("%s", counts.trouble.why);
}

static inline off_t size_of(const char *path)
{
	struct stat found;

	assert_int_equal(stat(path, &found), 0);
	return found.st_size;
}

static inline void take_many(unsigned first, unsigned end, int expected)
{
	for (unsigned link = first; link < end; link++) {
		struct state_counts_use use = of(link, 1);

		use.most = 1;
		assert_int_equal(take(&use), expected);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
