/*
 * generate PROCESSOR - print lib/confine/filter_data.c: the filters of filter.h
 * for this kind of processor, in libseccomp's words.
 *
 * This runs while Mintage is built, on the machine that builds. Without
 * libseccomp (HAVE_SECCOMP) the filters are empty.
 */
#include <stdio.h>

#ifdef HAVE_SECCOMP

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- what a responder may call -------------------------------------------- */

/* Names that a processor or this libseccomp does not know are left out. What
 * one function of the C library calls differs between its versions, and between
 * processors: hence several names for one thing. */
static const char *const service_calls[] = {
	/* what is open */
	"read", "readv", "pread64", "preadv", "write", "writev", "pwrite64",
	"pwritev", "lseek", "_llseek", "close", "close_range", "dup", "flock",
	"fsync", "fdatasync", "fallocate", "ftruncate", "ftruncate64", "fchown",
	"fchown32", "fstat", "fstat64", "fstatfs", "fstatfs64", "getdents",
	"getdents64",
	/* what Landlock lets it open, make, rename and remove */
	"open", "openat", "stat", "stat64", "lstat", "lstat64", "newfstatat",
	"fstatat64", "statx", "access", "faccessat", "faccessat2", "readlink",
	"readlinkat", "getcwd", "unlink", "unlinkat", "rename", "renameat",
	"renameat2",
	/* connections that it was given or accepts */
	"accept", "accept4", "recv", "recvfrom", "recvmsg", "send", "sendto",
	"sendmsg", "shutdown", "getsockname", "getpeername", "getsockopt",
	"setsockopt", "poll", "ppoll", "ppoll_time64",
	/* memory; that with PROT_EXEC is not among it, see add_memory */
	"brk", "munmap", "mremap", "madvise", "msync", "mlock", "mlock2",
	"munlock",
	/* time, signals, locks, random numbers */
	"clock_gettime", "clock_gettime64", "clock_getres",
	"clock_getres_time64", "gettimeofday", "time", "nanosleep",
	"clock_nanosleep", "clock_nanosleep_time64", "setitimer", "getitimer",
	"rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigreturn",
	"sigreturn", "sigaltstack", "restart_syscall", "futex", "futex_time64",
	"set_robust_list", "get_robust_list", "rseq", "sched_yield",
	"getrandom",
	/* who and where it is, and its end */
	"getpid", "gettid", "getppid", "getuid", "getuid32", "geteuid",
	"geteuid32", "getgid", "getgid32", "getegid", "getegid32", "uname",
	"sysinfo", "getrlimit", "ugetrlimit", "setrlimit", "wait4", "waitpid",
	"waitid", "exit", "exit_group"
};

/* What it may have fcntl do, by number, because Linux gives some of them other
 * names where off_t is longer than long. The processors for which filters are
 * made have the same numbers. Not among them are F_SETOWN, F_SETSIG and their
 * kin, by which a file's owner is sent signals: any process of this user. */
static const uint64_t fcntl_commands[] = {
	0,    /* F_DUPFD */
	1,    /* F_GETFD */
	2,    /* F_SETFD */
	3,    /* F_GETFL */
	5,    /* F_GETLK */
	6,    /* F_SETLK */
	7,    /* F_SETLKW */
	12,   /* F_GETLK64 */
	13,   /* F_SETLK64 */
	14,   /* F_SETLKW64 */
	36,   /* F_OFD_GETLK */
	37,   /* F_OFD_SETLK */
	38,   /* F_OFD_SETLKW */
	1030, /* F_DUPFD_CLOEXEC */
};

/* ---- what a command that needs no network may not call -------------------- */

