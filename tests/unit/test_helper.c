/*
 * helper: where the program is looked for, what it inherits, what is said where
 * it can't be started, and that it is killed where it does not end. The system
 * is the test's.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static ssize_t fake_readlink(const char *path, char *target, size_t size);
static int fake_access(const char *path, int mode);
static int fake_pair(int domain, int type, int protocol, int ends[2]);
static pid_t fake_fork(void);
static pid_t fake_wait(pid_t process, int *status, int options);
static int fake_kill(pid_t process, int signal_number);
static int fake_sleep(const struct timespec *pause, struct timespec *rest);

#define readlink fake_readlink
#define access fake_access
#define socketpair fake_pair
#define fork fake_fork
#define waitpid fake_wait
#define kill fake_kill
#define nanosleep fake_sleep
#include "cgi/upstream/helper.c"
#undef readlink
#undef access
#undef socketpair
#undef fork
#undef waitpid
#undef kill
#undef nanosleep

#define HELPER ((pid_t)77)
#define INSTALLED MINTAGE_LIBEXEC_DIR "/" NAME

static struct problem problem;

static struct {
	const char *program; /* NULL: it can't be found out */
	const char *there;   /* the only program that can be run */
	int pair, fork;      /* the errno of each, or 0 */
	int interrupted;     /* so many waits, from the first one on */
	int pauses, killed;
	int ends_after; /* so many pauses; -1: not by itself */
	int waited;     /* for as long as it takes */
} world;

static ssize_t fake_readlink(const char *path, char *target, size_t size)
{
	size_t length;

	assert_string_equal(path, "/proc/self/exe");
	assert_int_equal(size, PATH_MAX - 1);
	if (!world.program)
		return -1;
	length = strlen(world.program);
	if (length > size)
		length = size;
	memcpy(target, world.program, length);
	return (ssize_t)length;
}

static int fake_access(const char *path, int mode)
{
	assert_int_equal(mode, X_OK);
	if (world.there && strcmp(path, world.there) == 0)
		return 0;
	errno = ENOENT;
	return -1;
}

static int fake_pair(int domain, int type, int protocol, int ends[2])
{
	errno = world.pair;
	return world.pair ? -1 : socketpair(domain, type, protocol, ends);
}

static pid_t fake_fork(void)
{
	errno = world.fork;
	return world.fork ? -1 : HELPER;
}

static pid_t fake_wait(pid_t process, int *status, int options)
{
	assert_int_equal(process, HELPER);
	assert_null(status);
	if (world.interrupted > 0) {
		world.interrupted--;
		errno = EINTR;
		return -1;
	}
	if (!(options & WNOHANG)) {
		world.waited++;
		return HELPER;
	}
	return world.ends_after >= 0 && world.pauses >= world.ends_after ?
		       HELPER :
		       0;
}

static int fake_kill(pid_t process, int signal_number)
{
	assert_int_equal(process, HELPER);
	assert_int_equal(signal_number, SIGKILL);
	world.killed++;
	return 0;
}

static int fake_sleep(const struct timespec *pause, struct timespec *rest)
{
	assert_int_equal(pause->tv_sec, 0);
	assert_null(rest);
	world.pauses++;
	return 0;
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	world.program = "/usr/bin/mintage";
	world.there = "/usr/bin/" NAME;
	problem = (struct problem){ .error = ERROR_NONE };
	return 0;
}

