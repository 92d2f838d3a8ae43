/* keeper_message: whole messages pass, and nothing else does. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cgi/service/keeper_message.c"

static int ends[2];
static struct keeper_message sent, got;

static int begin(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

static int end(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static int open_files(void)
{
	int count = 0;

	for (int i = 0; i < 256; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

static int receive(void)
{
	return keeper_message_receive(ends[0], &got, clock_ticks() + 5000);
}

/* Add an entry, of a file that can be opened or one that can't. */
static bool add(const char *path, int failure)
{
	struct opener_entry entry = { .path = path,
				      .is_folder = failure == ENOTDIR,
				      .failure = failure,
				      .file = failure ? -1 : ends[1] };

	return keeper_message_add(&sent, &entry);
}

static void test_whole(void **state)
{
	struct opener_entry entry;
	int before = open_files();

	(void)state;
	keeper_message_begin(&sent, 7, KEEPER_FILES);
	assert_true(add("/a", 0));
	assert_true(add("/b", ENOENT));
	assert_true(add("/c", 0));
	assert_true(add("/d", ENOTDIR));
	assert_int_equal(keeper_message_send(ends[1], &sent), 0);
	assert_int_equal(receive(), 0);
	assert_int_equal(got.head.number, 7);
	assert_int_equal(got.head.answer, KEEPER_FILES);
	for (const char *path = "/a\0/b\0/c\0/d\0"; *path; path += 3) {
		assert_false(keeper_message_is_read(&got));
		assert_true(keeper_message_next(&got, &entry));
		assert_string_equal(entry.path, path);
		assert_int_equal(entry.failure, path[1] == 'b' ? ENOENT :
						path[1] == 'd' ? ENOTDIR :
								 0);
		assert_int_equal(entry.is_folder, path[1] == 'd');
		assert_int_equal(entry.file >= 0, !entry.failure);
		if (entry.file >= 0) {
			assert_true(fcntl(entry.file, F_GETFD) & FD_CLOEXEC);
			close(entry.file);
		}
	}
	assert_false(keeper_message_next(&got, &entry));
	assert_true(keeper_message_is_read(&got));
	assert_int_equal(open_files(), before);
}

/* What fits into a message, and that the rest is refused. */
static void test_limits(void **state)
{
	static char path[PATH_MAX + 1];
	int before = open_files();

	(void)state;
	keeper_message_begin(&sent, 1, KEEPER_FILES);
	for (int i = 0; i < KEEPER_MESSAGE_FILES; i++)
		assert_true(add("/a", 0));
	assert_false(add("/a", 0));
	assert_int_equal(keeper_message_send(ends[1], &sent), 0);
	assert_int_equal(receive(), 0);
	assert_int_equal(got.count, KEEPER_MESSAGE_FILES);
	keeper_message_drop(&got);
	assert_int_equal(open_files(), before);

	memset(path, 'x', sizeof(path));
	keeper_message_begin(&sent, 1, KEEPER_FILES);
	path[PATH_MAX] = '\0';
	assert_false(add(path, ENOENT));
	path[PATH_MAX - 1] = '\0';
	assert_true(add(path, ENOENT));
	assert_false(add(path, ENOENT));
	assert_true(add("/a", ENOENT));
}

/* Bytes as a keeper never sends them, with a descriptor. */
static int receive_bytes(const void *bytes, size_t length, size_t files)
{
	struct iovec part = { .iov_base = (void *)(uintptr_t)bytes,
			      .iov_len = length };
	struct msghdr header = { .msg_iov = &part, .msg_iovlen = 1 };
	int list[KEEPER_MESSAGE_FILES];
	union control control;

	for (size_t i = 0; i < files; i++)
		list[i] = ends[1];
	if (files > 0)
		attach(&header, &control, list, files);
	assert_true(sendmsg(ends[1], &header, MSG_NOSIGNAL) >= 0);
	return receive();
}

static void test_odd(void **state)
{
	static char bytes[sizeof(struct keeper_head) + KEEPER_MESSAGE_MAX + 1];
	int before = open_files();

	(void)state;
	assert_int_equal(receive_bytes("x", 1, 0), EBADMSG);
	assert_int_equal(receive_bytes(bytes, sizeof(struct keeper_head) - 1,
				       3),
			 EBADMSG);
	assert_int_equal(receive_bytes(bytes, sizeof(bytes), 0), EBADMSG);
	assert_int_equal(receive_bytes(bytes, sizeof(bytes), 2), EBADMSG);
	assert_int_equal(open_files(), before);
	assert_int_equal(receive_bytes(bytes, sizeof(bytes) - 1, 0), 0);
	shutdown(ends[1], SHUT_WR);
	assert_int_equal(receive(), EPIPE);
}

