/*
 * mintage - credentials for R2 at a shell prompt.
 *
 * commands.h lists the commands; each is a file NAME.c.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "commands.h"
#include "completion.h"
#include "lib/base/process.h"
#include "usage.h"

#define COMMAND_POINTER(name) &name##_command,

static const struct command *const commands[] = { COMMANDS(COMMAND_POINTER)
							  NULL };

/* ---- help ----------------------------------------------------------------- */

static void print_front(FILE *file)
{
	fputs("Usage: mintage COMMAND [OPTION]... [ARGUMENT]\n\n", file);
	for (size_t i = 0; commands[i]; i++)
		fprintf(file, "  %-9s%s\n", commands[i]->name,
			commands[i]->summary);
	fputs("\n"
	      "  help COMMAND   tell how a command is used\n"
	      "  --version      tell which version this is\n"
	      "\n"
	      "Exit status: 0 done, 1 refused or failed, 2 wrong usage.\n"
	      "More is in mintage(1) and mintage.conf(5).\n",
	      file);
}

/* stdio holds back what it was given, so a failed write may show only here. */
static enum cli_status printed(void)
{
	int failure = cli_flush();

	if (failure)
		return cli_complain("standard output: %s", strerror(failure));
	/* stdio itself passed on a part before, and does not tell why that
	 * failed. */
	if (ferror(stdout))
		return cli_complain("standard output: a part of what was "
				    "printed could not be written");
	return CLI_DONE;
}

static enum cli_status show_usage(const struct command *command)
{
	usage_print(command);
	return printed();
}

/* `name` may be NULL: nothing was named. */
static enum cli_status show_help(const char *name)
{
	const struct command *command;

	if (!name) {
		print_front(stdout);
		return printed();
	}
	command = command_find(commands, name);
	return command ? show_usage(command) :
			 command_unknown(commands, NULL, name);
}

/* This is for the build, and not on the front page. */
static enum cli_status show_completion(void)
{
	completion_print(commands);
	return printed();
}

static enum cli_status show_version(void)
{
	puts("mintage " PACKAGE_VERSION);
	return printed();
}

/* ---- the front door ------------------------------------------------------- */

/*
 * The next file that is opened would take the place of a standard descriptor
 * that is closed, and what is meant for standard output would end up in the
 * audit log. Open /dev/null in its place, so that using it fails; only
 * complaints may get lost.
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

static enum cli_status run(int argc, char **argv)
{
	const char *name = argv[1];
	const struct command *command;
	enum cli_status status;

	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		return show_version();
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return show_help(NULL);
	if (strcmp(name, "help") == 0)
		return show_help(argv[2]);
	if (strcmp(name, "completion") == 0 && argc == 2)
		return show_completion();
	command = command_find(commands, name);
	if (!command)
		return command_unknown(commands, NULL, name);
	status = command_run(command, argc - 1, argv + 1);
	if (status == CLI_HELP)
		return show_usage(command);
	return status == CLI_DONE ? printed() : status;
}

int main(int argc, char **argv)
{
	process_guard_memory();
	if (!guard_descriptors())
		return CLI_FAILED;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		print_front(stderr);
		return CLI_USAGE;
	}
	return (int)run(argc, argv);
}
