/* Secret files: what is taken, what is refused, and what is never said. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/sign/secret.h"

#define SECRET \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static char folder[] = "/tmp/mintage-keyring-XXXXXX";
static char path[64];
static struct problem problem;
static struct secret secret;

static void write_secret(const char *text, size_t length, unsigned mode)
{
	int file;

	unlink(path);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(file >= 0);
	assert_int_equal(write(file, text, length), length);
	assert_int_equal(fchmod(file, mode), 0);
	close(file);
}

static void assert_taken(const char *content, const char *expected)
{
	write_secret(content, strlen(content), 0600);
	assert_int_equal(secret_load(&secret, path, &problem), ERROR_NONE);
	assert_int_equal(secret.length, strlen(expected));
	assert_memory_equal(secret.text, expected, secret.length);
}

/* Refused, with the path and `says`, and with nothing left behind. */
static void assert_refused(const char *says)
{
	static const struct secret none;

	memset(&secret, 'x', sizeof(secret));
	assert_int_equal(secret_load(&secret, path, &problem), ERROR_CONFIG);
	assert_int_equal(problem.error, ERROR_CONFIG);
	if (!strstr(problem.message, says))
		fail_msg("'%s' is not in '%s'", says, problem.message);
	assert_int_equal(strncmp(problem.message, path, strlen(path)), 0);
	assert_null(strstr(problem.message, "9f86"));
	assert_memory_equal(&secret, &none, sizeof(none));
}

static void test_taken(void **state)
{
	char longest[SECRET_MAX + 1] = { 0 };

	(void)state;
	assert_taken(SECRET, SECRET);
	assert_taken(SECRET "\n", SECRET);
	assert_taken("\n \t" SECRET " \r\n\n", SECRET);
	memset(longest, 'z', SECRET_MAX);
	assert_taken(longest, longest);
}

static void test_content(void **state)
{
	char text[600];

	(void)state;
	write_secret("", 0, 0600);
	assert_refused("empty");
	write_secret(" \r\n", 3, 0600);
	assert_refused("empty");
	write_secret(SECRET "\n9f86\n", strlen(SECRET) + 6, 0600);
	assert_refused("more than one line");
	write_secret("9f86 9f86", 9, 0600);
	assert_refused("blank");
	write_secret("9f86\0"
		     "9f86",
		     9, 0600);
	assert_refused("at byte 5");
	write_secret("9f86\x7f", 5, 0600);
	assert_refused("at byte 5");
	write_secret("9f86\xc3\xbc", 6, 0600);
	assert_refused("ASCII");
	memset(text, '9', sizeof(text));
	write_secret(text, SECRET_MAX + 1, 0600);
	assert_refused("longer than 128 bytes");
	/* More than is ever read: the end is not known. */
	memset(text + 4, '\n', sizeof(text) - 4);
	write_secret(text, sizeof(text), 0600);
	assert_refused("longer than 128 bytes");
}

/* Secrets that other programs have too: any text, byte for byte. */
static void assert_text(const char *content, const char *expected)
{
	write_secret(content, strlen(content), 0600);
	assert_int_equal(secret_load_text(&secret, path, &problem), ERROR_NONE);
	assert_int_equal(secret.length, strlen(expected));
	assert_memory_equal(secret.text, expected, secret.length);
}

static void assert_no_text(const char *content, size_t length, const char *says)
{
	static const struct secret none;

	write_secret(content, length, 0600);
	memset(&secret, 'x', sizeof(secret));
	assert_int_equal(secret_load_text(&secret, path, &problem),
			 ERROR_CONFIG);
	if (!strstr(problem.message, says))
		fail_msg("'%s' is not in '%s'", says, problem.message);
	assert_memory_equal(&secret, &none, sizeof(none));
}

static void test_texts(void **state)
{
	char longest[SECRET_MAX + 2];

	(void)state;
	assert_text("x", "x");
	assert_text("very secret\n", "very secret");
	assert_text("very secret\r\n", "very secret");
	assert_text("  both ends\t \n", "  both ends\t ");
	assert_text(" ", " ");
	assert_text("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f");
	assert_text("\"\\'$;#\n", "\"\\'$;#");
	memset(longest, 'z', sizeof(longest));
	longest[SECRET_MAX] = '\0';
	assert_text(longest, longest);
	longest[SECRET_MAX] = 'z';
	assert_no_text(longest, SECRET_MAX + 1, "longer than 128 bytes");
	assert_no_text("", 0, "empty; it should hold the secret");
	assert_no_text("\n", 1, "empty");
	assert_no_text("\r\n", 2, "empty");
	assert_no_text("a\nb\n", 4, "more than one line");
	assert_no_text("a\n\n", 3, "more than one line");
	assert_no_text("a\0b", 3, "control character at byte 2");
	assert_no_text("a\rb", 3, "control character at byte 2");
	assert_no_text("\x7f", 1, "control character at byte 1");
	assert_no_text("\xef\xbb\xbfx\n", 5, "byte order mark; save the file");
	write_secret("x", 1, 0644);
	assert_int_equal(secret_load_text(&secret, path, &problem),
			 ERROR_CONFIG);
	assert_non_null(strstr(problem.message, "run: chmod 600 "));
}

static void test_modes(void **state)
{
	static const unsigned good[] = { 0400, 0600, 0640, 0440, 0700, 0650 };
	static const struct {
		unsigned mode;
		const char *says;
	} bad[] = {
		{ 0644, ": mode 0644 lets others read it; run: chmod 600 " },
		{ 0604, ": mode 0604 lets others read it" },
		{ 0602, ": mode 0602 lets others write it" },
		{ 0666, ": mode 0666 lets others read it" },
		{ 0660, ": mode 0660 lets its group write it; run: chmod g-w" },
		{ 0620, ": mode 0620 lets its group write it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		write_secret(SECRET, strlen(SECRET), good[i]);
		assert_int_equal(secret_load(&secret, path, &problem),
				 ERROR_NONE);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_secret(SECRET, strlen(SECRET), bad[i].mode);
		assert_refused(bad[i].says);
	}
}

static void test_not_a_file(void **state)
{
	(void)state;
	unlink(path);
	assert_refused("No such file");
	/* Without O_NONBLOCK this would wait for a writer. */
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused("not a regular file");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused("not a regular file");
	rmdir(path);
}

/* It is the file that must be safe, not the link to it. */
static void test_link(void **state)
{
	char target[96];

	(void)state;
	write_secret(SECRET, strlen(SECRET), 0644);
	snprintf(target, sizeof(target), "%s-target", path);
	assert_int_equal(rename(path, target), 0);
	assert_int_equal(symlink(target, path), 0);
	assert_refused("mode 0644");
	assert_int_equal(chmod(target, 0600), 0);
	assert_int_equal(secret_load(&secret, path, &problem), ERROR_NONE);
	unlink(target);
}

static void test_wipe(void **state)
{
	static const struct secret none;

	(void)state;
	assert_taken(SECRET, SECRET);
	secret_wipe(&secret);
	assert_memory_equal(&secret, &none, sizeof(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_not_a_file),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_wipe),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/secret", folder);
	failed = UNIT_RUN(tests);
	unlink(path);
	rmdir(folder);
	return failed;
}
