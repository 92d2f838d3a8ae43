/*
 * command - a command of `mintage` describes itself by one struct, and what is
 * done with a command line is the same for all of them.
 *
 * A command never needs the table of all commands, which is in commands.h.
 */
#ifndef MINTAGE_CGI_CLI_COMMAND_H
#define MINTAGE_CGI_CLI_COMMAND_H

#include "options.h"

struct command {
	const char *group;   /* "token", for `mintage token create`; or NULL */
	const char *name;    /* "create" */
	const char *summary; /* one line for the list of commands */
	/* The usage text: what stands behind the name, what the command does,
	 * and what is said below the options (NULL: nothing). The last two are
	 * whole lines. */
	const char *synopsis;
	const char *about;
	const char *ending;
	const struct cli_option *options; /* may be NULL, as may the next */
	const struct cli_option *common;  /* shared with other commands */
	/* The argument besides the options; its name is NULL where there is
	 * none. */
	struct {
		const char *name; /* "MANIFEST"; see OPTION_TEXT */
		bool is_needed;
		size_t at; /* of a `const char *` in the request */
	} argument;
	/* It never needs the network or another program, and gives them up
	 * before it reads anything. */
	bool is_offline;
	/* A command has either subcommands (a list that ends with NULL) or what
	 * runs it. argv[0] is the command's own name. CLI_HELP: nothing but a
	 * usage text was asked for, and main prints it. */
	const struct command *const *subcommands;
	enum cli_status (*run)(const struct command *command, int argc,
			       char **argv);
};

/* The command of this name in a list that ends with NULL, or NULL. */
const struct command *command_find(const struct command *const *list,
				   const char *name);

/* Complain of a name that isn't in this list, with what was perhaps meant.
 * `group` is the name of the command that has these, or NULL. Returns
 * CLI_USAGE. */
enum cli_status command_unknown(const struct command *const *list,
				const char *group, const char *name);

/*
 * Read options and argument into `request`, by the command's own tables. The
 * values are borrowed from argv. CLI_HELP: --help was given. CLI_USAGE or
 * CLI_FAILED after a complaint.
 */
enum cli_status command_read(const struct command *command, int argc,
			     char **argv, void *request) MUST_CHECK;

/* Run the command, or the subcommand that argv[1] names. */
enum cli_status command_run(const struct command *command, int argc,
			    char **argv);

#endif
