/* opener: what each mode hands out, and what it does not. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Whether memory is out. */
static int is_out;

#define reallocarray(...) (is_out ? NULL : reallocarray(__VA_ARGS__))
#define fdopen(...) (is_out ? NULL : fdopen(__VA_ARGS__))
#define fdopendir(...) (is_out ? NULL : fdopendir(__VA_ARGS__))
#include "lib/base/opener.c"
#undef reallocarray
#undef fdopen
#undef fdopendir

static char folder[] = "/tmp/mintage-opener-XXXXXX";
static char file[64], missing[64], link_to[64];

static void write_file(const char *path, const char *text)
{
	FILE *stream = fopen(path, "we");

	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

static int begin(void **state)
{
	(void)state;
	snprintf(file, sizeof(file), "%s/file", folder);
	snprintf(missing, sizeof(missing), "%s/missing", folder);
	snprintf(link_to, sizeof(link_to), "%s/link", folder);
	write_file(file, "first\n");
	opener_plain();
	return 0;
}

static int end(void **state)
{
	(void)state;
	opener_plain();
	opener_ask(NULL, NULL);
	opener_forget();
	unlink(file);
	unlink(link_to);
	return 0;
}

/* What is in the file, or the errno of opening it. */
static const char *content(const char *path)
{
	static char text[64];
	int descriptor = opener_open(path);
	ssize_t length;

	if (descriptor < 0) {
		snprintf(text, sizeof(text), "%d", errno);
		return text;
	}
	assert_true(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
	length = read(descriptor, text, sizeof(text) - 1);
	assert_true(length >= 0);
	text[length] = '\0';
	close(descriptor);
	return text;
}

static const char *number(int value)
{
	static char text[16];

	snprintf(text, sizeof(text), "%d", value);
	return text;
}

static bool lists(const char *path, const char *name)
{
	DIR *list = opener_list(path);
	const struct dirent *entry;
	bool found = false;

	if (!list)
		return false;
	while ((entry = readdir(list)))
		found = found || strcmp(entry->d_name, name) == 0;
	closedir(list);
	return found;
}

static int open_files(void)
{
	int count = 0;

	for (int i = 0; i < 256; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

static void test_plain(void **state)
{
	struct opener_entry entry;
	FILE *stream;

	(void)state;
	assert_string_equal(content(file), "first\n");
	assert_string_equal(content(missing), number(ENOENT));
	assert_true(lists(folder, "file"));
	assert_null(opener_list(file));
	assert_int_equal(errno, ENOTDIR);
	stream = opener_stream(file);
	assert_int_equal(fgetc(stream), 'f');
	fclose(stream);
	assert_null(opener_stream(missing));
	assert_false(opener_entry(0, &entry));
	/* A pipe without a writer is not waited for. */
	assert_int_equal(mkfifo(link_to, 0600), 0);
	assert_string_equal(content(link_to), "");
}

static void test_recording(void **state)
{
	static const struct opener_entry wanted[] = {
		{ file, false, 0, 0 },
		{ missing, false, ENOENT, -1 },
		{ folder, true, 0, 0 },
		{ file, true, ENOTDIR, -1 },
	};
	struct opener_entry entry;
	size_t i = 0;

	(void)state;
	opener_record();
	/* What is asked for twice is kept once, and read from its beginning. */
	for (int round = 0; round < 2; round++) {
		assert_string_equal(content(file), "first\n");
		assert_string_equal(content(missing), number(ENOENT));
		assert_true(lists(folder, "file"));
		assert_false(lists(file, "file"));
	}
	for (; opener_entry(i, &entry); i++) {
		assert_true(i < sizeof(wanted) / sizeof(wanted[0]));
		assert_string_equal(entry.path, wanted[i].path);
		assert_int_equal(entry.is_folder, wanted[i].is_folder);
		assert_int_equal(entry.failure, wanted[i].failure);
		assert_int_equal(entry.file < 0, wanted[i].file < 0);
	}
	assert_int_equal(i, sizeof(wanted) / sizeof(wanted[0]));
	/* A file that was handed out stays open: what replaces it later is not
	 * read. */
	unlink(file);
	write_file(file, "second\n");
	assert_string_equal(content(file), "first\n");
}

static void give(const char *path, bool is_folder, int failure)
{
	struct opener_entry entry = { .path = path,
				      .is_folder = is_folder,
				      .failure = failure,
				      .file = -1 };

	if (!failure)
		entry.file = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(opener_give(&entry), 0);
}

static void test_given(void **state)
{
	int before = open_files();

	(void)state;
	opener_restrict();
	give(file, false, 0);
	give(missing, false, ELOOP);
	give(folder, true, 0);
	for (int round = 0; round < 3; round++) {
		assert_string_equal(content(file), "first\n");
		assert_true(lists(folder, "file"));
		assert_string_equal(content(missing), number(ELOOP));
	}
	assert_null(opener_missed());
	/* Nothing else: not another file, and not a file as a folder. */
	assert_string_equal(content("/etc/passwd"), number(EACCES));
	assert_null(opener_list(file));
	assert_int_equal(errno, EACCES);
	assert_string_equal(content(folder), number(EACCES));
	assert_null(opener_stream(missing));
	assert_string_equal(opener_missed(), "/etc/passwd");
	opener_forget();
	assert_null(opener_missed());
	assert_string_equal(content(file), number(EACCES));
	assert_int_equal(open_files(), before);
}

static void test_long_path(void **state)
{
	char path[PATH_MAX + 64];

	(void)state;
	memset(path, 'a', sizeof(path));
	for (size_t length = PATH_MAX; length < sizeof(path); length += 63) {
		path[length] = '\0';
		opener_record();
		assert_string_equal(content(path), number(ENAMETOOLONG));
		opener_restrict();
		assert_string_equal(content(path), number(ENAMETOOLONG));
		path[length] = 'a';
	}
	assert_null(opener_missed());
}

static void test_too_many(void **state)
{
	struct opener_entry entry = { .failure = ENOENT, .file = -1 };
	char path[32];

	(void)state;
	entry.path = path;
	for (int i = 0; i < OPENER_MAX; i++) {
		snprintf(path, sizeof(path), "/nowhere/%d", i);
		assert_int_equal(opener_give(&entry), 0);
	}
	entry.path = file;
	entry.file = open(file, O_RDONLY | O_CLOEXEC);
	assert_int_equal(opener_give(&entry), ENFILE);
	/* The descriptor that was refused is closed. */
	assert_int_equal(fcntl(entry.file, F_GETFD), -1);
	opener_record();
	assert_string_equal(content(file), number(ENFILE));
	assert_string_equal(opener_missed(), file);
	/* Of a full list, the entries near either end are found. */
	assert_string_equal(content("/nowhere/16000"), number(ENOENT));
	assert_string_equal(content("/nowhere/1"), number(ENOENT));
}

/* A limit of open files is an error of that file, as without an opener. */
static void test_limit(void **state)
{
	struct rlimit before, low;
	int kept;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	opener_record();
	kept = opener_open(file);
	low = before;
	low.rlim_cur = (rlim_t)kept + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	assert_string_equal(content(folder), number(EMFILE));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	close(kept);
}

static int connect_here(void *context, const char *path)
{
	assert_string_equal(path, link_to);
	return *(int *)context;
}

static void test_connect(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int daemon = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char path[200], byte = 0;
	int file_number, other = 77;

	(void)state;
	assert_int_equal(opener_connect(link_to), -1);
	assert_int_equal(errno, ENOENT);
	memcpy(address.sun_path, link_to, strlen(link_to));
	assert_int_equal(
		bind(daemon, (struct sockaddr *)&address, sizeof(address)), 0);
	file_number = opener_connect(link_to);
	assert_int_equal(send(file_number, "x", 1, 0), 1);
	assert_int_equal(recv(daemon, &byte, 1, MSG_DONTWAIT), 1);
	assert_true(fcntl(file_number, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(file_number, F_GETFL) & O_NONBLOCK);
	close(file_number);
	memset(path, 'p', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(opener_connect(path), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	opener_restrict();
	assert_int_equal(opener_connect(link_to), -1);
	assert_int_equal(errno, EACCES);
	opener_ask(connect_here, &other);
	assert_int_equal(opener_connect(link_to), 77);
	close(daemon);
}

static int count_open(void)
{
	int count = 0;

	for (int descriptor = 0; descriptor < 64; descriptor++)
		count += fcntl(descriptor, F_GETFD) >= 0;
	return count;
}

/* Without memory, no descriptor stays open that nobody has. */
static void test_no_memory(void **state)
{
	struct opener_entry given = { .path = file };
	int before = count_open();
	FILE *stream;

	(void)state;
	is_out = 1;
	assert_null(opener_stream(file));
	assert_null(opener_list(folder));
	given.file = open(file, O_RDONLY);
	assert_true(given.file >= 0);
	assert_int_equal(opener_give(&given), ENOMEM);
	assert_int_equal(count_open(), before);
	is_out = 0;
	stream = opener_stream(file);
	assert_non_null(stream);
	assert_int_equal(fclose(stream), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plain),     TEST(test_recording), TEST(test_given),
		TEST(test_long_path), TEST(test_too_many),  TEST(test_limit),
		TEST(test_connect),   TEST(test_no_memory),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = UNIT_RUN(tests);
	rmdir(folder);
	return failed;
}
