/*
 * counts: a disk that takes nothing more, between the two records of a use and
 * before them. No use is had that isn't counted, and none is counted less.
 */
#include <errno.h>
#include <stdbool.h>

#include "lib/state/page.h"

static bool write_or_not(int file, uint64_t number, uint64_t pages,
			 struct state_page *page);

/* counted.h has a function of that name, too. */
#define take take_inside
#define state_page_write write_or_not
#include "lib/state/counts.c"
#undef state_page_write
#undef take

#include "counted.h"

/* How many pages can still be written; -1 for all. */
static int writes = -1;

static bool write_or_not(int file, uint64_t number, uint64_t pages,
			 struct state_page *page)
{
	if (writes == 0) {
		errno = EDQUOT;
		return false;
	}
	writes -= writes > 0;
	return state_page_write(file, number, pages, page);
}

/* A use whose two records are in two pages. */
static struct state_counts_use in_two_pages(unsigned client)
{
	struct state_counts_use use = of(1, client);

	memset(use.id, 1, sizeof(use.id));
	memset(use.client, 2, sizeof(use.client));
	use.client[sizeof(use.client) - 1] = (uint8_t)client;
	use.most = 2;
	if (state_page_of(use.id, STATE_TABLE_FIRST) ==
	    state_page_of(use.client, STATE_TABLE_FIRST))
		fail_msg("both records are in one page");
	return use;
}

static void test_take(void **state)
{
	struct state_counts_use use = in_two_pages(1);

	(void)state;
	for (int can = 0; can < 2; can++) {
		writes = can;
		assert_int_equal(take(&use), -1);
		assert_non_null(strstr(counts.trouble.why, strerror(EDQUOT)));
		writes = -1;
	}
	/* The second time, it was counted before the disk was full. */
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	use = in_two_pages(2);
	assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
	/* The client's count is written each time. */
	use = in_two_pages(1);
	writes = 0;
	assert_int_equal(take(&use), -1);
	writes = -1;
	assert_int_equal(take(&use), STATE_COUNTS_AGAIN);
}

static void test_give_back(void **state)
{
	struct state_counts_use use = in_two_pages(1);

	(void)state;
	/* The client's record is gone, and the use stays counted. */
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	writes = 1;
	state_counts_give_back(&counts, &use);
	writes = -1;
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
	use = in_two_pages(2);
	assert_int_equal(take(&use), STATE_COUNTS_USED_UP);
	/* Where no page can be written, neither use is given back. */
	use = in_two_pages(1);
	writes = 0;
	state_counts_give_back(&counts, &use);
	writes = -1;
	assert_int_equal(take(&use), STATE_COUNTS_AGAIN);
	state_counts_give_back(&counts, &use);
	state_counts_give_back(&counts, &use);
	use = in_two_pages(2);
	assert_int_equal(take(&use), STATE_COUNTS_TAKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_take),
		TEST(test_give_back),
	};

	return UNIT_RUN(tests);
}
