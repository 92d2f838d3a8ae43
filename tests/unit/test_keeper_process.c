/*
 * keeper_process: what a keeper answers where the system refuses it something,
 * and when it ends. What it starts, opens and sends is the test's.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgi/service/files.h"
#include "cgi/service/keeper_message.h"
#include "cgi/upstream/helper.h"
#include "lib/audit/syslog.h"
#include "lib/base/process.h"

static int fake_message(int socket, const struct keeper_message *message);
static bool fake_add(struct keeper_message *message,
		     const struct opener_entry *entry);
static bool fake_entry(size_t number, struct opener_entry *entry);
static const char *fake_missed(void);
static enum error fake_load(struct config **config, struct renderer *renderer,
			    const char *path, enum strict_user user,
			    enum files_templates templates,
			    struct problem *problem);
static enum error fake_start(pid_t *helper, int *socket,
			     struct problem *problem);
static void fake_stop(pid_t helper, int socket);
static int fake_connect(void);
static pid_t fake_fork(void);
static int fake_kill(pid_t process, int signal_number);
static pid_t fake_wait(pid_t process, int *status, int options);
static int fake_open(const char *path, int flags, ...);
static int fake_dup(int from, int to);
static int fake_control(int file, int command, ...);
static int fake_poll(struct pollfd files[], nfds_t count,
		     const struct timespec *limit, const sigset_t *mask);
static ssize_t fake_receive(int socket, void *data, size_t size, int flags);
static void fake_close_from(int first);

#define keeper_message_send fake_message
#define keeper_message_add fake_add
#define opener_entry(number, entry) fake_entry(number, entry)
#define opener_missed fake_missed
#define files_load fake_load
#define helper_start fake_start
#define helper_stop fake_stop
#define audit_syslog_connect fake_connect
#define fork fake_fork
#define kill fake_kill
#define waitpid fake_wait
#define open fake_open
#define dup2 fake_dup
#define fcntl fake_control
#define ppoll fake_poll
#define recv fake_receive
#define process_close_from fake_close_from
#include "cgi/service/keeper_process.c"
#undef keeper_message_add
#undef opener_entry
#undef fork
#undef waitpid

#define CHILD ((pid_t)77)

static struct keeper_process keeper;

static struct {
	struct keeper_message sent; /* last */
	int count;                  /* how many were sent */
	int sends_left;             /* until one fails; -1: all are sent */
	bool fits;                  /* an entry in a message */
	size_t entries;
	bool misses;               /* more files than are kept */
	int fork, helper, connect; /* the errno of each, or 0 */
	pid_t killed, stopped;
	pid_t ended; /* this child has, with this status */
	int status;
	int open, dup_to, control; /* these fail */
	int null;                  /* what stands for /dev/null */
	int closed_from;
	int poll, receive; /* the errno of each */
	ssize_t got;
	struct keeper_request request;
} world;

static int fake_message(int socket, const struct keeper_message *message)
{
	assert_int_equal(socket, SOCKET);
	if (world.sends_left == 0)
		return EPIPE;
	world.sends_left -= world.sends_left > 0;
	world.sent = *message;
	world.count++;
	return 0;
}

static bool fake_add(struct keeper_message *message,
		     const struct opener_entry *entry)
{
	return world.fits && keeper_message_add(message, entry);
}

static bool fake_entry(size_t number, struct opener_entry *entry)
{
	*entry = (struct opener_entry){ .path = "/a",
					.failure = ENOENT,
					.file = -1 };
	return number < world.entries;
}

static const char *fake_missed(void)
{
	return world.misses ? "/b" : NULL;
}

static enum error fake_load(struct config **config, struct renderer *renderer,
			    const char *path, enum strict_user user,
			    enum files_templates templates,
			    struct problem *problem)
{
	(void)config;
	(void)renderer;
	assert_string_equal(path, keeper.path);
	assert_int_equal(user, STRICT_SERVICE);
	assert_int_equal(templates, FILES_NOW);
	return problem_set(problem, ERROR_CONFIG, NULL, "the worker finds it");
}

static enum error fake_start(pid_t *helper, int *socket, struct problem *why)
{
	*helper = 0;
	*socket = -1;
	if (world.helper)
		return problem_set(why, ERROR_UNAVAILABLE, NULL, "install it");
	*helper = CHILD;
	*socket = 99;
	return ERROR_NONE;
}

static void fake_stop(pid_t helper, int socket)
{
	assert_int_equal(socket, -1);
	world.stopped = helper;
}

