#include "command.h"

#include <getopt.h>
#include <stdio.h>

/* Most commands in one list. */
#define COMMANDS_MAX 32

/* ---- lists of commands ---------------------------------------------------- */

const struct command *command_find(const struct command *const *list,
				   const char *name)
{
	for (; *list; list++) {
		if (strcmp((*list)->name, name) == 0)
			return *list;
	}
	return NULL;
}

static const char *nearest_name(const struct command *const *list,
				const char *name)
{
	const char *names[COMMANDS_MAX];
	size_t count = 0;

	for (; count < COMMANDS_MAX && list[count]; count++)
		names[count] = list[count]->name;
	return slice_nearest(slice_text(name), names, count);
}

/* "create, roll, list, revoke" */
static void list_names(const struct command *const *list, char *text,
		       size_t size)
{
	size_t length = 0;

	*text = '\0';
	for (size_t i = 0; list[i] && length < size; i++)
		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   i ? ", " : "", list[i]->name);
}

enum cli_status command_unknown(const struct command *const *list,
				const char *group, const char *name)
{
	const char *nearest = nearest_name(list, name);
	const char *before = group ? group : "";
	const char *blank = group ? " " : "";
	char names[256];

	if (nearest)
		return cli_misused(group,
				   "no command '%s%s%s'; did you mean "
				   "'%s%s%s'?",
				   before, blank, name, before, blank, nearest);
	if (!group)
		return cli_misused(NULL, "no command '%s'", name);
	list_names(list, names, sizeof(names));
	return cli_misused(group, "the %s commands are: %s", group, names);
}

/* ---- one command's command line ------------------------------------------- */

/* What `mintage help` knows it by. */
static const char *help_name(const struct command *command)
{
	return command->group ? command->group : command->name;
}

/* Append "--config, --online", of the rows in `options`, to the `length` bytes
 * in `text`. Returns the new length, or `size` where not all of it fits. */
static size_t list_options(const struct cli_option *options, char *text,
			   size_t size, size_t length)
{
	for (; options && options->name && length < size; options++)
		length += (size_t)snprintf(text + length, size - length,
					   "%s--%s", length ? ", " : "",
					   options->name);
	return length < size ? length : size;
}

static enum cli_status unwanted_argument(const struct command *command,
					 const char *argument)
{
	char names[512] = "";
	size_t length;

	length = list_options(command->options, names, sizeof(names), 0);
	(void)list_options(command->common, names, sizeof(names), length);
	return cli_misused(help_name(command),
			   "'%s%s%s' takes only options (%s), and not '%s'",
			   command->group ? command->group : "",
			   command->group ? " " : "", command->name, names,
			   argument);
}

static enum cli_status take_argument(const struct command *command, int count,
				     char **arguments, void *request)
{
	const char *name = command->argument.name;
	const char **text;

	if (!name)
		return count == 0 ? CLI_DONE :
				    unwanted_argument(command, arguments[0]);
	if (count > 1 || (count == 0 && command->argument.is_needed))
		return cli_misused(
			help_name(command), "'%s%s%s' %s %s%s",
			command->group ? command->group : "",
			command->group ? " " : "", command->name,
			command->argument.is_needed ? "needs one" : "takes one",
			name, command->argument.is_needed ? "" : " at most");
	text = (const char **)(void *)((char *)request + command->argument.at);
	*text = count ? arguments[0] : NULL;
	return CLI_DONE;
}

enum cli_status command_read(const struct command *command, int argc,
			     char **argv, void *request)
{
	enum cli_status status = options_read(help_name(command),
					      command->options, command->common,
					      argc, argv, request);

	if (status != CLI_DONE)
		return status;
	return take_argument(command, argc - optind, argv + optind, request);
}

static enum cli_status start(const struct command *command, int argc,
			     char **argv)
{
	if (command->is_offline)
		cli_go_offline();
	return command->run(command, argc, argv);
}

enum cli_status command_run(const struct command *command, int argc,
			    char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	const struct command *subcommand;

	if (!command->subcommands)
		return start(command, argc, argv);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return CLI_HELP;
	subcommand = command_find(command->subcommands, name);
	if (!subcommand)
		return command_unknown(command->subcommands, command->name,
				       name);
	return start(subcommand, argc - 1, argv + 1);
}
