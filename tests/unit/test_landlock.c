/*
 * landlock: what each version of the kernel is asked to deny, what a rule
 * allows, and what is denied in earnest, in a process of its own.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/confine/privileges.h"

static long called(long number, ...);

#define syscall called
#include "lib/confine/landlock.c"
#undef syscall

/* The kernel as the tests want it. */
static struct {
	bool is_real;
	long version;
	int failure; /* of the call with this number, */
	long fails;
	bool tells_version; /* but it still tells its version */
	/* what it was asked for */
	struct ruleset denied;
	size_t size;
	struct rule rule;
} kernel;

static long ask_kernel(long number, va_list list)
{
	const void *first = NULL;

	if (number == __NR_landlock_create_ruleset)
		first = va_arg(list, const void *);
	if (number == kernel.fails && (first || !kernel.tells_version)) {
		errno = kernel.failure;
		return -1;
	}
	if (number == __NR_landlock_create_ruleset) {
		kernel.size = va_arg(list, size_t);
		if (!first)
			return kernel.version;
		kernel.denied = (struct ruleset){ 0, 0, 0 };
		memcpy(&kernel.denied, first, kernel.size);
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	if (number == __NR_landlock_add_rule) {
		(void)va_arg(list, int);
		assert_int_equal(va_arg(list, int), RULE_PATH);
		kernel.rule = *va_arg(list, const struct rule *);
	}
	return 0;
}

static long called(long number, ...)
{
	va_list list;
	long result, a[4];

	va_start(list, number);
	if (!kernel.is_real) {
		result = ask_kernel(number, list);
	} else {
		for (int i = 0; i < 4; i++)
			a[i] = va_arg(list, long);
		result = syscall(number, a[0], a[1], a[2], a[3]);
	}
	va_end(list);
	return result;
}

static void pretend(long version)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.version = version;
	kernel.fails = -1;
}

static void refuse(long number, int failure)
{
	kernel.fails = number;
	kernel.failure = failure;
}

/* ---- what is denied ------------------------------------------------------- */

static void test_each_version(void **state)
{
	static const struct {
		int version;
		uint64_t files, network, scopes;
		size_t size;
	} rows[] = {
		{ 1, 0x1fff, 0, 0, 8 },  { 2, 0x3fff, 0, 0, 8 },
		{ 3, 0x7fff, 0, 0, 8 },  { 4, 0x7fff, 3, 0, 16 },
		{ 5, 0xffff, 3, 0, 16 }, { 6, 0xffff, 3, 3, 24 },
		{ 7, 0xffff, 3, 3, 24 }, { 99, 0xffff, 3, 3, 24 },
	};
	struct landlock landlock;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pretend(rows[i].version);
		assert_int_equal(landlock_abi(), rows[i].version);
		assert_int_equal(landlock_begin(&landlock), 0);
		assert_int_equal(landlock.abi, rows[i].version);
		assert_int_equal(landlock.files, rows[i].files);
		assert_int_equal(kernel.size, rows[i].size);
		assert_int_equal(kernel.denied.files, rows[i].files);
		assert_int_equal(kernel.denied.network, rows[i].network);
		assert_int_equal(kernel.denied.scopes, rows[i].scopes);
		landlock_end(&landlock);
		assert_int_equal(landlock.ruleset, -1);
		landlock_end(&landlock);
	}
}

static void test_a_kernel_without(void **state)
{
	static const long versions[] = { 0, -1 };
	struct landlock landlock;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		pretend(versions[i]);
		assert_int_equal(landlock_abi(), 0);
		assert_int_equal(landlock_begin(&landlock), ENOSYS);
		assert_int_equal(landlock.ruleset, -1);
	}
	refuse(__NR_landlock_create_ruleset, EOPNOTSUPP);
	assert_int_equal(landlock_abi(), 0);
	assert_int_equal(landlock_begin(&landlock), ENOSYS);
}

/* A kernel that has Landlock and refuses a ruleset, whatever its error, is not
 * taken for one without. */
static void test_no_ruleset(void **state)
{
	static const struct {
		int failure, result;
	} rows[] = {
		{ ENOSYS, EINVAL },
		{ EOPNOTSUPP, EOPNOTSUPP },
		{ EMFILE, EMFILE },
	};
	struct landlock landlock;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pretend(7);
		refuse(__NR_landlock_create_ruleset, rows[i].failure);
		kernel.tells_version = true;
		assert_int_equal(landlock_begin(&landlock), rows[i].result);
		assert_int_equal(landlock.ruleset, -1);
	}
}

/* ---- what is allowed ------------------------------------------------------ */

