/* Calls of the system that fail when they are told to, a row for each. The
 * compiler's checked versions (_chk, _2) are rows of their own. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"

#define CALLER __builtin_return_address(0)
#define REAL(name)                                                 \
	do                                                         \
		if (!real)                                         \
			*(void **)&real = dlsym(RTLD_NEXT, #name); \
	while (0)

/* A call that fails with `bad` and errno. */
#define FAILS(kind, type, name, bad, parameters, arguments) \
	type name parameters                                \
	{                                                   \
		static type(*real) parameters;              \
                                                            \
		if (faults_hit(kind, CALLER))               \
			return bad;                         \
		REAL(name);                                 \
		return real arguments;                      \
	}

/* A call that moves `size` bytes, or fewer, or fails. */
#define MOVES(kind, name, parameters, arguments)            \
	ssize_t name parameters                             \
	{                                                   \
		static ssize_t(*real) parameters;           \
                                                            \
		if (faults_hit(kind, CALLER)) {             \
			long long part = faults_part(size); \
                                                            \
			if (part <= 0)                      \
				return (ssize_t)part;       \
			size = (size_t)part;                \
		}                                           \
		REAL(name);                                 \
		return real arguments;                      \
	}

MOVES(KIND_READ, read, (int file, void *data, size_t size), (file, data, size))
MOVES(KIND_READ, __read_chk, (int file, void *data, size_t size, size_t most),
      (file, data, size, most))
MOVES(KIND_READ, pread, (int file, void *data, size_t size, off_t at),
      (file, data, size, at))
MOVES(KIND_READ, pread64, (int file, void *data, size_t size, off64_t at),
      (file, data, size, at))
MOVES(KIND_READ, __pread_chk,
      (int file, void *data, size_t size, off_t at, size_t most),
      (file, data, size, at, most))
MOVES(KIND_READ, __pread64_chk,
      (int file, void *data, size_t size, off64_t at, size_t most),
      (file, data, size, at, most))
MOVES(KIND_READ, recv, (int file, void *data, size_t size, int flags),
      (file, data, size, flags))
MOVES(KIND_READ, __recv_chk,
      (int file, void *data, size_t size, size_t most, int flags),
      (file, data, size, most, flags))
MOVES(KIND_WRITE, write, (int file, const void *data, size_t size),
      (file, data, size))
MOVES(KIND_WRITE, pwrite, (int file, const void *data, size_t size, off_t at),
      (file, data, size, at))
MOVES(KIND_WRITE, pwrite64,
      (int file, const void *data, size_t size, off64_t at),
      (file, data, size, at))
MOVES(KIND_WRITE, send, (int file, const void *data, size_t size, int flags),
      (file, data, size, flags))
MOVES(KIND_RANDOM, getrandom, (void *data, size_t size, unsigned flags),
      (data, size, flags))
FAILS(KIND_RANDOM, int, getentropy, -1, (void *data, size_t size), (data, size))

/* glibc ends the process where memory runs out within getpwuid (nss_database.c).
 * So this call fails as a whole, and no call that it makes does. */
struct passwd *getpwuid(uid_t user)
{
	static struct passwd *(*real)(uid_t);
	struct passwd *found;

	if (faults_hit(KIND_OPEN, CALLER))
		return NULL;
	REAL(getpwuid);
	faults_pause(true);
	found = real(user);
	faults_pause(false);
	return found;
}

/* ---- several pieces ------------------------------------------------------- */

/* The pieces up to so many bytes, of which a part is left over. */
static int cut(struct iovec *out, const struct iovec *in, int count,
	       long long part)
{
	int number = 0;

	for (; number < count && number < 64 && part > 0; number++) {
		out[number] = in[number];
		if ((long long)out[number].iov_len > part)
			out[number].iov_len = (size_t)part;
		part -= (long long)out[number].iov_len;
	}
	return number;
}

static size_t whole(const struct iovec *pieces, int count)
{
	size_t size = 0;

	for (int i = 0; i < count; i++)
		size += pieces[i].iov_len;
	return size;
}

