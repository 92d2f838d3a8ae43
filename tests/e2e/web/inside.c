/*
 * inside - the responder, with a path more: below /inside/ it tries what a
 * responder never does, as whoever took it over would. test_sandbox.py builds
 * and asks it; it is no part of what is installed. All else is the real
 * program: its main and its objects.
 *
 * /inside/WORD?path=FILE tries WORD with this file. The answer is "ok" or what
 * errno says. /inside/wait answers once the body has a byte, so that the test
 * can look at the process meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgi/web/router.h"

static void inside_handle(struct service *service,
			  const struct request *request);

#define router_handle inside_handle
#include "cgi/web/responder.c"
#undef router_handle

/* Each returns a number below 0, with errno, where it was refused. */
typedef long attempt(const char *path);

static long closed(int file)
{
	if (file >= 0)
		(void)close(file);
	return file;
}

static long try_read(const char *path)
{
	return closed(open(path, O_RDONLY | O_CLOEXEC));
}

static long try_write(const char *path)
{
	return closed(open(path, O_WRONLY | O_CLOEXEC));
}

static long try_make(const char *path)
{
	return closed(
		open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
}

static long try_temporary(const char *path)
{
	return closed(open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

static long try_list(const char *path)
{
	return closed(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static long try_truncate(const char *path)
{
	return truncate(path, 0);
}

static long try_unlink(const char *path)
{
	return unlink(path);
}

static long try_rename(const char *path)
{
	char to[4200];

	(void)snprintf(to, sizeof(to), "%s.moved", path);
	return rename(path, to);
}

static long try_link(const char *path)
{
	char to[4200];

	(void)snprintf(to, sizeof(to), "%s.linked", path);
	return link(path, to);
}

static long try_symlink(const char *path)
{
	return symlink("/etc/passwd", path);
}

static long try_mkdir(const char *path)
{
	return mkdir(path, 0700);
}

static long try_chmod(const char *path)
{
	return chmod(path, 0777);
}

static long try_times(const char *path)
{
	return utimensat(AT_FDCWD, path, NULL, 0);
}

static long try_execve(const char *path)
{
	char *const arguments[] = { (char *)(uintptr_t)path, NULL };
	char *const none[] = { NULL };

	return execve(path, arguments, none);
}

static long try_fork(const char *path)
{
	pid_t child = fork();

	(void)path;
	if (child == 0)
		_exit(0);
	return child;
}

static long try_socket(const char *path)
{
	(void)path;
	return closed(socket(AF_INET, SOCK_STREAM, 0));
}

static long try_unix(const char *path)
{
	(void)path;
	return closed(socket(AF_UNIX, SOCK_STREAM, 0));
}

static long try_pair(const char *path)
{
	int ends[2];

	(void)path;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

/* On what the web server has given it. */
static long try_connect(const char *path)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(9) };

	(void)path;
	return connect(STDIN_FILENO, (const struct sockaddr *)&address,
		       sizeof(address));
}

static long try_ptrace(const char *path)
{
	(void)path;
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static long try_traceme(const char *path)
{
	(void)path;
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long try_memory(const char *path)
{
	char byte;
	struct iovec own = { &byte, 1 }, other = { &byte, 1 };

	(void)path;
	return process_vm_readv(getppid(), &own, 1, &other, 1, 0);
}

static long try_kill(const char *path)
{
	(void)path;
	return kill(getppid(), 0);
}

/* Signals by way of a file's owner: any process of this user. SIGURG, which by
 * default does nothing, keeps the test alive where they are allowed. */
static long try_owner(const char *path)
{
	(void)path;
	return fcntl(STDIN_FILENO, F_SETOWN, getppid());
}

static long try_owner_ex(const char *path)
{
	const struct f_owner_ex owner = { F_OWNER_PID, getppid() };

	(void)path;
	return fcntl(STDIN_FILENO, F_SETOWN_EX, &owner);
}

static long try_signal(const char *path)
{
	(void)path;
	return fcntl(STDIN_FILENO, F_SETSIG, SIGURG);
}

static long try_async(const char *path)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL);

	(void)path;
	return fcntl(STDIN_FILENO, F_SETFL, flags | O_ASYNC);
}

static long try_lease(const char *path)
{
	(void)path;
	return fcntl(STDERR_FILENO, F_GETLEASE);
}

/* What the responder and the C library need of fcntl. */
static long try_flags(const char *path)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL);
	int other = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

	(void)path;
	if (flags < 0 || other < 0 || fcntl(other, F_GETFD) != FD_CLOEXEC ||
	    fcntl(other, F_SETFD, 0) != 0)
		return -1;
	(void)close(other);
	return fcntl(STDIN_FILENO, F_SETFL, flags);
}

static long try_mmap(const char *path)
{
	void *made = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)path;
	return made == MAP_FAILED ? -1 : 0;
}

static long try_mprotect(const char *path)
{
	void *made = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)path;
	return mprotect(made, 4096, PROT_READ | PROT_EXEC);
}