/* What comes with a message and is no descriptor, or more than were sent. */
static void test_attached(void **state)
{
	static char bytes[sizeof(struct keeper_head)];
	char space[CMSG_SPACE((KEEPER_MESSAGE_FILES + 1) * sizeof(int))] = { 0 };
	struct msghdr header = { .msg_control = space,
				 .msg_controllen = sizeof(space) };
	struct cmsghdr *control = CMSG_FIRSTHDR(&header);
	int before = open_files(), yes = 1;

	(void)state;
	assert_int_equal(setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &yes,
				    sizeof(yes)),
			 0);
	assert_int_equal(receive_bytes(bytes, sizeof(bytes), 0), EBADMSG);
	assert_int_equal(open_files(), before);
	control->cmsg_level = SOL_SOCKET;
	control->cmsg_type = SCM_RIGHTS;
	control->cmsg_len = CMSG_LEN(KEEPER_MESSAGE_FILES * sizeof(int));
	assert_true(detach(&got, &header));
	control->cmsg_len += sizeof(int);
	keeper_message_begin(&got, 1, KEEPER_FILES);
	assert_false(detach(&got, &header));
	assert_int_equal(got.count, 0);
	control->cmsg_level = SOL_SOCKET + 1;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	assert_false(detach(&got, &header));
}

/* The other end has ended, or this one is no socket. */
static void test_no_socket(void **state)
{
	int file = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	keeper_message_begin(&sent, 1, KEEPER_DONE);
	assert_int_equal(keeper_message_send(file, &sent), ENOTSOCK);
	assert_int_equal(keeper_message_receive(file, &got, 0), ENOTSOCK);
	close(file);
	/* What it did not read is lost, and that counts as its end. */
	assert_int_equal(keeper_message_send(ends[0], &sent), 0);
	close(ends[1]);
	assert_int_equal(receive(), EPIPE);
	assert_int_equal(keeper_message_send(ends[0], &sent), EPIPE);
	ends[1] = open("/dev/null", O_RDWR | O_CLOEXEC);
}

static void test_silence(void **state)
{
	int64_t began = clock_ticks();

	(void)state;
	assert_int_equal(keeper_message_receive(ends[0], &got, began + 30),
			 ETIMEDOUT);
	assert_true(clock_ticks() >= began + 30);
	assert_int_equal(keeper_message_receive(ends[0], &got, began - 1),
			 ETIMEDOUT);
}

/* How many entries can be taken from these bytes, behind the head. */
static int entries_of(uint32_t entries, const void *data, size_t length,
		      size_t files)
{
	char bytes[512] = { 0 };
	struct keeper_head head = { .entries = entries };
	struct opener_entry entry;
	int count = 0;

	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), data, length);
	assert_int_equal(receive_bytes(bytes, sizeof(head) + length, files), 0);
	for (; keeper_message_next(&got, &entry); count++) {
		if (entry.file >= 0)
			close(entry.file);
	}
	if (keeper_message_is_read(&got))
		count += 100;
	keeper_message_drop(&got);
	return count;
}

static void test_damaged(void **state)
{
	struct {
		struct entry_head head;
		char path[4];
	} one = { { .failure = 0, .length = 3 }, "/a" };
	size_t size = sizeof(one.head) + 3;
	int before = open_files();

	(void)state;
	assert_int_equal(entries_of(1, &one, size, 1), 101);
	/* One byte, descriptor or entry too many or too few. */
	assert_int_equal(entries_of(1, &one, size - 1, 1), 0);
	assert_int_equal(entries_of(1, &one, size + 1, 1), 1);
	assert_int_equal(entries_of(1, &one, size, 0), 0);
	assert_int_equal(entries_of(1, &one, size, 2), 1);
	assert_int_equal(entries_of(0, &one, size, 1), 0);
	assert_int_equal(entries_of(2, &one, size, 1), 1);
	assert_int_equal(entries_of(1, &one, 3, 1), 0);
	assert_int_equal(entries_of(0, &one, 0, 0), 100);
	/* Paths without an end, with an end in between, without a byte. */
	one.path[2] = 'b';
	assert_int_equal(entries_of(1, &one, size, 1), 0);
	memcpy(one.path, "/\0", 3);
	assert_int_equal(entries_of(1, &one, size, 1), 0);
	one.head.length = 0;
	assert_int_equal(entries_of(1, &one, size, 1), 0);
	one.head.length = UINT16_MAX;
	assert_int_equal(entries_of(1, &one, size, 1), 0);
	assert_int_equal(open_files(), before);
}

/* The process may not have so many files open. */
static void test_no_place(void **state)
{
	struct rlimit before, low;
	int count = open_files();

	(void)state;
	keeper_message_begin(&sent, 1, KEEPER_FILES);
	for (int i = 0; i < 9; i++)
		assert_true(add("/a", 0));
	assert_int_equal(keeper_message_send(ends[1], &sent), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = (rlim_t)(ends[0] > ends[1] ? ends[0] : ends[1]) + 4;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	assert_int_equal(receive(), EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(open_files(), count);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_whole),   TEST(test_limits),    TEST(test_odd),
		TEST(test_silence), TEST(test_no_socket), TEST(test_attached),
		TEST(test_damaged), TEST(test_no_place),
	};

	return UNIT_RUN(tests);
}
