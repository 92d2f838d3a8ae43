/*
 * mintage - credentials for R2 at a shell prompt.
 *
 * The table is the front page: a file NAME.c for each command.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/process.h"

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

	process_guard_memory();
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
