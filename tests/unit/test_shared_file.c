/* shared_file: whose file is taken, and that nothing done to it does harm. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/folder.h"
#include "lib/base/shared_file.h"

#define NAME "numbers"
#define SIZE 16384
#define STRANGER 65534

static char folder[] = "/tmp/mintage-shared-XXXXXX";
static char path[64], other[64];

static int open_it(void)
{
	return shared_file_open(folder, NAME, SIZE, SHARED_FILE_MAKE);
}

static void assert_refused(int reason)
{
	errno = 0;
	assert_int_equal(open_it(), -1);
	assert_int_equal(errno, reason);
}

static void make(const char *name, mode_t mode)
{
	int file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(file >= 0);
	assert_int_equal(fchmod(file, mode), 0);
	close(file);
}

static void test_new(void **state)
{
	char data[8] = "aaaaaaa";
	struct stat found;
	int file;

	(void)state;
	assert_int_equal(
		shared_file_open(folder, NAME, SIZE, SHARED_FILE_LEAVE), -1);
	assert_int_equal(errno, ENOENT);
	file = open_it();
	assert_true(file >= 0);
	assert_int_equal(fstat(file, &found), 0);
	/* It is empty, and has its blocks. */
	assert_int_equal(found.st_size, 0);
	assert_int_equal(found.st_mode & 07777, 0600);
	assert_true(found.st_blocks * 512 >= SIZE);
	assert_int_equal(shared_file_read(file, data, sizeof(data)), 0);
	assert_memory_equal(data, "\0\0\0\0\0\0\0", 8);
	assert_true(shared_file_write(file, "1234567", 8));
	assert_int_equal(shared_file_read(file, data, sizeof(data)), 8);
	assert_string_equal(data, "1234567");
	assert_int_equal(truncate(path, 3), 0);
	assert_int_equal(shared_file_read(file, data, sizeof(data)), 3);
	assert_memory_equal(data, "123\0\0\0\0", 8);
	close(file);
	assert_int_equal(unlink(path), 0);
}

/* What is not a plain file of ours. */
static void test_traps(void **state)
{
	(void)state;
	make(other, 0600);
	assert_int_equal(symlink(other, path), 0);
	assert_refused(ELOOP);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("nothing", path), 0);
	assert_refused(ELOOP);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(link(other, path), 0);
	assert_refused(EPERM);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(EPERM);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused(EISDIR);
	assert_int_equal(rmdir(path), 0);
	make(path, 0620);
	assert_refused(EPERM);
	assert_int_equal(chmod(path, 0602), 0);
	assert_refused(EPERM);
	assert_int_equal(chmod(path, 0644), 0);
	close(open_it());
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(other), 0);
}

/* While somebody else removes and replaces the file, the one that is there is
 * opened, and none is taken for a stranger's. */
static void test_replaced(void **state)
{
	int opened = 0, refused = 0, status = 0;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		for (;;) {
			int file = open(other, O_WRONLY | O_CREAT, 0600);

			if (file < 0 || rename(other, path) != 0)
				_exit(1);
			close(file);
			(void)unlink(path);
		}
	}
	for (int i = 0; i < 20000; i++) {
		int file = open_it();

		if (file >= 0)
			opened += close(file) == 0;
		else
			refused += errno != ENOENT;
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)unlink(path);
	(void)unlink(other);
	/* The child went on until it was killed. */
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(refused, 0);
	/* How many of them fail with ENOENT, because the file was removed at
	 * each of the tries, depends on how the two processes take turns. */
	assert_true(opened > 0);
}

/* Root takes what belongs to the folder's owner, and gives away what it makes;
 * nobody takes the file of anybody else. */
static void test_owner(void **state)
{
	struct stat found;
	int file;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(folder, STRANGER, STRANGER), 0);
	file = open_it();
	assert_true(file >= 0);
	assert_int_equal(fstat(file, &found), 0);
	assert_int_equal(found.st_uid, STRANGER);
	assert_int_equal(found.st_gid, STRANGER);
	close(file);
	close(open_it());
	assert_int_equal(chown(path, STRANGER - 1, STRANGER), 0);
	assert_refused(EPERM);
	assert_int_equal(chown(path, 0, 0), 0);
	close(open_it());
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(seteuid(STRANGER), 0);
	assert_refused(EACCES);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(chown(folder, 0, 0), 0);
	assert_int_equal(unlink(path), 0);
}

static void test_lock(void **state)
{
	int one = open_it(), two = open_it();

	(void)state;
	assert_true(shared_file_lock(one, 0));
	assert_false(shared_file_lock(two, 0));
	assert_int_equal(errno, ETIMEDOUT);
	assert_false(shared_file_lock(two, 30));
	assert_int_equal(errno, ETIMEDOUT);
	if (fork() == 0) {
		/* The parent closes its copy, and this one is closed later. */
		usleep(20000);
		_exit(0);
	}
	close(one);
	assert_true(shared_file_lock(two, 10000));
	shared_file_unlock(two);
	assert_false(shared_file_lock(-1, 10));
	close(two);
	assert_true(wait(NULL) > 0);
	assert_int_equal(unlink(path), 0);
}

static void test_parts(void **state)
{
	int one = open_it(), two = open_it(), three = open_it();

	(void)state;
	assert_int_equal(shared_file_claim(one, 100), 0);
	assert_int_equal(shared_file_claim(two, 100), 1);
	close(one);
	assert_int_equal(shared_file_claim(three, 100), 0);
	close(two);
	close(three);
	assert_int_equal(shared_file_claim(-1, 100), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(unlink(path), 0);
}

/* A child with a full disk of its own; its status says what went wrong. */
static int on_full_disk(void)
{
	char page[4096] = "", filler[64];
	int file, first;

	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", folder, "tmpfs", 0, "size=64k") != 0)
		return 77;
	first = open_it();
	snprintf(filler, sizeof(filler), "%s/filler", folder);
	file = open(filler, O_WRONLY | O_CREAT, 0600);
	while (write(file, page, sizeof(page)) > 0)
		;
	/* Who came before the disk was full has the space. */
	if (first < 0 || !shared_file_write(first, page, sizeof(page)))
		return 1;
	if (shared_file_claim(first, SIZE) != 0 ||
	    shared_file_claim(open_it(), SIZE) != -1 || errno != ENOSPC)
		return 3;
	if (shared_file_open(folder, "late", SIZE, SHARED_FILE_MAKE) >= 0 ||
	    errno != ENOSPC)
		return 2;
	return 0;
}

static void test_full_disk(void **state)
{
	pid_t child;
	int status = 0;

	(void)state;
	if (geteuid() != 0)
		skip();
	child = fork();
	if (child == 0)
		_exit(on_full_disk());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_folder_of(void **state)
{
	char dst[8];

	(void)state;
	assert_true(folder_of("/a/b", dst, sizeof(dst)));
	assert_string_equal(dst, "/a");
	assert_true(folder_of("/a", dst, sizeof(dst)));
	assert_string_equal(dst, "/");
	assert_true(folder_of("a", dst, sizeof(dst)));
	assert_string_equal(dst, ".");
	assert_true(folder_of("./a", dst, sizeof(dst)));
	assert_string_equal(dst, ".");
	assert_false(folder_of("/too/long/a", dst, sizeof(dst)));
	assert_int_equal(errno, ENAMETOOLONG);
	assert_true(folder_sync(folder));
	assert_false(folder_sync("/nowhere/at/all"));
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_traps),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_folder_of),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/" NAME, folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	failed = UNIT_RUN(tests);
	return rmdir(folder) != 0 || failed;
}
