/* sweep: shares that ended long ago, and files that were never finished, are
 * removed, at most once an hour; everything else stays. */
#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cgi/share/sweep.h"
#include "cgi/share/writer.h"

#define DAY 86400

static char folder[] = "/tmp/mintage-sweep-XXXXXX";
static int64_t now;

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static bool is_there(const char *name)
{
	struct stat status;

	return lstat(path_of(name), &status) == 0;
}

/* Make a file whose last change was `ago` seconds ago. */
static void touch(const char *name, int64_t ago)
{
	struct timespec times[2] = { { .tv_sec = now - ago },
				     { .tv_sec = now - ago } };
	int file = open(path_of(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(file >= 0);
	assert_int_equal(futimens(file, times), 0);
	close(file);
}

static void write_share(const char *id, int64_t over_since)
{
	struct share_head head = {
		.number = { [SHARE_EXPIRES] = (uint64_t)(now - over_since) }
	};
	struct link_terms terms = { .method = METHOD_GET };
	struct share_writer writer;

	share_writer_begin(&writer, folder, id);
	share_writer_add(&writer, slice_text("a"), &terms);
	assert_true(share_writer_publish(&writer, &head));
	share_writer_end(&writer);
}

#define OLD "0123456789abcdef0123456789abcde0"
#define OVER "0123456789abcdef0123456789abcde1"
#define OPEN "0123456789abcdef0123456789abcde2"
#define BAD "0123456789abcdef0123456789abcde3"
/* Of the first and the third of these, not finished. */
#define NEW_OLD "new-0123456789abcdef0123456789abcde0"
#define NEW_OPEN "new-0123456789abcdef0123456789abcde2"

static void test_sweep(void **state)
{
	static const char *const kept[] = { OVER,     OPEN,    BAD,
					    NEW_OPEN, "notes", "swept" };
	static const char *const swept[] = { OLD, NEW_OLD };

	(void)state;
	write_share(OLD, 30 * DAY + 1);
	write_share(OVER, 30 * DAY);
	write_share(OPEN, -DAY);
	/* A file that was put back may have any time of change: what stands in
	 * it decides. */
	touch(OPEN, 90 * DAY);
	touch(BAD, 90 * DAY);
	touch(NEW_OLD, 3601);
	touch(NEW_OPEN, 3600);
	touch("notes", 90 * DAY);
	share_sweep(folder, now);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (!is_there(kept[i]))
			fail_msg("%s is gone", kept[i]);
	}
	for (size_t i = 0; i < sizeof(swept) / sizeof(swept[0]); i++) {
		if (is_there(swept[i]))
			fail_msg("%s is there", swept[i]);
	}
}

static void test_pause(void **state)
{
	(void)state;
	/* Another process may have swept a little later than `now`. */
	write_share(OLD, 40 * DAY);
	touch("swept", -2);
	share_sweep(folder, now);
	assert_true(is_there(OLD));
	touch("swept", 3599);
	share_sweep(folder, now);
	assert_true(is_there(OLD));
	touch("swept", 3600);
	share_sweep(folder, now);
	assert_false(is_there(OLD));
	/* A clock that was set back does not end the sweeping. */
	write_share(OLD, 40 * DAY);
	touch("swept", -7200);
	share_sweep(folder, now);
	assert_false(is_there(OLD));
	share_sweep("/nonexistent", now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_pause),
	};
	static const char *const names[] = { OLD,      OVER,    OPEN,   BAD,
					     NEW_OPEN, "notes", "swept" };
	int failed;

	if (!mkdtemp(folder))
		return 1;
	now = time(NULL);
	failed = UNIT_RUN(tests);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(path_of(names[i]));
	return rmdir(folder) != 0 || failed;
}