#define VECTOR(kind, name)                                                  \
	ssize_t name(int file, const struct iovec *pieces, int count)       \
	{                                                                   \
		static ssize_t (*real)(int, const struct iovec *, int);     \
		struct iovec shorter[64];                                   \
                                                                            \
		if (faults_hit(kind, CALLER)) {                             \
			long long part = faults_part(whole(pieces, count)); \
                                                                            \
			if (part <= 0)                                      \
				return (ssize_t)part;                       \
			count = cut(shorter, pieces, count, part);          \
			pieces = shorter;                                   \
		}                                                           \
		REAL(name);                                                 \
		return real(file, pieces, count);                           \
	}

VECTOR(KIND_READ, readv)
VECTOR(KIND_WRITE, writev)

#define MESSAGE(kind, name, type)                                            \
	ssize_t name(int file, type *message, int flags)                     \
	{                                                                    \
		static ssize_t (*real)(int, type *, int);                    \
		struct iovec shorter[64];                                    \
		struct msghdr copy = *message;                               \
                                                                             \
		REAL(name);                                                  \
		if (faults_hit(kind, CALLER)) {                              \
			long long part = faults_part(                        \
				whole(copy.msg_iov, (int)copy.msg_iovlen));  \
                                                                             \
			if (part <= 0)                                       \
				return (ssize_t)part;                        \
			copy.msg_iovlen = (size_t)cut(shorter, copy.msg_iov, \
						      (int)copy.msg_iovlen,  \
						      part);                 \
			copy.msg_iov = shorter;                              \
			return real(file, &copy, flags);                     \
		}                                                            \
		return real(file, message, flags);                           \
	}

MESSAGE(KIND_READ, recvmsg, struct msghdr)
MESSAGE(KIND_WRITE, sendmsg, const struct msghdr)

/* ---- files ---------------------------------------------------------------- */

#define MODE(mode, flags)                            \
	do {                                         \
		va_list more;                        \
                                                     \
		va_start(more, flags);               \
		if ((flags) & (O_CREAT | O_TMPFILE)) \
			mode = va_arg(more, mode_t); \
		va_end(more);                        \
	} while (0)

#define OPENS(name)                                         \
	int name(const char *path, int flags, ...)          \
	{                                                   \
		static int (*real)(const char *, int, ...); \
		mode_t mode = 0;                            \
                                                            \
		MODE(mode, flags);                          \
		if (faults_hit(KIND_OPEN, CALLER))          \
			return -1;                          \
		REAL(name);                                 \
		return real(path, flags, mode);             \
	}

OPENS(open)
OPENS(open64)

#define OPENS_AT(name)                                           \
	int name(int folder, const char *path, int flags, ...)   \
	{                                                        \
		static int (*real)(int, const char *, int, ...); \
		mode_t mode = 0;                                 \
                                                                 \
		MODE(mode, flags);                               \
		if (faults_hit(KIND_OPEN, CALLER))               \
			return -1;                               \
		REAL(name);                                      \
		return real(folder, path, flags, mode);          \
	}

OPENS_AT(openat)
OPENS_AT(openat64)

FAILS(KIND_OPEN, int, __open_2, -1, (const char *path, int flags),
      (path, flags))
FAILS(KIND_OPEN, int, __open64_2, -1, (const char *path, int flags),
      (path, flags))
FAILS(KIND_OPEN, int, __openat_2, -1, (int folder, const char *path, int flags),
      (folder, path, flags))
FAILS(KIND_OPEN, int, __openat64_2, -1,
      (int folder, const char *path, int flags), (folder, path, flags))
FAILS(KIND_OPEN, int, mkostemp, -1, (char *path, int flags), (path, flags))
FAILS(KIND_OPEN, int, mkostemp64, -1, (char *path, int flags), (path, flags))
FAILS(KIND_OPEN, int, mkstemp, -1, (char *path), (path))
FAILS(KIND_OPEN, int, mkstemp64, -1, (char *path), (path))
FAILS(KIND_OPEN, DIR *, opendir, NULL, (const char *path), (path))
FAILS(KIND_OPEN, DIR *, fdopendir, NULL, (int file), (file))

