/*
 * log: a device that takes a part of a line only, and a path that is too long.
 * What was cut is ended before the next line, so that each line which counts as
 * written stands on a line of its own.
 */
#include "unit.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

static ssize_t write_some(int file, const void *data, size_t size);

#define write write_some
#include "lib/audit/log.c"
#undef write

#include "lib/audit/audit.h"

/* What the calls of write(2) do, in turn: 'h' writes half of it, '0' nothing,
 * 'f' fails. After that, all is written. */
static const char *writes;

static char text[256];
static size_t used;

static ssize_t write_some(int file, const void *data, size_t size)
{
	char now = *writes;

	(void)file;
	writes += now != '\0';
	if (now == 'f') {
		errno = EIO;
		return -1;
	}
	size = now == 'h' ? size / 2 : now == '0' ? 0 : size;
	assert_true(used + size < sizeof(text));
	memcpy(text + used, data, size);
	used += size;
	text[used] = '\0';
	return (ssize_t)size;
}

static bool add(struct audit *audit, const char *calls, const char *line)
{
	writes = calls;
	return audit_log_write(audit, slice_text(line));
}

static void test_torn(void **state)
{
	struct problem problem;
	struct audit audit;

	(void)state;
	assert_int_equal(audit_open(&audit, "/dev/null", false, &problem), 0);
	assert_int_equal(audit.kind, AUDIT_DEVICE);
	assert_true(add(&audit, "", "one\n"));
	assert_false(add(&audit, "h", "three\n"));
	assert_non_null(strstr(audit.why, "/dev/null can't be written: Input/"
					  "output error"));
	/* It is not ended yet: nothing follows it. */
	assert_false(add(&audit, "f", "four\n"));
	assert_false(add(&audit, "0", "four\n"));
	assert_string_equal(text, "one\nthr");
	assert_true(add(&audit, "", "five\n"));
	assert_true(add(&audit, "", "six\n"));
	assert_string_equal(text, "one\nthr\nfive\nsix\n");
	/* Of this one there is nothing that has to be ended. */
	assert_false(add(&audit, "0", "seven\n"));
	assert_true(add(&audit, "", "eight\n"));
	assert_string_equal(text, "one\nthr\nfive\nsix\neight\n");
	audit_close(&audit);
}

static void test_long_path(void **state)
{
	static char path[PATH_MAX + 8];
	struct problem problem;
	struct audit audit;

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[0] = path[sizeof(path) - 3] = '/';
	assert_int_equal(audit_open(&audit, path, false, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(audit.file, -1);
	assert_false(add(&audit, "", "one\n"));
	assert_non_null(strstr(audit.why, "audit log /aaa"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_long_path),
	};

	return UNIT_RUN(tests);
}
