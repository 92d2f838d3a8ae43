/*
 * offline and filter: what a process can't do once it has entered one, tried in
 * a process of its own.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/process.h"
#include "lib/confine/filter.h"
#include "lib/confine/offline.h"
#include "lib/confine/privileges.h"

static int error_of(int file)
{
	if (file < 0)
		return errno;
	(void)close(file);
	return 0;
}

static int error_of_socket(int family)
{
	return error_of(socket(family, SOCK_STREAM, 0));
}

static int error_of_program(void)
{
	char *const words[] = { (char[]){ "true" }, NULL };

	(void)execve("/bin/true", words, words + 1);
	return errno;
}

/* The number of what is not as it should be, or 0. */
static int is_wrong_offline(void)
{
	struct problem problem;

	if (offline_enter(&problem) != ERROR_NONE)
		return 1;
	if (error_of_socket(AF_INET) != EPERM ||
	    error_of_socket(AF_INET6) != EPERM ||
	    error_of_socket(AF_NETLINK) != EPERM)
		return 2;
	if (error_of_socket(AF_UNIX) != 0)
		return 3;
	if (error_of_program() != EPERM)
		return 4;
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != -1 || errno != EPERM)
		return 5;
	return error_of(open("/etc/passwd", O_RDONLY)) != 0 ? 6 : 0;
}

static int is_wrong_in_service(void)
{
	int size = (int)sysconf(_SC_PAGESIZE);
	void *page;

	if (privileges_renounce() != 0 || filter_enter(FILTER_SERVICE) != 0)
		return 1;
	if (error_of_socket(AF_UNIX) != EPERM ||
	    error_of_socket(AF_INET) != EPERM)
		return 2;
	if (error_of_program() != EPERM)
		return 3;
	if (kill(getppid(), 0) != -1 || errno != EPERM)
		return 4;
	page = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return 5;
	if (mprotect(page, (size_t)size, PROT_READ | PROT_EXEC) != -1 ||
	    errno != EPERM)
		return 6;
	return error_of(open("/etc/passwd", O_RDONLY)) != 0 ? 7 : 0;
}

static void assert_confined(int (*is_wrong)(void))
{
	int status = -1;
	pid_t child;

	if (process_is_watched() || !filter_is_built() || !filter_is_known())
		skip();
	child = fork();
	if (child == 0)
		_exit(is_wrong());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_offline(void **state)
{
	(void)state;
	assert_confined(is_wrong_offline);
}

static void test_service(void **state)
{
	(void)state;
	assert_confined(is_wrong_in_service);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_service),
	};

	return UNIT_RUN(tests);
}