static const char *const offline_denied[] = { "execve",
					      "execveat",
					      "ptrace",
					      "process_vm_readv",
					      "process_vm_writev",
					      "process_madvise",
					      "pidfd_getfd",
					      "kcmp",
					      "io_uring_setup",
					      "io_uring_enter",
					      "io_uring_register",
					      "bpf",
					      "perf_event_open",
					      "userfaultfd",
					      "mount",
					      "umount",
					      "umount2",
					      "move_mount",
					      "open_tree",
					      "fsopen",
					      "fsmount",
					      "fspick",
					      "fsconfig",
					      "mount_setattr",
					      "pivot_root",
					      "chroot",
					      "setns",
					      "unshare",
					      "add_key",
					      "keyctl",
					      "request_key",
					      "init_module",
					      "finit_module",
					      "delete_module",
					      "kexec_load",
					      "kexec_file_load",
					      "reboot",
					      "swapon",
					      "swapoff",
					      "quotactl",
					      "acct",
					      "settimeofday",
					      "clock_settime",
					      "clock_settime64",
					      "adjtimex",
					      "clock_adjtime",
					      "clock_adjtime64" };

/* ---- making them ---------------------------------------------------------- */

static void fail(const char *what, int error)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(error));
	exit(1);
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define ERRNO(number) SCMP_ACT_ERRNO((uint32_t)(number))

static void add_call(scmp_filter_ctx filter, uint32_t action, const char *name,
		     unsigned count, const struct scmp_arg_cmp *conditions)
{
	int number = seccomp_syscall_resolve_name(name);
	int result;

	if (number == __NR_SCMP_ERROR)
		return;
	result = seccomp_rule_add_array(filter, action, number, count,
					conditions);
	/* EDOM: this processor has no such call. */
	if (result != 0 && result != -EDOM)
		fail(name, -result);
}

static void add_all(scmp_filter_ctx filter, uint32_t action,
		    const char *const list[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_call(filter, action, list[i], 0, NULL);
}

/* Memory, but none from which code could be run. A processor that has mmap2
 * also has an mmap whose arguments lie in memory (32-bit x86), where a filter
 * can't see them, or has none. The C library calls mmap2 there. */
static void add_memory(scmp_filter_ctx filter, uint32_t processor)
{
	const struct scmp_arg_cmp no_code =
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int mmap2 = seccomp_syscall_resolve_name_arch(processor, "mmap2");

	add_call(filter, SCMP_ACT_ALLOW, mmap2 >= 0 ? "mmap2" : "mmap", 1,
		 &no_code);
	add_call(filter, SCMP_ACT_ALLOW, "mprotect", 1, &no_code);
}

static void add_fcntl(scmp_filter_ctx filter, const char *name)
{
	const struct scmp_arg_cmp flags[] = {
		SCMP_A1(SCMP_CMP_EQ, F_SETFL, 0),
		SCMP_A2(SCMP_CMP_MASKED_EQ, O_ASYNC, 0),
	};

	for (size_t i = 0; i < COUNT(fcntl_commands); i++) {
		const struct scmp_arg_cmp command =
			SCMP_A1(SCMP_CMP_EQ, fcntl_commands[i], 0);

		add_call(filter, SCMP_ACT_ALLOW, name, 1, &command);
	}
	/* Signals are not switched on, either. */
	add_call(filter, SCMP_ACT_ALLOW, name, COUNT(flags), flags);
}

/* It may change the times of what it has open. Landlock does not see such
 * calls, so none that names a path is allowed. */
static void add_times(scmp_filter_ctx filter, const char *name)
{
	const struct scmp_arg_cmp no_path = SCMP_A1(SCMP_CMP_EQ, 0, 0);

	add_call(filter, SCMP_ACT_ALLOW, name, 1, &no_path);
}

/* Landlock's three calls, so that a process which is confined by this filter
 * can still deny itself files. They are named by number, because older
 * libseccomps don't know their names. */
static void add_landlock(scmp_filter_ctx filter)
{
	for (int number = 444; number <= 446; number++) {
		int result =
			seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);

		if (result != 0)
			fail("landlock", -result);
	}
}

