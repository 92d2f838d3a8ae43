/* body: every byte that was announced, or none of it counts. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file system that has no O_TMPFILE, when wanted. */
static bool without_tmpfile;

static int open_here(const char *path, int flags, mode_t mode)
{
	if (without_tmpfile && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return (open)(path, flags, mode);
}

#define open(path, flags, mode) open_here(path, flags, mode)
#include "lib/base/spool.c"
#undef open
#include "cgi/web/body.c"

/* A web server: `length` bytes of a pattern in parts, then `end`. */
struct server {
	size_t length;
	size_t given;
	size_t part; /* at most so many at a time; 0: as many as asked for */
	long end;    /* what a read returns then */
	size_t reads;
};

static char pattern(size_t place)
{
	return (char)(place * 7 + place / 251);
}

static long server_read(void *context, char *data, size_t size)
{
	struct server *server = context;
	size_t rest = server->length - server->given;

	assert_true(size > 0);
	server->reads++;
	if (rest == 0)
		return server->end;
	if (size > rest)
		size = rest;
	if (server->part > 0 && size > server->part)
		size = server->part;
	for (size_t i = 0; i < size; i++)
		data[i] = pattern(server->given + i);
	server->given += size;
	return (long)size;
}

/* Read a body that is announced with `announced` bytes. */
static enum error read_body(struct body *body, struct server *server,
			    uint64_t announced, uint64_t max)
{
	struct stream stream = { .read = server_read, .context = server };
	struct request request = {
		.has_length = true,
		.length = announced,
		.stream = &stream,
	};
	struct problem problem = { .error = ERROR_NONE };
	enum error error = body_read(body, &request, max, &problem);

	assert_int_equal(problem.error, error);
	assert_int_equal(problem.message[0] != '\0', error != ERROR_NONE);
	return error;
}

static void assert_whole(const struct body *body, size_t length)
{
	assert_int_equal(body->length, length);
	for (size_t i = 0; i < length; i++)
		if (body->data[i] != pattern(i))
			fail_msg("byte %zu of %zu differs", i, length);
	assert_int_equal(body->data[length], '\0');
	/* a form is decoded in place */
	memset(body->data, 'x', length);
}

static void test_whole(void **state)
{
	static const size_t lengths[] = {
		0,
		1,
		8191,
		8192,
		8193,
		SPOOL_HEAP_MAX - 1,
		SPOOL_HEAP_MAX,
		SPOOL_HEAP_MAX + 1,
		4 * SPOOL_HEAP_MAX - 1,
		4 * SPOOL_HEAP_MAX,
	};
	static const size_t parts[] = { 0, 1000, 8184 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++) {
			struct server server = { .length = lengths[i],
						 .part = parts[j] };
			struct body body;

			assert_int_equal(read_body(&body, &server, lengths[i],
						   UINT64_MAX),
					 ERROR_NONE);
			assert_int_equal(body.spool.mapped > 0,
					 lengths[i] > SPOOL_HEAP_MAX);
			assert_whole(&body, lengths[i]);
			body_free(&body);
			assert_null(body.data);
		}
}

static void test_length_is_required(void **state)
{
	struct server server = { .length = 10 };
	struct stream stream = { .read = server_read, .context = &server };
	struct request request = { .stream = &stream };
	struct problem problem;
	struct body body;

	(void)state;
	assert_int_equal(body_read(&body, &request, 100, &problem),
			 ERROR_LENGTH_REQUIRED);
	body_free(&body);
	request.bad_length = true;
	assert_int_equal(body_read(&body, &request, 100, &problem),
			 ERROR_BAD_VALUE);
	body_free(&body);
	assert_int_equal(server.reads, 0);
}

static void test_too_large_is_not_read(void **state)
{
	static const uint64_t lengths[] = { 101, UINT32_MAX, PTRDIFF_MAX,
					    UINT64_MAX };
	struct server server = { .length = 1000 };
	struct body body;

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		assert_int_equal(read_body(&body, &server, lengths[i], 100),
				 ERROR_TOO_LARGE);
		body_free(&body);
	}
	assert_int_equal(read_body(&body, &server, UINT64_MAX, UINT64_MAX),
			 ERROR_TOO_LARGE);
	body_free(&body);
	assert_int_equal(server.reads, 0);
	server = (struct server){ .length = 100 };
	assert_int_equal(read_body(&body, &server, 100, 100), ERROR_NONE);
	body_free(&body);
}

static void test_short(void **state)
{
	static const size_t lengths[] = { 1, 100, SPOOL_HEAP_MAX + 5 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct server server = { .length = lengths[i] - 1 };
		struct body body;

		assert_int_equal(read_body(&body, &server, lengths[i],
					   UINT64_MAX),
				 ERROR_SHORT_BODY);
		body_free(&body);
		server = (struct server){ .length = lengths[i] - 1, .end = -1 };
		assert_int_equal(read_body(&body, &server, lengths[i],
					   UINT64_MAX),
				 ERROR_CLIENT_GONE);
		body_free(&body);
	}
}

