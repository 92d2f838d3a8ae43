/*
 * mintage - credentials for R2 at a shell prompt.
 *
 * The table is the front page: a file cli_NAME.c for each command.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/encode.h"
#include "service.h"

static const struct command {
	const char *name;
	enum cli_status (*run)(int argc, char **argv);
	const char *usage;
	const char *what;
} commands[] = {
	{ "mint", cli_mint, cli_mint_usage,
	  "make a credential, or one for each entry of a manifest" },
	{ "sign", cli_sign, cli_sign_usage,
	  "make a presigned link for each entry of a manifest" },
	{ "inspect", cli_inspect, cli_inspect_usage,
	  "tell what a session token grants, and who signed it" },
	{ "check", cli_check, cli_check_usage,
	  "tell whether the configuration is sound" },
	{ "caller", cli_caller, cli_caller_usage,
	  "make the section and the token of a new caller" },
	{ "token", cli_token, cli_token_usage,
	  "make, replace or revoke a parent by Cloudflare's API" },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct command *command_named(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

/* ---- help ----------------------------------------------------------------- */

static void print_front(FILE *file)
{
	fputs("Usage: mintage COMMAND [OPTION]... [ARGUMENT]\n\n", file);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(file, "  %-9s%s\n", commands[i].name, commands[i].what);
	fputs("\n"
	      "  help COMMAND   tell how a command is used\n"
	      "  --version      tell which version this is\n"
	      "\n"
	      "Exit status: 0 done, 1 refused or failed, 2 wrong usage.\n"
	      "More is in mintage(1) and mintage.conf(5).\n",
	      file);
}

/* What stdio was given may still be refused by the system. */
static enum cli_status printed(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return CLI_DONE;
	return cli_complain("standard output: %s", strerror(errno));
}

static enum cli_status unknown_command(const char *name)
{
	const char *names[COMMAND_COUNT];
	const char *nearest;

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		names[i] = commands[i].name;
	nearest = slice_nearest(slice_text(name), names, COMMAND_COUNT);
	if (nearest)
		return cli_misused(NULL, "no command '%s'; did you mean '%s'?",
				   name, nearest);
	return cli_misused(NULL, "no command '%s'", name);
}

enum cli_status cli_help(const char *command)
{
	const struct command *known = command_named(command);

	if (!known)
		return unknown_command(command);
	printf("Usage: mintage %s", known->usage);
	return printed();
}

static enum cli_status show_help(const char *name)
{
	if (!name) {
		print_front(stdout);
		return printed();
	}
	return cli_help(name);
}

static enum cli_status show_version(void)
{
	puts("mintage " PACKAGE_VERSION);
	return printed();
}

/* ---- options -------------------------------------------------------------- */

static enum cli_status unknown_option(const char *command, const char *given,
				      const struct option *options)
{
	const char *names[32];
	const char *nearest;
	size_t count = 0;
	int length = (int)strcspn(given, "=");

	while (count < 32 && options[count].name) {
		names[count] = options[count].name;
		count++;
	}
	nearest = NULL;
	if (length > 2)
		nearest = slice_nearest(slice_of(given + 2, (size_t)length - 2),
					names, count);
	if (nearest)
		return cli_misused(command,
				   "no option '%.*s'; did you mean '--%s'?",
				   length, given, nearest);
	return cli_misused(command, "no option '%.*s'", length, given);
}

/* Is what getopt_long turned down the name of an option, and its only one? */
static bool is_option(const char *given, const struct option *options)
{
	size_t length = strcspn(given, "=");

	for (; options->name; options++) {
		if (length == strlen(options->name) + 2 &&
		    strncmp(given + 2, options->name, length - 2) == 0)
			return true;
	}
	return false;
}

int cli_option(const char *command, int argc, char **argv,
	       const struct option *options)
{
	int option;
	const char *given;

	opterr = 0;
	option = getopt_long(argc, argv, ":h", options, NULL);
	if (option != OPTION_BAD && option != ':')
		return option;
	given = argv[optind - 1];
	if (option == ':')
		cli_misused(command, "option '%s' needs a value", given);
	else if (optopt > ' ' && optopt != OPTION_HELP)
		cli_misused(command, "no option '-%c'", optopt);
	else if (is_option(given, options))
		cli_misused(command, "option '%.*s' takes no value",
			    (int)strcspn(given, "="), given);
	else
		unknown_option(command, given, options);
	return OPTION_BAD;
}

bool cli_once(const char *command, const char *option, const char **where)
{
	if (*where) {
		cli_misused(command, "option '--%s' is given twice", option);
		return false;
	}
	*where = optarg;
	return true;
}

const char *cli_config_path(const char *option)
{
	const char *path = option ? option : getenv("MINTAGE_CONFIG");

	return path && *path ? path : MINTAGE_CONFIG_FILE;
}

/* ---- complaints ----------------------------------------------------------- */

static void say(const char *format, va_list arguments) PRINTF_LIKE(1, 0);

