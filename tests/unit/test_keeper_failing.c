/*
 * keeper: what a worker says where there is no keeper to be had, and where the
 * one that there is does not answer. What it receives and the system are the
 * test's; test_keeper.c has a real keeper.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgi/service/keeper_message.h"

static int fake_receive(int socket, struct keeper_message *message,
			int64_t until);
static int fake_pair(int domain, int type, int protocol, int ends[2]);
static pid_t fake_fork(void);
static pid_t fake_wait(pid_t process, int *status, int options);

#define keeper_message_receive fake_receive
#define socketpair fake_pair
#define fork fake_fork
#define waitpid fake_wait
#include "cgi/service/keeper.c"
#undef socketpair
#undef fork
#undef waitpid

#define KEEPER ((pid_t)77)

static struct keeper keeper;
static struct problem problem;
static int other_end;

static struct {
	int pair, fork;     /* the errno of each, or 0 */
	const int *answers; /* what each receiving returns; the last is EPIPE or
			     * stays */
	int received, waits;
	int interrupted; /* so many waits, from the first one on */
} world;

static int fake_receive(int socket, struct keeper_message *message,
			int64_t until)
{
	int failure = *world.answers;

	assert_int_equal(socket, keeper.socket);
	assert_true(until > clock_ticks());
	keeper_message_begin(message, keeper.asked, KEEPER_FILES);
	world.received++;
	world.answers += failure == 0 || failure == EBADMSG ||
			 failure == EMFILE;
	return failure;
}

static int fake_pair(int domain, int type, int protocol, int ends[2])
{
	errno = world.pair;
	return world.pair ? -1 : socketpair(domain, type, protocol, ends);
}

static pid_t fake_fork(void)
{
	errno = world.fork;
	return world.fork ? -1 : KEEPER;
}

static pid_t fake_wait(pid_t process, int *status, int options)
{
	assert_int_equal(process, KEEPER);
	assert_null(status);
	assert_int_equal(options, 0);
	world.waits++;
	errno = EINTR;
	return world.interrupted-- > 0 ? -1 : process;
}

static int begin(void **state)
{
	int ends[2];

	(void)state;
	memset(&world, 0, sizeof(world));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return -1;
	keeper = (struct keeper){ .socket = ends[0], .process = KEEPER };
	other_end = ends[1];
	return 0;
}

static int end(void **state)
{
	(void)state;
	if (keeper.socket >= 0)
		close(keeper.socket);
	return close(other_end);
}

static int open_files(void)
{
	int count = 0;

	for (int i = 0; i < 256; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

static void assert_says(const char *words)
{
	assert_int_equal(problem.error, ERROR_UNAVAILABLE);
	if (!strstr(problem.message, words))
		fail_msg("no '%s' in '%s'", words, problem.message);
}

static void test_not_begun(void **state)
{
	struct keeper none;
	int before = open_files();

	(void)state;
	world.pair = EMFILE;
	assert_int_equal(keeper_begin(&none, NULL, NULL, &problem),
			 ERROR_UNAVAILABLE);
	assert_says("no socket for the keeper: ");
	assert_says(strerror(EMFILE));
	assert_int_equal(none.socket, -1);
	world.pair = 0;
	world.fork = EAGAIN;
	assert_int_equal(keeper_begin(&none, NULL, NULL, &problem),
			 ERROR_UNAVAILABLE);
	assert_says("no process for the keeper: ");
	assert_says(strerror(EAGAIN));
	assert_int_equal(none.socket, -1);
	assert_int_equal(open_files(), before);
}

/* What the administrator is told to do, wherever the keeper is needed. */
static void test_reasons(void **state)
{
	static const struct {
		int failure;
		const char *words;
	} all[] = {
		{ EPIPE, "it has ended; restart this process" },
		{ ETIMEDOUT, "it did not answer in time; try again" },
		{ EBADMSG, "its answer makes no sense" },
		{ ENFILE, "the configuration has too many files" },
		{ EMFILE, "ulimit -n" },
		{ ENOMEM, NULL },
	};
	int socket;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int answers[] = { all[i].failure, 0 };
		const char *words = all[i].words ? all[i].words :
						   strerror(all[i].failure);

		world.answers = answers;
		assert_int_equal(keeper_load(&keeper, &problem),
				 ERROR_UNAVAILABLE);
		keeper_loaded(&keeper);
		assert_says("opens the configuration");
		assert_says(words);
		world.answers = answers;
		assert_int_equal(keeper_start_helper(&keeper, &socket,
						     &problem),
				 ERROR_UNAVAILABLE);
		assert_int_equal(socket, -1);
		assert_says("mintage-online");
		assert_says(words);
		world.answers = answers;
		assert_int_equal(keeper_connect(&keeper, audit_syslog_path),
				 -1);
		assert_int_equal(errno, all[i].failure);
	}
}

/* One that reads nothing is not waited for. */
static void test_does_not_read(void **state)
{
	struct keeper_request request = { 0 };

	(void)state;
	while (send(keeper.socket, &request, sizeof(request), MSG_DONTWAIT) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(keeper_load(&keeper, &problem), ERROR_UNAVAILABLE);
	assert_says("it does not read what it is asked; restart this process");
	keeper_loaded(&keeper);
	assert_int_equal(world.received, 0);
	/* One that ended without reading it all has ended. */
	close(other_end);
	other_end = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_int_equal(keeper_load(&keeper, &problem), ERROR_UNAVAILABLE);
	assert_says("it has ended");
}

/* Its end is waited for, whatever it has sent before; but not for ever. */
static void test_end(void **state)
{
	static const int ends[] = { 0, EBADMSG, EMFILE, 0, EPIPE };
	static const int stays[] = { 0, ETIMEDOUT };
	int socket = keeper.socket;

	(void)state;
	world.answers = ends;
	world.interrupted = 2;
	keeper_end(&keeper);
	assert_int_equal(world.received, 5);
	assert_int_equal(world.waits, 3);
	assert_int_equal(keeper.socket, -1);
	assert_int_equal(fcntl(socket, F_GETFD), -1);
	keeper_end(&keeper);
	assert_int_equal(world.received, 5);
	keeper.socket = dup(other_end);
	world.answers = stays;
	keeper_end(&keeper);
	assert_int_equal(world.received, 7);
	assert_int_equal(world.waits, 3);
	assert_int_equal(keeper.socket, -1);
}

/* A process needs one where a parent's credentials are fetched. */
static void test_need(void **state)
{
	struct parent fetched = { .signer = SIGNER_CLOUDFLARE };
	struct parent local = { .next = &fetched };
	struct config config = { .parents = &local };

	(void)state;
	assert_true(keeper_is_needed(&config));
	local.next = NULL;
	assert_false(keeper_is_needed(&config));
	config.parents = NULL;
	assert_false(keeper_is_needed(&config));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_not_begun),     TEST(test_reasons),
		TEST(test_does_not_read), TEST(test_end),
		TEST(test_need),
	};

	return UNIT_RUN(tests);
}