FAILS(KIND_MAP, void *, mmap, MAP_FAILED,
      (void *at, size_t size, int may, int flags, int file, off_t from),
      (at, size, may, flags, file, from))
FAILS(KIND_MAP, void *, mmap64, MAP_FAILED,
      (void *at, size_t size, int may, int flags, int file, off64_t from),
      (at, size, may, flags, file, from))
FAILS(KIND_MAP, int, mlock, -1, (const void *at, size_t size), (at, size))
FAILS(KIND_MAP, int, mlock2, -1, (const void *at, size_t size, unsigned flags),
      (at, size, flags))
FAILS(KIND_MAP, int, madvise, -1, (void *at, size_t size, int advice),
      (at, size, advice))
FAILS(KIND_MAP, int, mprotect, -1, (void *at, size_t size, int may),
      (at, size, may))
FAILS(KIND_MAP, int, memfd_create, -1, (const char *name, unsigned flags),
      (name, flags))

FAILS(KIND_SYNC, int, fsync, -1, (int file), (file))
FAILS(KIND_SYNC, int, fdatasync, -1, (int file), (file))
FAILS(KIND_SYNC, int, msync, -1, (void *at, size_t size, int flags),
      (at, size, flags))

FAILS(KIND_NAME, int, rename, -1, (const char *from, const char *to),
      (from, to))
FAILS(KIND_NAME, int, renameat, -1,
      (int here, const char *from, int there, const char *to),
      (here, from, there, to))
FAILS(KIND_NAME, int, renameat2, -1,
      (int here, const char *from, int there, const char *to, unsigned flags),
      (here, from, there, to, flags))
FAILS(KIND_NAME, int, link, -1, (const char *from, const char *to), (from, to))
FAILS(KIND_NAME, int, linkat, -1,
      (int here, const char *from, int there, const char *to, int flags),
      (here, from, there, to, flags))
