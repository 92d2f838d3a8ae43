/* ownership: which owners and modes are safe, on the whole way to a file. */
#include "unit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/ownership.h"

/* Every system has these users, each alone in a group of the same number. */
#define DAEMON 1
#define BIN 2

static char top[] = "/tmp/mintage-ownership-XXXXXX";
static char folder[64], file[96], text[512];
static struct problem problem;

static void make(uid_t owner)
{
	int descriptor;

	snprintf(folder, sizeof(folder), "%s/folder", top);
	snprintf(file, sizeof(file), "%s/file", folder);
	assert_int_equal(mkdir(folder, 0755), 0);
	descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(descriptor >= 0);
	close(descriptor);
	assert_int_equal(chmod(top, 0755), 0);
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(chmod(file, 0644), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(top, 0, 0), 0);
		assert_int_equal(chown(folder, owner, owner), 0);
		assert_int_equal(chown(file, owner, owner), 0);
	}
}

static void unmake(void)
{
	unlink(file);
	assert_int_equal(rmdir(folder), 0);
}

/* What is wrong with `path` for this user, or "". */
static const char *judge(const char *path, uid_t user, uid_t other)
{
	struct ownership ownership = { .user = user, .other = other };

	problem = (struct problem){ .error = ERROR_NONE };
	if (ownership_check(&ownership, path, &problem) == ERROR_NONE) {
		/* What was safe is so the second time. */
		assert_int_equal(ownership_check(&ownership, path, &problem),
				 ERROR_NONE);
		return "";
	}
	assert_int_equal(problem.error, ERROR_CONFIG);
	return problem.message;
}

static void assert_safe(const char *path, uid_t user, uid_t other)
{
	assert_string_equal(judge(path, user, other), "");
}

/* Refused because of `at`, as the rest says; %s there is `at` again. */
static void assert_unsafe(const char *path, uid_t user, uid_t other,
			  const char *at, const char *reason,
			  const char *command)
{
	snprintf(text, sizeof(text), "%s: %s; run: %s %s", at, reason, command,
		 at);
	assert_string_equal(judge(path, user, other), text);
}

/* ---- one after another ---------------------------------------------------- */

/* Ways below `top` that lead past one another, some of them not safe. */
static const char *const ways[] = {
	"folder",
	"folder/file",
	"folder/none",
	"folder/file/x",
	"folder2",
	"folder2/file",
	"good/file",
	"open",
	"open/file",
	"open2/file",
	"open/../file",
	"folder/../open2",
	"into/file",
	"into",
	"into/../open/",
	"away",
	"absolute",
	"folder/./..",
	"",
	"none/file",
	"folder//file",
	"open/../..",
	"../.",
	"open2/.",
	"open2/..",
	"sticky",
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

static void build_ways(void)
{
	static const char *const folders[] = { "folder2", "open", "open2",
					       "good" };
	char path[128], target[128];
	int descriptor;

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", top, folders[i]);
		assert_int_equal(mkdir(path, 0755), 0);
		assert_int_equal(chmod(path, i == 1 ? 0757 : 0755), 0);
		snprintf(path, sizeof(path), "%s/%s/file", top, folders[i]);
		descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		assert_true(descriptor >= 0);
		assert_int_equal(fchmod(descriptor, i == 2 ? 0646 : 0644), 0);
		close(descriptor);
	}
	snprintf(path, sizeof(path), "%s/into", top);
	assert_int_equal(symlink("folder", path), 0);
	snprintf(path, sizeof(path), "%s/absolute", top);
	snprintf(target, sizeof(target), "%s/open2/file", top);
	assert_int_equal(symlink(target, path), 0);
	snprintf(path, sizeof(path), "%s/sticky", top);
	assert_int_equal(symlink("/tmp", path), 0);
	snprintf(path, sizeof(path), "%s/away", top);
	assert_int_equal(symlink("/", path), 0);
}

static void raze_ways(void)
{
	static const char *const made[] = {
		"folder2/file", "open/file", "open2/file", "folder2",
		"open",         "open2",     "good/file",  "good",
		"into",         "away",      "absolute"
	};
	char path[128];

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, made[i]);
		assert_int_equal(remove(path), 0);
	}
}