static int fake_connect(void)
{
	errno = world.connect;
	return world.connect ? -1 : 99;
}

static pid_t fake_fork(void)
{
	errno = world.fork;
	return world.fork ? -1 : CHILD;
}

static int fake_kill(pid_t process, int signal_number)
{
	assert_int_equal(signal_number, SIGKILL);
	world.killed = process;
	return 0;
}

static pid_t fake_wait(pid_t process, int *status, int options)
{
	pid_t ended = world.ended;

	assert_int_equal(process, -1);
	assert_int_equal(options, WNOHANG);
	*status = world.status;
	world.ended = 0;
	return ended;
}

static int fake_open(const char *path, int flags, ...)
{
	assert_string_equal(path, "/dev/null");
	assert_int_equal(flags & O_ACCMODE, O_RDWR);
	return world.open ? -1 : world.null;
}

static int fake_dup(int from, int to)
{
	assert_int_equal(from, to == SOCKET ? 55 : world.null);
	return to == world.dup_to ? -1 : to;
}

static int fake_control(int file, int command, ...)
{
	assert_int_equal(file, SOCKET);
	assert_int_equal(command, F_SETFD);
	return world.control ? -1 : 0;
}

static void fake_close_from(int first)
{
	world.closed_from = first;
}

static int fake_poll(struct pollfd files[], nfds_t count,
		     const struct timespec *limit, const sigset_t *mask)
{
	assert_non_null(mask);
	assert_int_equal(files[0].fd, SOCKET);
	assert_int_equal(count, 1);
	assert_null(limit);
	errno = world.poll;
	return world.poll ? -1 : 1;
}

static ssize_t fake_receive(int socket, void *data, size_t size, int flags)
{
	assert_int_equal(socket, SOCKET);
	assert_true(flags & MSG_DONTWAIT);
	assert_int_equal(size, sizeof(world.request));
	memcpy(data, &world.request, size);
	errno = world.receive;
	return world.receive ? -1 : world.got;
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	world.sends_left = world.dup_to = -1;
	world.null = 50;
	world.fits = true;
	world.got = sizeof(world.request);
	keeper = (struct keeper_process){ .path = "/etc/x.conf" };
	return 0;
}

/* The last message says that this failed, and why. */
static void assert_failed(int failure, const char *text)
{
	assert_int_equal(world.sent.head.number, 7);
	assert_int_equal(world.sent.head.answer, KEEPER_FAILED);
	assert_int_equal(world.sent.head.failure, failure);
	assert_int_equal(world.sent.length, strlen(text));
	assert_memory_equal(world.sent.data, text, strlen(text));
	world.sent.head.number = 0;
}

/* ---- loading ------------------------------------------------------------- */

/* However many messages it takes, the first that fails is the last. */
static void test_files(void **state)
{
	const size_t in_one = KEEPER_MESSAGE_MAX / 16;

	(void)state;
	world.entries = 3 * in_one;
	assert_true(send_files(7));
	assert_int_equal(world.sent.head.answer, KEEPER_DONE);
	assert_true(world.count > 2);
	for (int sends = world.count - 1; sends >= 0; sends--) {
		world.sends_left = sends;
		world.count = 0;
		assert_false(send_files(7));
		assert_int_equal(world.count, sends);
	}
	world.sends_left = -1;
	world.fits = false;
	assert_false(send_files(7));
}

/* The status of the process that loads, for a parent with this id. */
static int status_of_loader(pid_t parent)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		load(&keeper, 7, parent);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_loader_process(void **state)
{
	(void)state;
	assert_int_equal(status_of_loader(getpid()), 0);
	world.sends_left = 0;
	assert_int_equal(status_of_loader(getpid()), 1);
	/* Nothing is sent where the keeper has ended meanwhile. */
	assert_int_equal(status_of_loader(getpid() + 1), 0);
	world.misses = true;
	assert_int_equal(status_of_loader(getpid()), 0);
}

static void test_loader(void **state)
{
	(void)state;
	start_loader(&keeper, 7);
	assert_int_equal(keeper.loader, CHILD);
	assert_int_equal(keeper.loading, 7);
	assert_int_equal(world.count, 0);
	/* The next request ends the one that the worker has given up. */
	world.fork = EAGAIN;
	start_loader(&keeper, 7);
	assert_int_equal(world.killed, CHILD);
	assert_int_equal(keeper.loader, 0);
	assert_failed(EAGAIN, strerror(EAGAIN));
	keeper.path = NULL;
	start_loader(&keeper, 7);
	assert_failed(EINVAL, "it keeps no configuration");
}