static void test_abort_behind_the_last_byte(void **state)
{
	struct server server = { .length = 10, .end = -1 };
	struct body body;

	(void)state;
	assert_int_equal(read_body(&body, &server, 10, 100), ERROR_CLIENT_GONE);
	body_free(&body);
}

/* An inflated body under the packed one's length would be cut, perhaps at a
 * line's end. */
static void test_longer(void **state)
{
	static const size_t lengths[] = { 0, 100, SPOOL_HEAP_MAX + 5 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct server server = { .length = lengths[i] + 1 };
		struct body body;

		assert_int_equal(read_body(&body, &server, lengths[i],
					   UINT64_MAX),
				 ERROR_MALFORMED);
		body_free(&body);
	}
}

/* ---- the temporary file -------------------------------------------------- */

static unsigned count_names(const char *folder)
{
	DIR *directory = opendir(folder);
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static void test_file_leaves_nothing(void **state)
{
	char folder[] = "/tmp/mintage-body-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(setenv("TMPDIR", folder, 1), 0);
	for (int i = 0; i < 2; i++) {
		struct server server = { .length = SPOOL_HEAP_MAX + 1 };
		unsigned files = count_names("/proc/self/fd");
		struct body body;

		without_tmpfile = i == 1;
		assert_int_equal(read_body(&body, &server, server.length,
					   UINT64_MAX),
				 ERROR_NONE);
		assert_int_equal(count_names(folder), 2); /* . and .. */
		assert_whole(&body, server.length);
		body_free(&body);
		assert_int_equal(count_names("/proc/self/fd"), files);
	}
	without_tmpfile = false;
	assert_int_equal(rmdir(folder), 0);
	unsetenv("TMPDIR");
}

static void test_folder_is_searched(void **state)
{
	static const char *const folders[] = { "/nonexistent", "relative", "",
					       "/dev/null" };

	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct server server = { .length = SPOOL_HEAP_MAX + 1 };
		struct body body;

		assert_int_equal(setenv("TMPDIR", folders[i], 1), 0);
		assert_int_equal(read_body(&body, &server, server.length,
					   UINT64_MAX),
				 ERROR_NONE);
		assert_whole(&body, server.length);
		body_free(&body);
	}
	unsetenv("TMPDIR");
}

/* Where the file can't have its size, nothing is read into it; a mapping
 * without blocks behind it would end the process. */
static void test_no_room(void **state)
{
	struct server server = { .length = SPOOL_HEAP_MAX + 1 };
	struct rlimit before, low;
	struct body body;
	enum error error;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	low = before;
	low.rlim_cur = SPOOL_HEAP_MAX / 2;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
	error = read_body(&body, &server, server.length, UINT64_MAX);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(error, ERROR_UNAVAILABLE);
	assert_int_equal(server.reads, 0);
	body_free(&body);
}

static enum error check_none(struct request request, struct server *server)
{
	struct stream stream = { .read = server_read, .context = server };
	struct problem problem = { .error = ERROR_NONE };
	enum error error;

	request.stream = &stream;
	error = body_none_check(&request, &problem);
	assert_int_equal(problem.error, error);
	assert_int_equal(problem.message[0] != '\0', error != ERROR_NONE);
	return error;
}

/* A GET with a body is refused by what announces one, even where the server
 * keeps the body to itself, and by a byte that nothing announced. */
static void test_none(void **state)
{
	static const struct request announced[] = {
		{ .has_length = true, .length = 1 },
		{ .has_length = true, .length = UINT64_MAX },
		{ .has_length = true, .bad_length = true },
		{ .bad_length = true },
		{ .has_coding = true },
		{ .has_length = true, .has_coding = true },
	};
	const struct request bare = { .has_length = false };
	const struct request empty = { .has_length = true };
	struct server server = { .length = 0 };

	(void)state;
	assert_int_equal(check_none(bare, &server), ERROR_NONE);
	assert_int_equal(check_none(empty, &server), ERROR_NONE);
	for (size_t i = 0; i < sizeof(announced) / sizeof(announced[0]); i++) {
		server = (struct server){ .length = 0 };
		assert_int_equal(check_none(announced[i], &server),
				 ERROR_MALFORMED);
	}
	server = (struct server){ .length = 1 };
	assert_int_equal(check_none(bare, &server), ERROR_MALFORMED);
	server = (struct server){ .length = 0, .end = -1 };
	assert_int_equal(check_none(empty, &server), ERROR_CLIENT_GONE);
}

static void test_drain(void **state)
{
	struct server server = { .length = 100000, .part = 8000 };
	struct stream stream = { .read = server_read, .context = &server };
	struct request request = { .stream = &stream };

	(void)state;
	body_drain(&request);
	assert_int_equal(server.given, server.length);
	server = (struct server){ .length = 100, .end = -1 };
	body_drain(&request);
	assert_int_equal(server.reads, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_length_is_required),
		cmocka_unit_test(test_too_large_is_not_read),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_abort_behind_the_last_byte),
		cmocka_unit_test(test_longer),
		cmocka_unit_test(test_file_leaves_nothing),
		cmocka_unit_test(test_folder_is_searched),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_drain),
	};

	return UNIT_RUN(tests);
}
