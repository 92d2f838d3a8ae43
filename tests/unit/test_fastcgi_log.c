/* fastcgi_log: whether a line goes to syslog depends on where standard error
 * leads: systemd's journal would show it twice. */
#include "unit.h"

#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "lib/audit/syslog.h"
#include "lib/base/problem.h"

static void fake_tell(int level, const char *name, const char *text);

#define audit_syslog_tell fake_tell
#include "cgi/web/fastcgi_log.c"
#undef audit_syslog_tell

static int tells, told_level;
static char told_text[PROBLEM_MESSAGE_MAX + 128];

static void fake_tell(int level, const char *name, const char *text)
{
	assert_string_equal(name, "mintage.fcgi");
	told_level = level;
	snprintf(told_text, sizeof(told_text), "%s", text);
	tells++;
}

/* Log a line while standard error is a file, and JOURNAL_STREAM names that
 * file, or something else where `shift` says by how much it is off. Returns
 * what the file holds. */
static const char *log_to_file(unsigned shift)
{
	static char written[256];
	FILE *file = tmpfile();
	int own = dup(STDERR_FILENO);
	struct stat status;
	char text[64];
	size_t length;

	assert_non_null(file);
	assert_true(own >= 0);
	assert_int_equal(fstat(fileno(file), &status), 0);
	snprintf(text, sizeof(text), "%ju:%ju", (uintmax_t)status.st_dev,
		 (uintmax_t)status.st_ino + shift);
	assert_int_equal(setenv("JOURNAL_STREAM", text, 1), 0);
	assert_int_equal(dup2(fileno(file), STDERR_FILENO), STDERR_FILENO);
	fastcgi_log(LOG_WARNING, "%s is %d", "it", 7);
	assert_int_equal(dup2(own, STDERR_FILENO), STDERR_FILENO);
	close(own);
	unsetenv("JOURNAL_STREAM");
	rewind(file);
	length = fread(written, 1, sizeof(written) - 1, file);
	written[length] = '\0';
	fclose(file);
	return written;
}

static void test_journal(void **state)
{
	char expected[64];

	(void)state;
	snprintf(expected, sizeof(expected), "mintage.fcgi[%ld]: it is 7\n",
		 (long)getpid());
	tells = 0;
	assert_string_equal(log_to_file(0), expected);
	assert_int_equal(tells, 0);
	/* The variable is inherited, and standard error went elsewhere since. */
	assert_string_equal(log_to_file(1), expected);
	assert_int_equal(tells, 1);
	assert_int_equal(told_level, LOG_DAEMON | LOG_WARNING);
	assert_string_equal(told_text, "it is 7");
}

/* Nobody can compare a standard error that is closed. */
static void test_closed(void **state)
{
	int own = dup(STDERR_FILENO);

	(void)state;
	assert_true(own >= 0);
	assert_int_equal(setenv("JOURNAL_STREAM", "1:1", 1), 0);
	close(STDERR_FILENO);
	tells = 0;
	fastcgi_log(LOG_ERR, "closed");
	assert_int_equal(dup2(own, STDERR_FILENO), STDERR_FILENO);
	close(own);
	unsetenv("JOURNAL_STREAM");
	assert_int_equal(tells, 1);
	assert_string_equal(told_text, "closed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_closed),
	};

	return UNIT_RUN(tests);
}
