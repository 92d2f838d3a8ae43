/* head, writer, file: a share is read as it was written, and a damaged file is
 * no share. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/share/file.h"
#include "cgi/share/writer.h"

#define ID "0123456789abcdef0123456789abcdef"

static char folder[] = "/tmp/mintage-shares-XXXXXX";
static char path[128];
static struct share_file share;
static struct problem problem;

static const struct share_head head = {
	.text = {
		[SHARE_CALLER] = SLICE("web"),
		[SHARE_BUCKET] = SLICE("files"),
		[SHARE_TITLE] = SLICE("\"T\"\\ \xc3\xbc"),
		[SHARE_MESSAGE] = SLICE("one\ntwo\x01"),
	},
	.number = {
		[SHARE_CREATED] = 1770000000,
		[SHARE_EXPIRES] = 1770003600,
		[SHARE_MAX_DOWNLOADS] = 7,
	},
};

static const char *const keys[] = { "a/b/c.txt", "a/b/\xc3\xbc \"q\".txt",
				    "a/bc" };

static void write_share(size_t count)
{
	struct share_writer writer;
	struct link_terms terms = { .method = METHOD_GET };

	share_writer_begin(&writer, folder, ID);
	for (size_t i = 0; i < count; i++) {
		terms.text[LINK_TERM_FILENAME] =
			slice_text(i == 1 ? "n\"1\".txt" : NULL);
		terms.text[LINK_TERM_CONTENT_LENGTH] =
			slice_text(i == 1 ? "12345" : NULL);
		share_writer_add(&writer, slice_text(keys[i % 3]), &terms);
	}
	assert_true(share_writer_publish(&writer, &head));
	share_writer_end(&writer);
}

static enum error open_share(void)
{
	share_file_close(&share);
	return share_file_open(&share, folder, ID, &problem);
}

static void assert_slice(struct slice slice, const char *text)
{
	if (!slice_is(slice, text))
		fail_msg("'%.*s' is not '%s'", (int)slice.length, slice.data,
			 text);
}

static void test_round_trip(void **state)
{
	struct entry entry;

	(void)state;
	write_share(3);
	assert_int_equal(open_share(), ERROR_NONE);
	for (size_t i = 0; i < SHARE_TEXT_COUNT; i++)
		assert_true(slice_equal(share.head.text[i], head.text[i]));
	assert_int_equal(share.head.number[SHARE_EXPIRES], 1770003600);
	assert_int_equal(share.head.number[SHARE_COUNT], 3);
	assert_int_equal(share.head.number[SHARE_FOLDER], 2); /* a/ */
	for (uint64_t i = 3; i-- > 0;) {
		assert_int_equal(share_file_entry(&share, i, &entry, &problem),
				 ERROR_NONE);
		assert_slice(entry.key, keys[i]);
	}
	assert_int_equal(share_file_entry(&share, 1, &entry, &problem),
			 ERROR_NONE);
	assert_slice(entry.link.text[LINK_TERM_FILENAME], "n\"1\".txt");
	assert_slice(entry.link.text[LINK_TERM_CONTENT_LENGTH], "12345");
	assert_int_equal(share_file_entry(&share, 3, &entry, &problem),
			 ERROR_NO_ROUTE);
}

/* These lines are more than the writer keeps before it writes. */
static void test_many(void **state)
{
	struct entry entry;

	(void)state;
	write_share(5000);
	assert_int_equal(open_share(), ERROR_NONE);
	for (uint64_t i = 0; i < 5000; i += 7) {
		assert_int_equal(share_file_entry(&share, i, &entry, &problem),
				 ERROR_NONE);
		assert_slice(entry.key, keys[i % 3]);
	}
}