static long try_dumpable(const char *path)
{
	(void)path;
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long try_io_uring(const char *path)
{
	char setup[256] = { 0 };

	(void)path;
	return syscall(__NR_io_uring_setup, 1, setup);
}

static long try_bpf(const char *path)
{
	(void)path;
	return syscall(__NR_bpf, 0, NULL, 0);
}

static long try_mount(const char *path)
{
	return syscall(__NR_mount, "none", path, "tmpfs", 0, NULL);
}

static long try_unshare(const char *path)
{
	(void)path;
	return unshare(CLONE_NEWUSER);
}

static long try_limit(const char *path)
{
	static const struct rlimit none = { 0, 0 };

	(void)path;
	return prlimit(getppid(), RLIMIT_CORE, &none, NULL);
}

static const struct {
	const char *word;
	attempt *attempt;
} attempts[] = {
	{ "read", try_read },         { "write", try_write },
	{ "make", try_make },         { "temporary", try_temporary },
	{ "list", try_list },         { "truncate", try_truncate },
	{ "unlink", try_unlink },     { "rename", try_rename },
	{ "link", try_link },         { "symlink", try_symlink },
	{ "mkdir", try_mkdir },       { "chmod", try_chmod },
	{ "execve", try_execve },     { "fork", try_fork },
	{ "socket", try_socket },     { "unix", try_unix },
	{ "pair", try_pair },         { "connect", try_connect },
	{ "ptrace", try_ptrace },     { "traceme", try_traceme },
	{ "memory", try_memory },     { "kill", try_kill },
	{ "owner", try_owner },       { "owner-ex", try_owner_ex },
	{ "signal", try_signal },     { "async", try_async },
	{ "lease", try_lease },       { "flags", try_flags },
	{ "mmap", try_mmap },         { "mprotect", try_mprotect },
	{ "dumpable", try_dumpable }, { "io-uring", try_io_uring },
	{ "bpf", try_bpf },           { "mount", try_mount },
	{ "unshare", try_unshare },   { "limit", try_limit },
	{ "times", try_times },
};

static void wait_for_body(const struct request *request)
{
	char byte;

	(void)request->stream->read(request->stream->context, &byte, 1);
}

static void inside_handle(struct service *service,
			  const struct request *request)
{
	static const char before[] = "/inside/";
	char word[64], path[4096], answer[256];
	size_t length = sizeof(before) - 1;
	long result;

	if (request->path.length <= length ||
	    memcmp(request->path.data, before, length) != 0) {
		router_handle(service, request);
		return;
	}
	(void)snprintf(word, sizeof(word), "%.*s",
		       (int)(request->path.length - length),
		       request->path.data + length);
	(void)snprintf(path, sizeof(path), "%.*s", (int)request->query.length,
		       request->query.data ? request->query.data : "");
	if (strncmp(path, "path=", 5) == 0)
		memmove(path, path + 5, strlen(path + 5) + 1);
	(void)snprintf(answer, sizeof(answer), "no attempt %s", word);
	if (strcmp(word, "wait") == 0)
		wait_for_body(request);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		if (strcmp(word, attempts[i].word) != 0)
			continue;
		errno = 0;
		result = attempts[i].attempt(path);
		(void)snprintf(answer, sizeof(answer), "%s",
			       result >= 0 ? "ok" : strerror(errno));
	}
	request_refuse(request, 200, answer);
}