static void test_loader_ends(void **state)
{
	(void)state;
	keeper = (struct keeper_process){ .loader = CHILD, .loading = 7 };
	world.ended = CHILD;
	reap(&keeper);
	assert_int_equal(world.count, 0);
	keeper.loader = world.ended = CHILD;
	world.status = 1 << 8;
	reap(&keeper);
	assert_failed(0, "what was opened could not be sent (status 1)");
	keeper.loader = world.ended = CHILD;
	world.status = SIGKILL;
	reap(&keeper);
	assert_failed(0, "the process that loads it was ended by signal 9");
	assert_int_equal(keeper.loader, 0);
	/* Another child that ends is no news for the worker. */
	keeper = (struct keeper_process){ .helper = CHILD, .loader = 78 };
	world.ended = CHILD;
	reap(&keeper);
	assert_int_equal(keeper.helper, 0);
	assert_int_equal(keeper.loader, 78);
	assert_int_equal(world.count, 2);
}

/* ---- the other requests -------------------------------------------------- */

static bool ask(uint32_t wanted)
{
	world.request =
		(struct keeper_request){ .number = 7, .wanted = wanted };
	return take_request(&keeper);
}

static void test_helper(void **state)
{
	(void)state;
	assert_true(ask(KEEPER_HELPER));
	assert_int_equal(keeper.helper, CHILD);
	assert_int_equal(world.sent.head.answer, KEEPER_SOCKET);
	assert_int_equal(world.sent.files[0], 99);
	/* Whoever asks again has given up the first one. */
	assert_int_equal(world.stopped, 0);
	world.helper = 1;
	assert_true(ask(KEEPER_HELPER));
	assert_int_equal(world.stopped, CHILD);
	assert_int_equal(keeper.helper, 0);
	assert_failed(0, "install it");
}

static void test_syslog(void **state)
{
	(void)state;
	assert_true(ask(KEEPER_SYSLOG));
	assert_int_equal(world.sent.head.answer, KEEPER_SOCKET);
	world.connect = ECONNREFUSED;
	assert_true(ask(KEEPER_SYSLOG));
	assert_failed(ECONNREFUSED, strerror(ECONNREFUSED));
}

/* Text that no message holds is cut. */
static void test_long_text(void **state)
{
	static char text[KEEPER_MESSAGE_MAX + 10];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	answer_failure(7, 0, text);
	text[KEEPER_MESSAGE_MAX] = '\0';
	assert_failed(0, text);
}

/* ---- its life ------------------------------------------------------------ */

static void test_waiting(void **state)
{
	(void)state;
	assert_true(ask(KEEPER_LOAD));
	assert_false(ask(KEEPER_WANTED_COUNT));
	world.got--;
	assert_false(ask(KEEPER_LOAD));
	world.got = 0;
	assert_false(ask(KEEPER_LOAD));
	world.receive = EAGAIN;
	assert_true(ask(KEEPER_LOAD));
	world.receive = EINTR;
	assert_true(ask(KEEPER_LOAD));
	/* A child has ended, and nothing else has happened. */
	world.poll = EINTR;
	world.receive = EAGAIN;
	assert_true(ask(KEEPER_LOAD));
	world.poll = EINVAL;
	assert_false(ask(KEEPER_LOAD));
	world.poll = 0;
	world.receive = ECONNRESET;
	assert_false(ask(KEEPER_LOAD));
}

static void test_descriptors(void **state)
{
	(void)state;
	assert_true(settle_files(55));
	assert_int_equal(world.closed_from, SOCKET + 1);
	/* Without /dev/null, stderr stands for it. */
	world.open = 1;
	world.null = STDERR_FILENO;
	assert_true(settle_files(55));
	for (world.dup_to = 0; world.dup_to <= SOCKET; world.dup_to++)
		assert_int_equal(settle_files(55),
				 world.dup_to == STDERR_FILENO);
	world.closed_from = 0;
	world.control = 1;
	assert_false(settle_files(55));
	assert_int_equal(world.closed_from, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_files),       TEST(test_loader_process),
		TEST(test_loader),      TEST(test_loader_ends),
		TEST(test_helper),      TEST(test_syslog),
		TEST(test_long_text),   TEST(test_waiting),
		TEST(test_descriptors),
	};

	return UNIT_RUN(tests);
}
