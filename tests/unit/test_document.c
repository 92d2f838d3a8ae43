/* document: a manifest at a prompt is what was checked, or it is said that it
 * was not. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file system whose files can't be mapped. */
static bool no_maps;

static void *map(void *at, size_t size, int how, int flags, int file,
		 off_t from)
{
	if (no_maps)
		errno = ENODEV;
	return no_maps ? MAP_FAILED : mmap(at, size, how, flags, file, from);
}

#define mmap map
#include "cgi/cli/document.c"
#undef mmap

static char folder[] = "/tmp/mintage-document-XXXXXX";
static char path[64];
static struct cli_document document;
static struct problem problem;

static void write_file(const char *text, mode_t mode)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(file >= 0);
	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(file, mode), 0);
	close(file);
}

static enum error open_document(const char *name, uint64_t max)
{
	cli_document_close(&document);
	cli_document_begin(&document);
	return cli_document_open(&document, name, max, &problem);
}

static void assert_text(const char *text)
{
	assert_int_equal(document.text.length, strlen(text));
	assert_memory_equal(document.text.data, text, strlen(text));
}

/* What nobody else can write is not copied. */
static void test_mapped(void **state)
{
	(void)state;
	write_file("public/a\n", 0644);
	assert_int_equal(open_document(path, 1), ERROR_NONE);
	assert_non_null(document.mapped);
	assert_text("public/a\n");
	assert_true(cli_document_is_steady(&document));
}

/* What can't be mapped is copied, too. */
static void test_not_mapped(void **state)
{
	(void)state;
	write_file("public/a\n", 0644);
	no_maps = true;
	assert_int_equal(open_document(path, 1), ERROR_NONE);
	no_maps = false;
	assert_null(document.mapped);
	write_file("secret/b\n", 0644);
	assert_text("public/a\n");
	assert_true(cli_document_is_steady(&document));
}

/* What others could exchange between the check and the issue is copied. */
static void test_copied(void **state)
{
	static const mode_t modes[] = { 0620, 0602, 0666 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		write_file("public/a\n", modes[i]);
		assert_int_equal(open_document(path, 1), ERROR_NONE);
		assert_null(document.mapped);
		write_file("secret/b\n", modes[i]);
		assert_text("public/a\n");
		assert_true(cli_document_is_steady(&document));
	}
}

static void test_changed(void **state)
{
	struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	int file;

	(void)state;
	write_file("public/a\n", 0600);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_int_equal(open_document(path, 1), ERROR_NONE);
	/* As long as before, and with the time set back. The clock of files is
	 * a coarse one. */
	usleep(20000);
	file = open(path, O_WRONLY);
	assert_int_equal(pwrite(file, "secret/b", 8, 0), 8);
	close(file);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_false(cli_document_is_steady(&document));
	assert_int_equal(open_document(path, 1), ERROR_NONE);
	assert_int_equal(truncate(path, 3), 0);
	assert_false(cli_document_is_steady(&document));
}

static void test_empty(void **state)
{
	(void)state;
	write_file("", 0600);
	assert_int_equal(open_document(path, 1), ERROR_NONE);
	assert_int_equal(document.text.length, 0);
}

static void test_missing(void **state)
{
	(void)state;
	assert_int_equal(open_document("/nowhere/at/all", 1),
			 ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "/nowhere/at/all: No such"));
	assert_int_equal(open_document(folder, 1), ERROR_UNAVAILABLE);
}

/* Standard input, with `text` in a pipe. */
static enum error open_piped(const char *text, uint64_t max)
{
	int ends[2], before = dup(STDIN_FILENO);
	enum error error;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	error = open_document("-", max);
	/* It isn't ours to close. */
	cli_document_close(&(struct cli_document){ .file = STDIN_FILENO });
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	if (before >= 0) {
		dup2(before, STDIN_FILENO);
		close(before);
	}
	return error;
}

/* A pipe may go on for ever, so it has an end. */
static void test_pipe(void **state)
{
	(void)state;
	assert_int_equal(open_piped("public/a\n", 9), ERROR_NONE);
	assert_null(document.mapped);
	assert_text("public/a\n");
	assert_true(cli_document_is_steady(&document));
	assert_int_equal(open_piped("public/a\n", 8), ERROR_TOO_LARGE);
	assert_int_equal(open_piped("", 8), ERROR_NONE);
	assert_int_equal(document.text.length, 0);
}

/* A shell has read a line of it: the rest is the document. */
static void test_begun(void **state)
{
	int before = dup(STDIN_FILENO), file;

	(void)state;
	write_file("read\npublic/a\n", 0600);
	file = open(path, O_RDONLY);
	assert_int_equal(lseek(file, 5, SEEK_SET), 5);
	assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
	close(file);
	/* A file has its length, whatever a pipe may have. */
	assert_int_equal(open_document("-", 1), ERROR_NONE);
	assert_null(document.mapped);
	assert_text("public/a\n");
	if (before >= 0) {
		dup2(before, STDIN_FILENO);
		close(before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_copied),
		cmocka_unit_test(test_not_mapped),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_begun),
	};
	int failed;

	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof(path), "%s/list", folder);
	cli_document_begin(&document);
	failed = UNIT_RUN(tests);
	cli_document_close(&document);
	unlink(path);
	return rmdir(folder) != 0 || failed;
}