static void say(const char *format, va_list arguments)
{
	fputs("mintage: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

enum cli_status cli_complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
	return CLI_FAILED;
}

enum cli_status cli_misused(const char *command, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
	fprintf(stderr, "mintage: 'mintage help%s%s' tells how it is used\n",
		command ? " " : "", command ? command : "");
	return CLI_USAGE;
}

enum cli_status cli_problem(const struct problem *problem)
{
	return cli_complain("%s%s%s", problem->pointer,
			    *problem->pointer ? ": " : "", problem->message);
}

/* A pipe's other end may have been set to non-blocking, and ours with it. */
static bool wait_for(int file, short events)
{
	struct pollfd poll_file = { .fd = file, .events = events };

	return errno == EINTR ||
	       (errno == EAGAIN && poll(&poll_file, 1, -1) >= 0);
}

/* ---- what comes in -------------------------------------------------------- */

enum error cli_read(int file, const char *name, uint64_t max,
		    struct buffer *buffer, struct problem *problem)
{
	for (;;) {
		ssize_t got;

		if (!buffer_reserve(buffer, CLI_WINDOW))
			return problem_set(problem, ERROR_UNAVAILABLE, NULL,
					   "%s: out of memory", name);
		got = read(file, buffer->data + buffer->length, CLI_WINDOW);
		if (got == 0)
			return ERROR_NONE;
		if (got < 0 && wait_for(file, POLLIN))
			continue;
		if (got < 0)
			return problem_set(problem, ERROR_UNAVAILABLE, NULL,
					   "%s: %s", name, strerror(errno));
		buffer->length += (size_t)got;
		if (buffer->length > max)
			return problem_set(problem, ERROR_TOO_LARGE, NULL,
					   "%s: more than %llu bytes", name,
					   (unsigned long long)max);
	}
}

/* ---- what goes out -------------------------------------------------------- */

int cli_write(const char *data, size_t length)
{
	while (length > 0) {
		ssize_t put = write(STDOUT_FILENO, data, length);

		if (put < 0 && wait_for(STDOUT_FILENO, POLLOUT))
			continue;
		if (put < 0)
			return errno;
		data += put;
		length -= (size_t)put;
	}
	return 0;
}

static bool output_write(void *context, const char *data, size_t length)
{
	struct cli_output *output = context;

	output->failure = cli_write(data, length);
	return output->failure == 0;
}

void cli_output_begin(struct cli_output *output)
{
	output->sink = (struct sink){ .window = output->window,
				      .size = sizeof(output->window),
				      .flush = output_write,
				      .context = output };
	output->failure = 0;
}

void cli_print(struct cli_output *output, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sink_text(&output->sink, text);
}

static bool is_plain(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] <= ' ' || text.data[i] > '~' ||
		    text.data[i] == '"')
			return false;
	}
	return text.length > 0;
}

void cli_print_foreign(struct cli_output *output, struct slice text)
{
	char escaped[ESCAPE_GROWTH];

	if (is_plain(text)) {
		sink_slice(&output->sink, text);
		return;
	}
	sink_text(&output->sink, "\"");
	for (size_t i = 0; i < text.length; i++) {
		const unsigned char *at = (const unsigned char *)text.data + i;

		/* C1 controls are C2 80 to C2 9F in UTF-8. */
		if (at[0] == 0x7f) {
			sink_text(&output->sink, "\\u007f");
		} else if (at[0] == 0xc2 && i + 1 < text.length &&
			   at[1] < 0xa0) {
			cli_print(output, "\\u00%02x", at[1]);
			i++;
		} else {
			sink_write(&output->sink, escaped,
				   escape_json(escaped, text.data + i, 1));
		}
	}
	sink_text(&output->sink, "\"");
}

enum cli_status cli_output_end(struct cli_output *output)
{
	bool taken = sink_flush(&output->sink);

	sink_wipe(&output->sink);
	if (taken)
		return CLI_DONE;
	return cli_complain("standard output: %s", strerror(output->failure));
}

/* ---- the front door ------------------------------------------------------- */

/*
 * A closed standard descriptor would be given to the next file opened: what is
 * meant for standard output would end up in the audit log. Keep the three
 * taken, in a way that makes using them fail (but complaints may get lost).
 */
static bool guard_descriptors(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int file = 0; file < 3; file++) {
		if (fcntl(file, F_GETFD) < 0 &&
		    open("/dev/null", modes[file]) != file)
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	const struct command *command;

	service_guard_memory();
	if (!guard_descriptors())
		return CLI_FAILED;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		print_front(stderr);
		return CLI_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		return (int)show_version();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return (int)show_help(NULL);
	if (strcmp(argv[1], "help") == 0)
		return (int)show_help(argv[2]);
	command = command_named(argv[1]);
	if (!command)
		return (int)unknown_command(argv[1]);
	return (int)command->run(argc - 1, argv + 1);
}
