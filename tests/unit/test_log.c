/* log: a line is there as a whole or not at all, and nobody waits for ever. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A daemon of our own, where the test says. */
static char syslog_socket[40];
#define SYSLOG_SOCKET syslog_socket

/* Whether memory is out for a datagram. */
static int is_out;

#include "lib/base/buffer.h"

#define buffer_format(...) (!is_out && buffer_format(__VA_ARGS__))
#include "lib/audit/syslog.c"
#undef buffer_format

#include "logged.h"

static struct audit open_log(const char *path, bool sync)
{
	struct problem problem;
	struct audit audit;

	assert_int_equal(audit_open(&audit, path, sync, &problem), ERROR_NONE);
	return audit;
}

static void assert_not_written(struct audit *audit, const char *why)
{
	assert_int_equal(audit_issue(audit, &who, &record), ERROR_UNAVAILABLE);
	if (!strstr(audit->why, why))
		fail_msg("no '%s' in '%s'", why, audit->why);
}

static void test_no_place_to_write(void **state)
{
	struct problem problem;
	struct audit audit;

	(void)state;
	assert_int_equal(audit_open(&audit, "/nowhere/at/all", false, &problem),
			 ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "/nowhere/at/all"));
	assert_not_written(&audit, "/nowhere/at/all");
	audit_close(&audit);
	audit = open_log("/dev/full", false);
	assert_not_written(&audit, "No space left");
	audit_close(&audit);
	audit = open_log("/dev/null", true);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	audit_close(&audit);
}

/* How many milliseconds a line takes that can't be written. */
static long try_line(struct audit *audit, const char *why)
{
	struct timespec begin, end;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_not_written(audit, why);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (long)(end.tv_sec - begin.tv_sec) * 1000 +
	       (end.tv_nsec - begin.tv_nsec) / 1000000;
}

/* All that is in the pipe, which must be whole lines. Returns their number. */
static int read_lines(int reader)
{
	char text[65536];
	ssize_t got;
	int lines = 0;

	while ((got = read(reader, text, sizeof(text) - 1)) > 0) {
		text[got] = '\0';
		assert_int_equal(text[0], '{');
		assert_int_equal(text[got - 1], '\n');
		for (char *line = strtok(text, "\n"); line;
		     line = strtok(NULL, "\n")) {
			struct json_object *parsed = json_tokener_parse(line);

			assert_non_null(parsed);
			json_object_put(parsed);
			lines++;
		}
	}
	return lines;
}

/* A pipe holds nobody up for long: not without a reader, and not with one that
 * has stopped reading. What it takes is whole lines. */
static void test_pipe(void **state)
{
	struct audit_request longer = who;
	struct problem problem;
	struct audit audit;
	char path[64], user[1024];
	int reader, written = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/pipe", directory);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(audit_open(&audit, path, false, &problem),
			 ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "nobody reads this pipe"));
	assert_not_written(&audit, "nobody reads this pipe");
	reader = open(path, O_RDONLY | O_NONBLOCK);
	while (audit_issue(&audit, &who, &record) == 0)
		written++;
	assert_true(written > 10);
	assert_non_null(strstr(audit.why, "stopped reading"));
	assert_in_range(try_line(&audit, "stopped reading"), 0, 1000);
	assert_int_equal(read_lines(reader), written);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	assert_int_equal(audit.failed, false);
	/* A pipe takes up to PIPE_BUF bytes at once, and could take a part of
	 * more. */
	memset(user, '\x01', sizeof(user) - 1);
	user[sizeof(user) - 1] = '\0';
	longer.user = user;
	assert_int_equal(audit_issue(&audit, &longer, &record),
			 ERROR_UNAVAILABLE);
	assert_int_equal(read_lines(reader), 1);
	/* The reader is restarted. */
	close(reader);
	assert_not_written(&audit, "nobody reads this pipe");
	reader = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	close(reader);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	audit_close(&audit);
	close(reader);
	assert_int_equal(unlink(path), 0);
}