static void assert_allows(int version, const char *path, enum landlock_use use,
			  uint64_t allowed)
{
	struct landlock landlock;

	pretend(version);
	assert_int_equal(landlock_begin(&landlock), 0);
	assert_int_equal(landlock_allow(&landlock, path, use), 0);
	assert_int_equal(kernel.rule.allowed, allowed);
	landlock_end(&landlock);
}

static void test_rules(void **state)
{
	(void)state;
	assert_allows(7, "/", LANDLOCK_READ, FILE_READ);
	assert_allows(7, "/", LANDLOCK_KEEP,
		      FILE_WRITE | FILE_READ | FOLDER_READ | FILE_REMOVE |
			      FILE_MAKE | FILE_CUT);
	/* What the kernel can't deny, it would not take as allowed. */
	assert_allows(2, "/", LANDLOCK_KEEP,
		      FILE_WRITE | FILE_READ | FOLDER_READ | FILE_REMOVE |
			      FILE_MAKE);
	assert_allows(7, "/dev/null", LANDLOCK_READ, FILE_READ);
	assert_allows(7, "/dev/null", LANDLOCK_KEEP, OF_A_FILE);
	assert_allows(1, "/dev/null", LANDLOCK_KEEP, FILE_WRITE | FILE_READ);
}

static void test_refusals(void **state)
{
	struct landlock landlock;

	(void)state;
	pretend(7);
	assert_int_equal(landlock_begin(&landlock), 0);
	assert_int_equal(landlock_allow(&landlock, "/none", LANDLOCK_KEEP),
			 ENOENT);
	assert_int_equal(landlock_allow(&landlock, "/dev/null/a",
					LANDLOCK_READ),
			 ENOTDIR);
	refuse(__NR_landlock_add_rule, EBADFD);
	assert_int_equal(landlock_allow(&landlock, "/", LANDLOCK_KEEP), 0);
	refuse(__NR_landlock_add_rule, ENOMEM);
	assert_int_equal(landlock_allow(&landlock, "/", LANDLOCK_KEEP), ENOMEM);
	refuse(__NR_landlock_restrict_self, E2BIG);
	assert_int_equal(landlock_enter(&landlock), E2BIG);
	landlock_end(&landlock);
}

/* ---- in earnest ----------------------------------------------------------- */

/* Two folders, each with a file; removed by the test. */
static char kept[] = "/tmp/mintage-kept-XXXXXX";
static char read_only[] = "/tmp/mintage-read-XXXXXX";
static char kept_file[64], read_file[64];

static int error_of(int file)
{
	if (file < 0)
		return errno;
	(void)close(file);
	return 0;
}

static void make_file(char path[64], const char *folder)
{
	snprintf(path, 64, "%s/file", folder);
	assert_int_equal(error_of(open(path, O_CREAT | O_WRONLY, 0600)), 0);
}

/* The number of what is not as it should be, or 0. */
static int what_is_wrong(void)
{
	struct landlock landlock;

	kernel.is_real = true;
	if (privileges_renounce() != 0 || landlock_begin(&landlock) != 0 ||
	    landlock_allow(&landlock, kept, LANDLOCK_KEEP) != 0 ||
	    landlock_allow(&landlock, read_only, LANDLOCK_READ) != 0 ||
	    landlock_enter(&landlock) != 0)
		return 1;
	landlock_end(&landlock);
	if (error_of(open(kept_file, O_RDWR)) != 0)
		return 2;
	if (error_of(open(read_file, O_RDONLY)) != 0)
		return 3;
	if (error_of(open(read_file, O_RDWR)) != EACCES)
		return 4;
	if (error_of(open(read_only, O_RDONLY | O_DIRECTORY)) != EACCES)
		return 5;
	if (error_of(open("/etc/passwd", O_RDONLY)) != EACCES)
		return 6;
	if (unlink(read_file) == 0 || errno != EACCES)
		return 7;
	return unlink(kept_file) != 0 ? 8 : 0;
}

static void test_in_earnest(void **state)
{
	int status = -1;
	pid_t child;

	(void)state;
	kernel.is_real = true;
	if (landlock_abi() == 0)
		skip();
	assert_non_null(mkdtemp(kept));
	assert_non_null(mkdtemp(read_only));
	make_file(kept_file, kept);
	make_file(read_file, read_only);
	child = fork();
	if (child == 0)
		_exit(what_is_wrong());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(unlink(read_file), 0);
	assert_int_equal(rmdir(kept), 0);
	assert_int_equal(rmdir(read_only), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_version),
		cmocka_unit_test(test_a_kernel_without),
		cmocka_unit_test(test_no_ruleset),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_in_earnest),
	};

	return UNIT_RUN(tests);
}
