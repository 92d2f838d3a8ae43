#include "completion.h"

#include <stdio.h>

/* Prints the lines of one function that are about one command. */
typedef void print_fn(const struct command *command);

static void print_name(const struct command *command)
{
	printf("%s%s%s", command->group ? command->group : "",
	       command->group ? " " : "", command->name);
}

/* ---- one command's lines -------------------------------------------------- */

static void print_command_names(const struct command *const *list)
{
	for (size_t i = 0; list[i]; i++)
		printf("%s%s", i ? " " : "", list[i]->name);
	printf("\" ;;\n");
}

static void print_group(const struct command *command)
{
	if (!command->subcommands)
		return;
	printf("\t'%s') echo \"", command->name);
	print_command_names(command->subcommands);
}

static void print_option_names(const struct cli_option *options)
{
	for (; options && options->name; options++) {
		printf("--%s ", options->name);
		if (options->letter)
			printf("-%c ", options->letter);
	}
}

static void print_options(const struct command *command)
{
	printf("\t'");
	print_name(command);
	printf("') echo \"");
	if (!command->subcommands) {
		print_option_names(command->options);
		print_option_names(command->common);
	}
	printf("--help\" ;;\n");
}

static void print_choices_of(const struct command *command,
			     const struct cli_option *options)
{
	for (; options && options->name; options++) {
		const char *name;

		if (!options->choices)
			continue;
		printf("\t'");
		print_name(command);
		printf(" --%s') echo \"", options->name);
		for (size_t i = 0; (name = options->choices(i)); i++)
			printf("%s%s", i ? " " : "", name);
		printf("\" ;;\n");
	}
}

static void print_choices(const struct command *command)
{
	if (command->subcommands)
		return;
	print_choices_of(command, command->options);
	print_choices_of(command, command->common);
}

static void print_kinds_of(const struct command *command,
			   const struct cli_option *options)
{
	for (; options && options->name; options++) {
		if (!options->argument)
			continue;
		printf("\t'");
		print_name(command);
		printf(" --%s'", options->name);
		if (options->letter) {
			printf(" | '");
			print_name(command);
			printf(" -%c'", options->letter);
		}
		printf(") echo '%s' ;;\n", options->argument);
	}
}

static void print_kinds(const struct command *command)
{
	if (command->subcommands)
		return;
	print_kinds_of(command, command->options);
	print_kinds_of(command, command->common);
	if (!command->argument.name)
		return;
	printf("\t'");
	print_name(command);
	printf("') echo '%s' ;;\n", command->argument.name);
}

/* ---- all of it ------------------------------------------------------------ */

static void print_all(const struct command *const *list, print_fn *print)
{
	for (; *list; list++) {
		print(*list);
		if ((*list)->subcommands)
			print_all((*list)->subcommands, print);
	}
}

static void print_function(const char *name, const struct command *const *list,
			   print_fn *print)
{
	printf("\n_mintage_%s() {\n\tcase $1 in\n", name);
	print_all(list, print);
	printf("\tesac\n}\n");
}

void completion_print(const struct command *const *list)
{
	printf("# Made by `mintage completion` from the commands' own tables.\n"
	       "\n_mintage_commands() {\n\tcase $1 in\n\t'') echo \"");
	print_command_names(list);
	print_all(list, print_group);
	printf("\tesac\n}\n");
	print_function("options", list, print_options);
	print_function("choices", list, print_choices);
	print_function("kind", list, print_kinds);
}
