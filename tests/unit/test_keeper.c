/* keeper: a real one, and what a worker makes of one that is broken. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char syslog_path[64];
#define SYSLOG_SOCKET syslog_path
#include "lib/audit/syslog.c"

#include "cgi/service/keeper.c"

#include "cgi/service/files.h"

static char folder[] = "/tmp/mintage-keeper-XXXXXX";
static struct problem problem;
static struct keeper keeper;

static const char *in_folder(const char *name)
{
	static char path[2][96];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", folder, name);
	return path[turn];
}

static void write_file(const char *name, const char *text)
{
	int file = open(in_folder(name),
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(file >= 0);
	assert_int_equal(write(file, text, strlen(text)),
			 (ssize_t)strlen(text));
	close(file);
}

static void write_config(const char *more)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "[mintage]\naudit-log = audit.log\n%s[account main]\nid = aa\n"
		 "[parent p]\naccount = main\naccess-key-id = idp\n"
		 "secret-access-key-file = secret\nbuckets = bbb\n"
		 "permission = object-read-only\n",
		 more);
	write_file("mintage.conf", text);
}

static int begin(void **state)
{
	(void)state;
	write_config("");
	write_file("secret",
		   "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd1"
		   "5d6c15b0f00a08\n");
	opener_plain();
	problem = (struct problem){ .error = ERROR_NONE };
	keeper = (struct keeper){ .socket = -1 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	keeper_end(&keeper);
	opener_plain();
	opener_ask(NULL, NULL);
	opener_forget();
	return 0;
}

static int open_files(void)
{
	int count = 0;

	for (int i = 0; i < 1024; i++)
		count += fcntl(i, F_GETFD) >= 0;
	return count;
}

static void start(void)
{
	assert_int_equal(keeper_begin(&keeper, in_folder("mintage.conf"), NULL,
				      &problem),
			 ERROR_NONE);
}

/* Load the configuration from what the keeper sends; "" or what is wrong. */
static const char *load(void)
{
	struct renderer renderer = { .folder = NULL };
	struct config *config = NULL;
	enum error error;

	opener_restrict();
	error = keeper_load(&keeper, &problem);
	if (!error)
		error = files_load(&config, &renderer,
				   in_folder("mintage.conf"), STRICT_SERVICE,
				   FILES_NOW, &problem);
	renderer_free(&renderer);
	config_free(config);
	keeper_loaded(&keeper);
	return error ? problem.message : "";
}

static void assert_says(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("no '%s' in '%s'", words, text);
}

static void test_load(void **state)
{
	char folder_line[160];
	int before;

	(void)state;
	start();
	before = open_files();
	assert_string_equal(load(), "");
	write_config("no-such = 1\n");
	assert_says(load(), "mintage.conf:3: ");
	assert_says(problem.message, "no-such");
	snprintf(folder_line, sizeof(folder_line), "templates = %s/none\n",
		 folder);
	write_config(folder_line);
	assert_string_equal(load(), "");
	snprintf(folder_line, sizeof(folder_line), "templates = %s/tmpl\n",
		 folder);
	mkdir(in_folder("tmpl"), 0700);
	write_file("tmpl/own.tmpl", "nonsense\n");
	write_config(folder_line);
	assert_says(load(), "own.tmpl");
	unlink(in_folder("tmpl/own.tmpl"));
	assert_string_equal(load(), "");
	rmdir(in_folder("tmpl"));
	write_config("");
	unlink(in_folder("secret"));
	assert_says(load(), "secret: can't be opened: No such file");
	unlink(in_folder("mintage.conf"));
	assert_says(load(), "mintage.conf: can't be opened: No such file");
	assert_int_equal(open_files(), before);
	/* Without asking again there is nothing left. */
	assert_int_equal(opener_open(in_folder("secret")), -1);
	assert_int_equal(errno, EACCES);
}

/* More files than a message holds, and than a process usually may open. */
static void test_many(void **state)
{
	FILE *config;
	int before;

	(void)state;
	config = fopen(in_folder("mintage.conf"), "ae");
	for (int i = 0; i < 1500; i++) {
		char name[32];

		snprintf(name, sizeof(name), "s%d", i);
		assert_int_equal(link(in_folder("secret"), in_folder(name)), 0);
		fprintf(config,
			"[parent p%d]\naccount = main\naccess-key-id = id%d\n"
			"secret-access-key-file = s%d\nbuckets = bbb%d\n"
			"permission = object-read-only\n",
			i, i, i, i);
	}
	fclose(config);
	start();
	before = open_files();
	assert_string_equal(load(), "");
	assert_int_equal(open_files(), before);
	for (int i = 0; i < 1500; i++) {
		char name[32];

		snprintf(name, sizeof(name), "s%d", i);
		unlink(in_folder(name));
	}
}

static void test_syslog(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int daemon = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char text[64] = "";
	int log;

	(void)state;
	snprintf(syslog_path, sizeof(syslog_path), "%s/log", folder);
	start();
	opener_restrict();
	opener_ask(keeper_connect, &keeper);
	assert_int_equal(audit_syslog_connect(), -1);
	assert_int_equal(errno, ENOENT);
	memcpy(address.sun_path, syslog_path, sizeof(syslog_path));
	assert_int_equal(
		bind(daemon, (struct sockaddr *)&address, sizeof(address)), 0);
	log = audit_syslog_connect();
	assert_true(log >= 0);
	assert_int_equal(audit_syslog_send(log, slice_text("hello"), 100), 0);
	assert_true(recv(daemon, text, sizeof(text) - 1, MSG_DONTWAIT) > 0);
	assert_says(text, "hello");
	close(log);
	audit_syslog_tell(LOG_DAEMON | LOG_ERR, "me", "told");
	memset(text, 0, sizeof(text));
	assert_true(recv(daemon, text, sizeof(text) - 1, MSG_DONTWAIT) > 0);
	assert_says(text, "<27>");
	assert_says(text, "me[");
	assert_says(text, "]: told");
	/* Another socket than the one of syslog is refused. */
	assert_int_equal(opener_connect("/dev/other"), -1);
	assert_int_equal(errno, EACCES);
	close(daemon);
	unlink(syslog_path);
}