static int open_files(void)
{
	int count = 0;

	for (int i = 0; i < 256; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

/* ---- where it is --------------------------------------------------------- */

static void assert_found(const char *expected)
{
	char path[PATH_MAX];

	if (!path_find(path))
		fail_msg("%s is not found", expected);
	assert_string_equal(path, expected);
}

static void test_place(void **state)
{
	static char long_name[PATH_MAX + 1], there[PATH_MAX];
	const size_t fits = PATH_MAX - sizeof(NAME);

	(void)state;
	assert_found("/usr/bin/" NAME);
	/* Where it is not beside the program, it is where it was installed. */
	world.there = INSTALLED;
	assert_found(INSTALLED);
	world.program = NULL;
	assert_found(INSTALLED);
	world.program = "";
	assert_found(INSTALLED);
	world.program = "mintage";
	assert_found(INSTALLED);
	/* Names that are too long, though a shorter one would be found. */
	memset(long_name, '/', sizeof(long_name) - 1);
	world.program = long_name;
	assert_found(INSTALLED);
	long_name[PATH_MAX - 2] = '\0';
	assert_found(INSTALLED);
	/* The folder of a name that was cut may be another one. */
	memset(long_name, 'b', sizeof(long_name) - 1);
	memcpy(long_name, "/a/", 3);
	assert_found(INSTALLED);
	world.there = "/a/" NAME;
	assert_false(path_find(there));
	world.there = INSTALLED;
	/* The longest that fits. */
	memset(long_name, 'a', sizeof(long_name));
	long_name[0] = long_name[fits] = '/';
	long_name[fits + 2] = '\0';
	assert_found(INSTALLED);
	long_name[fits] = 'a';
	long_name[fits - 1] = '/';
	snprintf(there, sizeof(there), "%.*s" NAME, (int)fits, long_name);
	world.there = there;
	assert_found(there);
}

/* ---- its start ----------------------------------------------------------- */

static void assert_not_started(const char *words, int failure)
{
	int before = open_files(), socket = 5;
	pid_t helper = 5;

	assert_int_equal(helper_start(&helper, &socket, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(helper, 0);
	assert_int_equal(socket, -1);
	assert_int_equal(open_files(), before);
	if (!strstr(problem.message, words) ||
	    !strstr(problem.message, strerror(failure)))
		fail_msg("no '%s' in '%s'", words, problem.message);
}

static void test_start(void **state)
{
	int before = open_files(), socket;
	pid_t helper;

	(void)state;
	assert_int_equal(helper_start(&helper, &socket, &problem), ERROR_NONE);
	assert_int_equal(helper, HELPER);
	assert_int_equal(open_files(), before + 1);
	assert_int_equal(fcntl(socket, F_GETFD), FD_CLOEXEC);
	assert_int_equal(close(socket), 0);
	world.fork = EAGAIN;
	assert_not_started("no process for /usr/bin/" NAME, EAGAIN);
	world.pair = EMFILE;
	assert_not_started("no socket for /usr/bin/" NAME, EMFILE);
	world.there = NULL;
	assert_not_started(INSTALLED " is needed to call elsewhere", ENOENT);
}

/* A request can set no variable of it but these, and a long one is left out. */
static void test_environment(void **state)
{
	char *environment[8], long_value[600];

	(void)state;
	memset(long_value, 'x', sizeof(long_value));
	long_value[sizeof(long_value) - 1] = '\0';
	assert_int_equal(setenv("HTTP_PROXY", "http://127.0.0.1:9", 1), 0);
	assert_int_equal(setenv("UBSAN_OPTIONS", long_value, 1), 0);
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	make_environment(environment);
	for (size_t i = 0; environment[i]; i++) {
		assert_null(strstr(environment[i], "PROXY"));
		assert_null(strstr(environment[i], "UBSAN"));
		if (!environment[i + 1])
			assert_string_equal(environment[i], "TZ=UTC");
	}
	assert_non_null(environment[0]);
	assert_int_equal(unsetenv("UBSAN_OPTIONS"), 0);
	assert_int_equal(unsetenv("TZ"), 0);
	assert_int_equal(unsetenv("HTTP_PROXY"), 0);
}

/* The status with which a process ends that should become the program. */
static int status_of(const char *path, pid_t parent, int socket)
{
	char *const none[] = { NULL };
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		become(path, socket, parent, none);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_become(void **state)
{
	int file = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_int_equal(status_of("/bin/true", getpid(), file), 0);
	/* It starts nothing where its parent has ended meanwhile, or where it
	 * has no socket; nor where the program is no more. */
	assert_int_equal(status_of("/bin/true", getpid() + 1, file), 127);
	assert_int_equal(status_of("/bin/true", getpid(), -1), 127);
	assert_int_equal(status_of("/nonexistent", getpid(), file), 127);
	close(file);
}

/* ---- its end ------------------------------------------------------------- */

static void test_stop(void **state)
{
	int file = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)state;
	world.ends_after = 3;
	world.interrupted = 1;
	helper_stop(HELPER, file);
	assert_int_equal(fcntl(file, F_GETFD), -1);
	assert_int_equal(world.pauses, 3);
	assert_int_equal(world.killed + world.waited, 0);
	/* One that does not end is killed, and waited for. */
	world.pauses = 0;
	world.ends_after = -1;
	helper_stop(HELPER, -1);
	assert_int_equal(world.pauses, 400);
	assert_int_equal(world.killed, 1);
	assert_int_equal(world.waited, 1);
	world.interrupted = 403;
	helper_stop(HELPER, -1);
	assert_int_equal(world.killed, 2);
	assert_int_equal(world.waited, 2);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_place),  TEST(test_start), TEST(test_environment),
		TEST(test_become), TEST(test_stop),
	};

	return UNIT_RUN(tests);
}