/* Fail in the middle of the next line, as a full disk does. */
static void fill_up(struct audit *audit, rlim_t bytes)
{
	struct rlimit limit, full;
	struct stat info;

	assert_int_equal(stat(log_path, &info), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	full = limit;
	full.rlim_cur = (rlim_t)info.st_size + bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	assert_not_written(audit, "File too large");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static off_t log_size(void)
{
	struct stat info;

	assert_int_equal(stat(log_path, &info), 0);
	return info.st_size;
}

/* A disk that fills up in the middle of a line: that line was not recorded and
 * is not in the log, whoever writes next. */
static void test_torn_line(void **state)
{
	struct audit one, two;
	struct json_object *line;
	off_t size;

	(void)state;
	unlink(log_path);
	one = open_log(log_path, false);
	two = open_log(log_path, false);
	assert_int_equal(audit_issue(&one, &who, &record), 0);
	size = log_size();
	for (rlim_t bytes = 0; bytes < 100; bytes += 33) {
		fill_up(&one, bytes);
		assert_int_equal(log_size(), size);
	}
	assert_int_equal(audit_issue(&two, &who, &record), 0);
	assert_int_equal(audit_issue(&one, &who, &record), 0);
	audit_close(&one);
	audit_close(&two);
	line = line_of_log(2);
	assert_string_equal(text_of(line, "event"), "issue");
	json_object_put(line);
}

/* A process was killed in the middle of a line: the next one begins a line. */
static void test_half_line(void **state)
{
	static const char *const halves[] = { "{\"time\":", "{", "}", "\0" };
	struct json_object *line;
	struct audit audit;

	(void)state;
	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		int file = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0640);

		assert_true(write(file, halves[i], 1) == 1);
		close(file);
		audit = open_log(log_path, false);
		assert_int_equal(audit_issue(&audit, &who, &record), 0);
		assert_int_equal(audit_issue(&audit, &who, &record), 0);
		audit_close(&audit);
		for (int number = 1; number < 3; number++) {
			line = line_of_log(number);
			json_object_put(line);
		}
	}
}

/* It was killed after lines of ours, and knows nothing of them. */
static void test_half_line_between(void **state)
{
	struct json_object *line;
	struct audit audit;
	int other;

	(void)state;
	unlink(log_path);
	audit = open_log(log_path, false);
	other = open(log_path, O_WRONLY | O_APPEND);
	for (int number = 0; number < 6; number += 3) {
		assert_int_equal(audit_issue(&audit, &who, &record), 0);
		assert_true(write(other, "{", 1) == 1);
		assert_int_equal(audit_issue(&audit, &who, &record), 0);
		line = line_of_log(number);
		json_object_put(line);
		line = line_of_log(number + 2);
		json_object_put(line);
	}
	close(other);
	audit_close(&audit);
}

/* Somebody keeps the lock: a line waits for some time, and the lines after it
 * for less. */
static void test_kept_lock(void **state)
{
	struct audit audit = open_log(log_path, false);
	off_t size = log_size();
	int keeper = open(log_path, O_RDONLY);

	(void)state;
	assert_int_equal(flock(keeper, LOCK_EX), 0);
	assert_in_range(try_line(&audit, "keeps its lock"), 1000, 10000);
	assert_in_range(try_line(&audit, "keeps its lock"), 0, 1000);
	assert_int_equal(log_size(), size);
	close(keeper);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	audit_close(&audit);
}

/* Rotation by copying and truncating, and a log that was removed. */
static void test_truncated(void **state)
{
	struct json_object *line;
	struct audit audit;

	(void)state;
	audit = open_log(log_path, true);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	assert_int_equal(truncate(log_path, 0), 0);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	line = line_of_log(0);
	json_object_put(line);
	assert_int_equal(unlink(log_path), 0);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	line = line_of_log(0);
	json_object_put(line);
	audit_close(&audit);
}

/* A log that may only be written to is taken, too. */
static void test_unreadable(void **state)
{
	struct audit audit;

	(void)state;
	unlink(log_path);
	close(open(log_path, O_WRONLY | O_CREAT, 0600));
	if (geteuid() == 0) {
		assert_int_equal(chown(log_path, 65534, 65534), 0);
		assert_int_equal(chmod(directory, 0711), 0);
		assert_int_equal(seteuid(65534), 0);
	}
	assert_int_equal(chmod(log_path, 0200), 0);
	audit = open_log(log_path, false);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	audit_close(&audit);
	if (geteuid() == 65534)
		assert_int_equal(seteuid(0), 0);
	unlink(log_path);
}

/* What root makes belongs to the folder's owner, and root follows no link that
 * this user has made. */