/* What was judged before changes no verdict, whichever two ways it were. */
static void test_after_another(void **state)
{
	char path[WAYS][128], alone[WAYS][512];
	size_t safe = 0;

	(void)state;
	make(geteuid());
	build_ways();
	for (size_t i = 0; i < WAYS; i++) {
		snprintf(path[i], sizeof(path[i]), "%s/%s", top, ways[i]);
		snprintf(alone[i], sizeof(alone[i]), "%s",
			 judge(path[i], geteuid(), 0));
		safe += alone[i][0] == '\0';
	}
	/* "open" and what is below it, "open2/file" in two ways, and /tmp in
	 * three. */
	assert_int_equal(safe, WAYS - 9);
	for (size_t i = 0; i < WAYS * WAYS * WAYS; i++) {
		const size_t order[] = { i % WAYS, i / WAYS % WAYS,
					 i / WAYS / WAYS };
		struct ownership ownership = { .user = geteuid() };

		for (size_t j = 0; j < 3; j++) {
			problem = (struct problem){ .error = ERROR_NONE };
			assert_int_equal(
				ownership_check(&ownership, path[order[j]],
						&problem),
				alone[order[j]][0] ? ERROR_CONFIG : ERROR_NONE);
			assert_string_equal(problem.message, alone[order[j]]);
		}
	}
	raze_ways();
	unmake();
}

/* ---- modes: of whoever runs the test ------------------------------------- */

static void test_others_write(void **state)
{
	uid_t me = geteuid();

	(void)state;
	make(me);
	assert_safe(file, me, 0);
	assert_safe(folder, me, 0);
	assert_int_equal(chmod(file, 0646), 0);
	assert_unsafe(file, me, 0, file, "mode 0646 lets others write it",
		      "chmod o-w");
	assert_safe(folder, me, 0);
	assert_int_equal(chmod(file, 0400), 0);
	assert_int_equal(chmod(folder, 0757), 0);
	assert_unsafe(file, me, 0, folder, "mode 0757 lets others write in it",
		      "chmod o-w");
	assert_unsafe(folder, me, 0, folder,
		      "mode 0757 lets others write in it", "chmod o-w");
	/* What is missing could be made by others. */
	unlink(file);
	assert_unsafe(file, me, 0, folder, "mode 0757 lets others write in it",
		      "chmod o-w");
	assert_int_equal(chmod(folder, 0711), 0);
	assert_safe(file, me, 0);
	assert_int_equal(chmod(top, 0777), 0);
	assert_unsafe(file, me, 0, top, "mode 0777 lets others write in it",
		      "chmod o-w");
	assert_int_equal(chmod(top, 0700), 0);
	unmake();
}

/* /tmp is good to have files in, and not as the folder of templates. */
static void test_sticky(void **state)
{
	uid_t me = geteuid();

	(void)state;
	make(me);
	assert_safe(file, me, 0);
	/* Whether its group counts depends on whose test this is. */
	judge("/tmp", me, 0);
	assert_non_null(strstr(problem.message, "/tmp: mode 1777 lets "));
	unmake();
}

static void test_links(void **state)
{
	char link[128], loop[128];
	uid_t me = geteuid();

	(void)state;
	make(me);
	snprintf(link, sizeof(link), "%s/link", top);
	snprintf(loop, sizeof(loop), "%s/loop", top);
	assert_int_equal(symlink("folder/../folder/./file", link), 0);
	assert_int_equal(symlink("loop", loop), 0);
	assert_safe(link, me, 0);
	/* the file, its folder, and the folder of the link */
	assert_int_equal(chmod(file, 0666), 0);
	judge(link, me, 0);
	assert_non_null(strstr(problem.message, file));
	assert_int_equal(chmod(file, 0644), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_unsafe(link, me, 0, folder, "mode 0777 lets others write in it",
		      "chmod o-w");
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink(file, link), 0);
	assert_safe(link, me, 0);
	assert_int_equal(unlink(link), 0);
	/* A way through a file, to nothing, or without end. */
	snprintf(link, sizeof(link), "%s/more", file);
	assert_safe(link, me, 0);
	judge(loop, me, 0);
	assert_non_null(strstr(problem.message, "can't be examined"));
	unlink(loop);
	unmake();
}

static void test_relative(void **state)
{
	uid_t me = geteuid();

	(void)state;
	make(me);
	assert_int_equal(chdir(top), 0);
	assert_safe("folder/file", me, 0);
	assert_safe("./folder//../folder/file", me, 0);
	assert_int_equal(chmod(file, 0646), 0);
	assert_unsafe("folder/file", me, 0, file,
		      "mode 0646 lets others write it", "chmod o-w");
	assert_int_equal(chdir("/"), 0);
	assert_safe("", me, 0);
	unmake();
}