/* The process may change its own limits, but no other process's. */
static void add_limits(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp own = SCMP_A0(SCMP_CMP_EQ, 0, 0);

	add_call(filter, SCMP_ACT_ALLOW, "prlimit64", 1, &own);
}

static scmp_filter_ctx begin(uint32_t processor, uint32_t otherwise)
{
	scmp_filter_ctx filter = seccomp_init(otherwise);
	int result;

	if (!filter)
		fail("seccomp_init", ENOMEM);
	if (processor != seccomp_arch_native()) {
		result = seccomp_arch_remove(filter, SCMP_ARCH_NATIVE);
		if (result == 0)
			result = seccomp_arch_add(filter, processor);
		if (result != 0)
			fail("seccomp_arch_add", -result);
	}
	/* A call by another processor's convention, such as one of 32 bits, is
	 * denied, too. */
	result =
		seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, ERRNO(EPERM));
	/* A search by halves instead of one call after the other. */
	if (result == 0)
		result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (result != 0)
		fail("seccomp_attr_set", -result);
	return filter;
}

static scmp_filter_ctx make_service(uint32_t processor)
{
	scmp_filter_ctx filter = begin(processor, ERRNO(EPERM));

	add_all(filter, SCMP_ACT_ALLOW, service_calls, COUNT(service_calls));
	add_fcntl(filter, "fcntl");
	add_fcntl(filter, "fcntl64");
	add_times(filter, "utimensat");
	add_times(filter, "utimensat_time64");
	add_memory(filter, processor);
	add_limits(filter);
	add_landlock(filter);
	return filter;
}

static scmp_filter_ctx make_offline(uint32_t processor)
{
	const struct scmp_arg_cmp not_local = SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0);
	scmp_filter_ctx filter = begin(processor, SCMP_ACT_ALLOW);

	add_all(filter, ERRNO(EPERM), offline_denied, COUNT(offline_denied));
	add_call(filter, ERRNO(EPERM), "socket", 1, &not_local);
	return filter;
}

/* ---- printing them -------------------------------------------------------- */

static void print_code(scmp_filter_ctx filter, const char *name)
{
	FILE *file = tmpfile();
	struct sock_filter line;
	int result;

	if (!file)
		fail("tmpfile", errno);
	result = seccomp_export_bpf(filter, fileno(file));
	if (result != 0)
		fail("seccomp_export_bpf", -result);
	rewind(file);
	printf("static const struct sock_filter %s[] = {\n", name);
	while (fread(&line, sizeof(line), 1, file) == 1)
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", line.code, line.jt,
		       line.jf, line.k);
	printf("};\n"
	       "_Static_assert(sizeof(%s) / sizeof(%s[0]) <= FILTER_DATA_MAX,\n"
	       "\t       \"a filter is too long\");\n\n",
	       name, name);
	fclose(file);
	seccomp_release(filter);
}

static int print(const char *processor)
{
	uint32_t number = seccomp_arch_resolve_name(processor);

	if (number == 0) {
		fprintf(stderr, "generate: libseccomp does not know %s\n",
			processor);
		return 1;
	}
	print_code(make_service(number), "service");
	print_code(make_offline(number), "offline");
	puts("const struct filter_data filter_data[] = {\n"
	     "\t{ service, sizeof(service) / sizeof(service[0]) },\n"
	     "\t{ offline, sizeof(offline) / sizeof(offline[0]) },\n"
	     "};");
	return 0;
}

#else

static int print(const char *processor)
{
	(void)processor;
	puts("const struct filter_data filter_data[] = { { 0, 0 }, { 0, 0 } };");
	return 0;
}

#endif

int main(int argc, char **argv)
{
	int result;

	puts("/* Made by lib/confine/generate.c; edit that instead. */\n"
	     "#include \"lib/confine/filter_data.h\"\n");
	result = print(argc > 1 ? argv[1] : "");
	/* On a full disk, make must not take a part of the file for all. */
	return fflush(stdout) != 0 || ferror(stdout) ? 1 : result;
}