FAILS(KIND_NAME, int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
FAILS(KIND_UNLINK, int, unlink, -1, (const char *path), (path))
FAILS(KIND_UNLINK, int, unlinkat, -1, (int folder, const char *path, int flags),
      (folder, path, flags))

FAILS(KIND_SIZE, int, ftruncate, -1, (int file, off_t size), (file, size))
FAILS(KIND_SIZE, int, ftruncate64, -1, (int file, off64_t size), (file, size))
FAILS(KIND_SIZE, int, fallocate, -1,
      (int file, int mode, off_t from, off_t size), (file, mode, from, size))
FAILS(KIND_SIZE, int, fallocate64, -1,
      (int file, int mode, off64_t from, off64_t size),
      (file, mode, from, size))
FAILS(KIND_SIZE, int, posix_fallocate, errno,
      (int file, off_t from, off_t size), (file, from, size))
FAILS(KIND_SIZE, int, posix_fallocate64, errno,
      (int file, off64_t from, off64_t size), (file, from, size))

FAILS(KIND_STAT, int, stat, -1,
      (const char *restrict path, struct stat *restrict found), (path, found))
FAILS(KIND_STAT, int, stat64, -1,
      (const char *restrict path, struct stat64 *restrict found), (path, found))
FAILS(KIND_STAT, int, lstat, -1,
      (const char *restrict path, struct stat *restrict found), (path, found))
FAILS(KIND_STAT, int, lstat64, -1,
      (const char *restrict path, struct stat64 *restrict found), (path, found))
FAILS(KIND_STAT, int, fstat, -1, (int file, struct stat *found), (file, found))
FAILS(KIND_STAT, int, fstat64, -1, (int file, struct stat64 *found),
      (file, found))
FAILS(KIND_STAT, int, access, -1, (const char *path, int how), (path, how))
FAILS(KIND_STAT, char *, realpath, NULL,
      (const char *restrict path, char *restrict found), (path, found))

FAILS(KIND_STAT, ssize_t, readlink, -1,
      (const char *restrict path, char *restrict found, size_t size),
      (path, found, size))
FAILS(KIND_STAT, char *, getcwd, NULL, (char *path, size_t size), (path, size))

/* readdir can't give a part of what it should, so it fails instead. Without an
 * errno, NULL would mean the folder's end. */
struct dirent *readdir(DIR *folder)
{
	static struct dirent *(*real)(DIR *);

	if (faults_hit(KIND_READ, CALLER)) {
		if (faults_how() != HOW_ERROR)
			errno = EIO;
		return NULL;
	}
	REAL(readdir);
	return real(folder);
}

FAILS(KIND_OPEN, int, scandir, -1,
      (const char *restrict path, struct dirent ***restrict found,
       int (*wanted)(const struct dirent *),
       int (*order)(const struct dirent **, const struct dirent **)),
      (path, found, wanted, order))

FAILS(KIND_OWNER, int, chmod, -1, (const char *path, mode_t mode), (path, mode))
FAILS(KIND_OWNER, int, chown, -1, (const char *path, uid_t user, gid_t group),
      (path, user, group))
FAILS(KIND_OWNER, int, fchmod, -1, (int file, mode_t mode), (file, mode))
FAILS(KIND_OWNER, int, fchown, -1, (int file, uid_t user, gid_t group),
      (file, user, group))

/* A close that fails has closed the file, as on Linux. */
int close(int file)
{
	static int (*real)(int);
	bool hit = faults_hit(KIND_CLOSE, CALLER);
	int error = errno;
	int result;

	REAL(close);
	result = real(file);
	if (hit)
		errno = error;
	return hit ? -1 : result;
}

FAILS(KIND_LOCK, int, flock, -1, (int file, int how), (file, how))

static bool is_lock(int command)
{
	return command == F_SETLK || command == F_SETLKW ||
	       command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

#define CONTROLS(name)                                                    \
	int name(int file, int command, ...)                              \
	{                                                                 \
		static int (*real)(int, int, ...);                        \
		va_list more;                                             \
		void *argument;                                           \
                                                                          \
		va_start(more, command);                                  \
		argument = va_arg(more, void *);                          \
		va_end(more);                                             \
		if (faults_hit(is_lock(command) ? KIND_LOCK : KIND_FLAGS, \
			       CALLER))                                   \
			return -1;                                        \
		REAL(name);                                               \
		return real(file, command, argument);                     \
	}

CONTROLS(fcntl)
CONTROLS(fcntl64)

/* ---- sockets and processes ------------------------------------------------ */

FAILS(KIND_SOCKET, int, socket, -1, (int domain, int type, int protocol),
      (domain, type, protocol))
FAILS(KIND_SOCKET, int, socketpair, -1,
      (int domain, int type, int protocol, int pair[2]),
      (domain, type, protocol, pair))
FAILS(KIND_SOCKET, int, dup2, -1, (int file, int copy), (file, copy))
FAILS(KIND_SOCKET, int, pipe2, -1, (int pair[2], int flags), (pair, flags))

FAILS(KIND_SOCKET, int, connect, -1,
      (int file, const struct sockaddr *to, socklen_t size), (file, to, size))
FAILS(KIND_FLAGS, int, setsockopt, -1,
      (int file, int level, int name, const void *value, socklen_t size),
      (file, level, name, value, size))
FAILS(KIND_FLAGS, off_t, lseek, -1, (int file, off_t at, int from),
      (file, at, from))
FAILS(KIND_FLAGS, off64_t, lseek64, -1, (int file, off64_t at, int from),
      (file, at, from))
FAILS(KIND_FLAGS, int, getsockopt, -1,
      (int file, int level, int name, void *restrict value,
       socklen_t *restrict size),
      (file, level, name, value, size))
FAILS(KIND_ACCEPT, int, accept4, -1,
      (int file, struct sockaddr *restrict peer, socklen_t *restrict size,
       int flags),
      (file, peer, size, flags))
FAILS(KIND_FORK, pid_t, fork, -1, (void), ())
FAILS(KIND_FORK, int, posix_spawn, errno,
      (pid_t *restrict pid, const char *restrict path,
       const posix_spawn_file_actions_t *actions,
       const posix_spawnattr_t *restrict attributes,
       char *const *restrict arguments, char *const *restrict environment),
      (pid, path, actions, attributes, arguments, environment))
FAILS(KIND_FORK, int, pthread_create, errno,
      (pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
       void *(*start)(void *), void *restrict argument),
      (thread, attributes, start, argument))

/* What was not to end in time does not; a signal may come at any time. */
static int poll_part(bool has_limit)
{
	if (faults_how() == HOW_ZERO && has_limit)
		return 0;
	if (faults_how() == HOW_ZERO)
		errno = EINTR;
	return -1;
}

int poll(struct pollfd *files, nfds_t count, int milliseconds)
{
	static int (*real)(struct pollfd *, nfds_t, int);

	if (faults_hit(KIND_POLL, CALLER))
		return poll_part(milliseconds >= 0);
	REAL(poll);
	return real(files, count, milliseconds);
}

/* The responder waits on descriptor 0 for its next connection. */
int ppoll(struct pollfd *files, nfds_t count, const struct timespec *limit,
	  const sigset_t *mask)
{
	static int (*real)(struct pollfd *, nfds_t, const struct timespec *,
			   const sigset_t *);
	bool is_waiting = count > 0 && files[0].fd == 0;
	int result, error;

	if (faults_hit(KIND_POLL, CALLER))
		return poll_part(limit != NULL);
	REAL(ppoll);
	if (is_waiting)
		faults_wait(true);
	result = real(files, count, limit, mask);
	error = errno;
	if (is_waiting)
		faults_wait(false);
	errno = error;
	return result;
}

/* ---- confinement ----------------------------------------------------------- */

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_restrict_self 446
#endif

/* Neither what the kernel is asked about itself, which it never answers in
 * another way, nor a process's name is of the kind that fails. */
int prctl(int what, ...)
{
	static int (*real)(int, ...);
	bool confines = what == PR_SET_NO_NEW_PRIVS;
	unsigned long a[4];
	va_list more;
	int result;

	va_start(more, what);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(more, unsigned long);
	va_end(more);
	if (what == PR_SET_SECCOMP)
		confines = a[1] != 0;
	if (confines && faults_hit(KIND_CONFINE, CALLER))
		return -1;
	REAL(prctl);
	result = real(what, a[0], a[1], a[2], a[3]);
	if (confines && result == 0)
		faults_confine(what == PR_SET_SECCOMP ? CONFINED_CALLS :
							CONFINED_PRIVILEGES);
	return result;
}

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	bool confines = number >= __NR_landlock_create_ruleset &&
			number <= __NR_landlock_restrict_self;
	va_list more;
	long a[6], result;

	va_start(more, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(more, long);
	va_end(more);
	if (number == __NR_landlock_create_ruleset && a[0] == 0)
		confines = false;
	if (confines && faults_hit(KIND_CONFINE, CALLER))
		return -1;
	REAL(syscall);
	result = real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if (number == __NR_landlock_restrict_self && result == 0)
		faults_confine(CONFINED_FILES);
	return result;
}

/* ---- the clock ------------------------------------------------------------ */

int clock_gettime(clockid_t clock, struct timespec *now)
{
	bool is_kept = clock == CLOCK_REALTIME || clock == CLOCK_BOOTTIME;
	bool hit = is_kept && faults_hit(KIND_CLOCK, CALLER);
	static int (*real)(clockid_t, struct timespec *);
	int result;

	if (hit && faults_how() == HOW_ERROR)
		return -1;
	REAL(clock_gettime);
	result = real(clock, now);
	if (hit)
		now->tv_sec += faults_how() == HOW_BACK ? -3600 : 3600;
	return result;
}

time_t time(time_t *result)
{
	struct timespec now;
	time_t seconds = clock_gettime(CLOCK_REALTIME, &now) == 0 ? now.tv_sec :
								    -1;

	if (result)
		*result = seconds;
	return seconds;
}