/* Wait for the end of the keeper: true where it ends. */
static bool ends(void)
{
	int64_t until = clock_ticks() + 5000;
	struct keeper_message message;
	int failure;

	do
		failure =
			keeper_message_receive(keeper.socket, &message, until);
	while (failure == 0);
	return failure == EPIPE;
}

/* What no worker sends ends the keeper. */
static void test_nonsense(void **state)
{
	static const struct keeper_request unknown = { 1, KEEPER_WANTED_COUNT };
	static const char zeros[64];
	const struct {
		const void *bytes;
		size_t length;
	} all[] = {
		{ "", 0 },    { "x", 1 },    { zeros, 7 },
		{ zeros, 9 }, { zeros, 64 }, { &unknown, sizeof(unknown) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		start();
		assert_int_equal(send(keeper.socket, all[i].bytes,
				      all[i].length, MSG_NOSIGNAL),
				 (ssize_t)all[i].length);
		assert_true(ends());
		assert_says(load(), "it has ended");
		keeper_end(&keeper);
	}
}

static void test_none(void **state)
{
	int socket = 5;

	(void)state;
	assert_says(load(), "it has ended");
	assert_int_equal(keeper_start_helper(&keeper, &socket, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(socket, -1);
	assert_says(problem.message, "mintage-online");
	assert_int_equal(keeper_connect(&keeper, audit_syslog_path), -1);
	assert_int_equal(errno, EPIPE);
	keeper_loaded(&keeper);
	keeper_end(&keeper);
}

/* A keeper for plain CGI starts the helper alone. */
static void test_no_path(void **state)
{
	(void)state;
	assert_int_equal(keeper_begin(&keeper, NULL, NULL, &problem),
			 ERROR_NONE);
	assert_says(load(), "keeps no configuration");
}

/* ---- a keeper that is broken ---------------------------------------------- */

static int other_end;

static void pretend(void)
{
	int ends_of_pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				    ends_of_pair),
			 0);
	keeper = (struct keeper){ .socket = ends_of_pair[0] };
	other_end = ends_of_pair[1];
}

static void unpretend(void)
{
	close(other_end);
	close(keeper.socket);
	keeper.socket = -1;
}

static void say(uint32_t number, enum keeper_answer what, const char *text,
		size_t files)
{
	struct keeper_message message;

	keeper_message_begin(&message, number, what);
	message.length = strlen(text);
	memcpy(message.data, text, message.length);
	for (; message.count < files; message.count++)
		message.files[message.count] = other_end;
	assert_int_equal(keeper_message_send(other_end, &message), 0);
}

static void test_answers(void **state)
{
	int before, socket;

	(void)state;
	pretend();
	before = open_files();
	/* Late answers to an earlier request are not taken for ours. */
	keeper.asked = 4;
	say(4, KEEPER_SOCKET, "", 1);
	say(4, KEEPER_DONE, "", 0);
	say(5, KEEPER_SOCKET, "", 1);
	assert_int_equal(keeper_start_helper(&keeper, &socket, &problem),
			 ERROR_NONE);
	close(socket);
	assert_int_equal(open_files(), before);
	/* Two sockets, none, and files are no socket. */
	for (int i = 0; i < 3; i++) {
		say(6 + (uint32_t)i, i == 2 ? KEEPER_FILES : KEEPER_SOCKET, "",
		    i == 0 ? 2 : (size_t)i / 2);
		assert_int_equal(keeper_start_helper(&keeper, &socket,
						     &problem),
				 ERROR_UNAVAILABLE);
		assert_says(problem.message, "makes no sense");
		assert_int_equal(socket, -1);
	}
	say(9, KEEPER_FAILED, "no such helper", 1);
	assert_int_equal(keeper_start_helper(&keeper, &socket, &problem),
			 ERROR_UNAVAILABLE);
	assert_string_equal(problem.message, "no such helper");
	say(10, KEEPER_SOCKET, "", 1);
	assert_says(load(), "makes no sense");
	say(11, KEEPER_FILES, "?", 1);
	assert_says(load(), "makes no sense");
	say(12, KEEPER_FAILED, "ended by signal 9", 0);
	assert_says(load(), "ended by signal 9");
	assert_int_equal(open_files(), before);
	unpretend();
}

/* The configuration is another one than the keeper has read. */
static void test_missed(void **state)
{
	(void)state;
	pretend();
	say(1, KEEPER_DONE, "", 0);
	assert_says(load(), "can't be opened: Permission denied");
	unpretend();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_load),     TEST(test_many),   TEST(test_syslog),
		TEST(test_nonsense), TEST(test_none),   TEST(test_no_path),
		TEST(test_answers),  TEST(test_missed),
	};
	struct rlimit limit;
	int failed;

	/* A configuration may have more files than a process usually may open. */
	if (!mkdtemp(folder) || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1;
	limit.rlim_cur = 256;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1;
	failed = UNIT_RUN(tests);
	unlink(in_folder("secret"));
	unlink(in_folder("mintage.conf"));
	rmdir(folder);
	return failed;
}