/* The common folder of one key alone is all that stands before its name. */
static void test_common(void **state)
{
	static const struct {
		const char *one, *other;
		uint64_t length;
	} rows[] = {
		{ "a/b/c", NULL, 4 },    { "abc", NULL, 0 },
		{ "a/b/c", "a/b/c", 4 }, { "a/b/c", "a/bc", 2 },
		{ "a/b", "a/b/c", 2 },   { "a/b/", "a/b/c", 2 },
		{ "a/b/", NULL, 2 },     { "a", "b", 0 },
		{ "a/b", "c/b", 0 },     { "/a", "/b", 1 },
	};
	struct link_terms terms = { .method = METHOD_GET };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct share_writer writer;

		share_writer_begin(&writer, folder, ID);
		share_writer_add(&writer, slice_text(rows[i].one), &terms);
		if (rows[i].other)
			share_writer_add(&writer, slice_text(rows[i].other),
					 &terms);
		assert_int_equal(writer.common_length, rows[i].length);
		share_writer_end(&writer);
	}
}

static void test_unpublished(void **state)
{
	struct share_writer writer;
	struct link_terms terms = { .method = METHOD_GET };

	(void)state;
	assert_int_equal(unlink(path), 0);
	share_writer_begin(&writer, folder, ID);
	share_writer_add(&writer, slice_text("a"), &terms);
	assert_int_equal(open_share(), ERROR_NO_ROUTE);
	share_writer_end(&writer);
	assert_int_equal(open_share(), ERROR_NO_ROUTE);
	assert_int_equal(rmdir(folder), 0); /* nothing is left in it */
	assert_int_equal(mkdir(folder, 0700), 0);
	share_writer_begin(&writer, "/nonexistent", ID);
	share_writer_add(&writer, slice_text("a"), &terms);
	assert_false(share_writer_publish(&writer, &head));
	assert_int_equal(writer.failure, ENOENT);
	share_writer_end(&writer);
}

/* Change `count` bytes at `place`. */
static void damage(off_t place, const char *bytes)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(file >= 0);
	assert_int_equal(pwrite(file, bytes, strlen(bytes), place),
			 strlen(bytes));
	close(file);
}

static void test_damaged(void **state)
{
	struct stat status;
	struct entry entry;

	(void)state;
	write_share(3);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(truncate(path, status.st_size - 1), 0);
	assert_int_equal(open_share(), ERROR_NONE);
	assert_int_equal(share_file_entry(&share, 2, &entry, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(truncate(path, SHARE_HEAD_SIZE - 1), 0);
	assert_int_equal(open_share(), ERROR_UNAVAILABLE);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(open_share(), ERROR_UNAVAILABLE);
	write_share(3);
	damage(9, "2"); /* the version */
	assert_int_equal(open_share(), ERROR_UNAVAILABLE);
	write_share(3);
	damage(SHARE_HEAD_SIZE + 2, "x"); /* a member of the first line */
	assert_int_equal(open_share(), ERROR_NONE);
	assert_int_equal(share_file_entry(&share, 0, &entry, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(share_file_entry(&share, 1, &entry, &problem),
			 ERROR_NONE);
	write_share(3);
	damage(status.st_size - 17, "ffffffffffffffff"); /* the last place */
	assert_int_equal(open_share(), ERROR_NONE);
	assert_int_equal(share_file_entry(&share, 2, &entry, &problem),
			 ERROR_UNAVAILABLE);
}

static void test_not_ours(void **state)
{
	(void)state;
	write_share(1);
	assert_int_equal(chmod(path, 0620), 0);
	assert_int_equal(open_share(), ERROR_UNAVAILABLE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(open_share(), ERROR_UNAVAILABLE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(open_share(), ERROR_UNAVAILABLE);
	assert_int_equal(unlink(path), 0);
	share_file_close(&share);
	assert_int_equal(share_file_open(&share, NULL, ID, &problem),
			 ERROR_NO_ROUTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_unpublished),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_not_ours),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/%s", folder, ID);
	share.file = -1;
	failed = UNIT_RUN(tests);
	share_file_close(&share);
	(void)unlink(path);
	return rmdir(folder) != 0 || failed;
}