/* A log may be a pipe or a terminal. */
static void test_devices(void **state)
{
	uid_t me = geteuid();

	(void)state;
	assert_safe("/dev/null", me, 0);
	assert_safe("/dev/stderr", me, 0);
	assert_safe("/dev/tty", me, 0);
}

/* ---- owners and groups: only root can make these ------------------------- */

static bool needs_root(void)
{
	if (geteuid() != 0)
		print_message("# only root can give files away\n");
	return geteuid() != 0;
}

static void test_owner(void **state)
{
	(void)state;
	if (needs_root())
		return;
	make(DAEMON);
	assert_safe(file, DAEMON, 0);
	assert_safe(file, 0, DAEMON);
	assert_unsafe(file, 0, 0, folder,
		      "belongs to daemon, who could change what is in it",
		      "chown root");
	assert_unsafe(file, BIN, 0, folder,
		      "belongs to daemon, who could change what is in it",
		      "chown root");
	assert_int_equal(chown(folder, 0, 0), 0);
	assert_unsafe(file, BIN, 0, file,
		      "belongs to daemon, who could change it", "chown bin");
	assert_unsafe(file, 0, 0, file,
		      "belongs to daemon, who could change it", "chown root");
	/* One who has no name. */
	assert_int_equal(chown(file, 123456, 0), 0);
	assert_unsafe(file, DAEMON, 0, file,
		      "belongs to 123456, who could change it", "chown daemon");
	assert_int_equal(chown(file, 0, 0), 0);
	assert_safe(file, DAEMON, 0);
	unmake();
}

static void test_sticky_owner(void **state)
{
	char link[96];

	(void)state;
	if (needs_root())
		return;
	make(DAEMON);
	/* On the way only root's is good; and what is in it must be ours. */
	assert_int_equal(chmod(folder, 01777), 0);
	assert_unsafe(file, DAEMON, 0, folder,
		      "mode 1777 lets others write in it", "chmod o-w");
	assert_int_equal(chown(folder, 0, 0), 0);
	assert_safe(file, DAEMON, 0);
	assert_int_equal(chown(file, BIN, 0), 0);
	assert_unsafe(file, DAEMON, 0, file,
		      "belongs to bin, who could change it", "chown daemon");
	assert_unsafe(folder, DAEMON, 0, folder,
		      "mode 1777 lets others write in it", "chmod o-w");
	/* A stranger's link in it. */
	snprintf(link, sizeof(link), "%s/link", folder);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_safe(link, DAEMON, 0);
	assert_int_equal(lchown(link, BIN, 0), 0);
	assert_unsafe(link, DAEMON, 0, link,
		      "belongs to bin, who could change it", "chown -h daemon");
	unlink(link);
	unmake();
}

static void test_group(void **state)
{
	(void)state;
	if (needs_root())
		return;
	make(DAEMON);
	/* daemon is alone in its group, and bin in another. */
	assert_int_equal(chmod(file, 0664), 0);
	assert_int_equal(chmod(folder, 0775), 0);
	assert_safe(file, DAEMON, 0);
	assert_safe(file, 0, DAEMON);
	assert_int_equal(chown(file, DAEMON, BIN), 0);
	assert_unsafe(file, DAEMON, 0, file,
		      "mode 0664 lets its group write it", "chmod g-w");
	assert_safe(file, DAEMON, BIN);
	assert_int_equal(chmod(file, 0666), 0);
	assert_unsafe(file, DAEMON, 0, file,
		      "mode 0666 lets its group and others write it",
		      "chmod go-w");
	/* A group that nobody knows may have anybody in it. */
	assert_int_equal(chown(file, DAEMON, 123456), 0);
	assert_int_equal(chmod(file, 0664), 0);
	assert_unsafe(file, DAEMON, 0, file,
		      "mode 0664 lets its group write it", "chmod g-w");
	assert_int_equal(chown(folder, DAEMON, BIN), 0);
	assert_unsafe(file, DAEMON, 0, folder,
		      "mode 0775 lets its group write in it", "chmod g-w");
	assert_int_equal(chown(folder, DAEMON, 0), 0);
	assert_int_equal(chown(file, DAEMON, 0), 0);
	assert_safe(file, DAEMON, 0);
	unmake();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_after_another),
		cmocka_unit_test(test_others_write),
		cmocka_unit_test(test_sticky),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_relative),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_sticky_owner),
		cmocka_unit_test(test_group),
	};
	int failed;

	if (!mkdtemp(top))
		return 1;
	failed = UNIT_RUN(tests);
	(void)rmdir(top);
	return failed;
}