static void test_root(void **state)
{
	struct problem problem;
	struct audit audit;
	struct stat found;
	char other[sizeof(log_path) + 8];

	(void)state;
	if (geteuid() != 0)
		skip();
	snprintf(other, sizeof(other), "%s.other", log_path);
	unlink(log_path);
	assert_int_equal(chown(directory, 65534, 65533), 0);
	audit = open_log(log_path, true);
	assert_int_equal(stat(log_path, &found), 0);
	assert_int_equal(found.st_uid, 65534);
	assert_int_equal(found.st_gid, 65533);
	assert_int_equal(found.st_mode & 07777, 0640);
	audit_close(&audit);
	/* A log that was there already stays whose it is. */
	assert_int_equal(chown(log_path, 0, 0), 0);
	audit = open_log(log_path, true);
	assert_int_equal(stat(log_path, &found), 0);
	assert_int_equal(found.st_uid, 0);
	audit_close(&audit);
	assert_int_equal(rename(log_path, other), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(symlink(other, log_path), 0);
		assert_int_equal(audit_open(&audit, log_path, false, &problem),
				 ERROR_UNAVAILABLE);
		assert_int_equal(unlink(log_path), 0);
		unlink(other);
	}
	assert_int_equal(access(other, F_OK), -1);
	assert_int_equal(chown(directory, 0, 0), 0);
	/* In a folder of root's own, root does. */
	close(open(other, O_WRONLY | O_CREAT, 0600));
	assert_int_equal(symlink(other, log_path), 0);
	audit = open_log(log_path, false);
	audit_close(&audit);
	unlink(log_path);
	unlink(other);
}

static void test_rotation(void **state)
{
	struct json_object *line;
	struct problem problem;
	struct audit audit;
	char old[sizeof(log_path) + 4];

	(void)state;
	snprintf(old, sizeof(old), "%s.1", log_path);
	unlink(log_path);
	assert_int_equal(audit_open(&audit, log_path, false, &problem), 0);
	assert_int_equal(rename(log_path, old), 0);
	assert_int_equal(audit_reopen(&audit, &problem), 0);
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	audit_close(&audit);
	line = line_of_log(0);
	json_object_put(line);
	unlink(old);
}

static void test_syslog(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int daemon = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct problem problem;
	struct audit audit;
	char text[4096];
	ssize_t n;

	(void)state;
	unlink(SYSLOG_SOCKET);
	assert_int_equal(audit_open(&audit, "syslog", false, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(audit_issue(&audit, &who, &record), ERROR_UNAVAILABLE);
	memcpy(address.sun_path, syslog_socket, sizeof(syslog_socket));
	assert_int_equal(
		bind(daemon, (struct sockaddr *)&address, sizeof(address)), 0);
	is_out = 1;
	assert_not_written(&audit, "Cannot allocate memory");
	is_out = 0;
	assert_int_equal(audit_issue(&audit, &who, &record), 0);
	n = recv(daemon, text, sizeof(text) - 1, 0);
	assert_true(n > 0);
	text[n] = '\0';
	assert_int_equal(strncmp(text, "<85>", 4), 0);
	assert_non_null(strstr(text, "mintage["));
	assert_non_null(strstr(text, "\"event\":\"issue\""));
	/* It has stopped reading. */
	while (audit_issue(&audit, &who, &record) == 0)
		;
	assert_non_null(strstr(audit.why, "stopped reading"));
	assert_in_range(try_line(&audit, "stopped reading"), 0, 1000);
	close(daemon);
	assert_not_written(&audit, syslog_socket);
	audit_close(&audit);
	unlink(SYSLOG_SOCKET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_place_to_write),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_torn_line),
		cmocka_unit_test(test_half_line),
		cmocka_unit_test(test_half_line_between),
		cmocka_unit_test(test_kept_lock),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_syslog),
	};
	int failed;

	/* As the programs do. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (!mkdtemp(directory)) {
		printf("Bail out! no temporary directory\n");
		return 1;
	}
	snprintf(log_path, sizeof(log_path), "%s/audit.jsonl", directory);
	snprintf(syslog_socket, sizeof(syslog_socket), "%s/log", directory);
	failed = UNIT_RUN(tests);
	unlink(log_path);
	rmdir(directory);
	return failed;
}
