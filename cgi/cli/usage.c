#include "usage.h"

#include <stdio.h>

/* Longest line. */
#define WIDTH 76

/* Help texts stand in one column behind the options, unless an option is longer
 * than this. */
#define OPTION_WIDTH_MAX 24
#define INDENT 6

/* Print `text` behind the `used` characters of its first line, from `column` on
 * or, when that is taken, from where the line stands. */
static void print_wrapped(const char *text, size_t used, size_t column)
{
	size_t at = used < column ? column : used;
	bool is_first = true;

	printf("%*s", (int)(at - used), "");
	while (*text) {
		size_t length = strcspn(text, " ");

		if (!is_first && at + 1 + length > WIDTH) {
			printf("\n%*s", (int)column, "");
			at = column;
		} else if (!is_first) {
			putchar(' ');
			at++;
		}
		printf("%.*s", (int)length, text);
		at += length;
		text += length;
		text += strspn(text, " ");
		is_first = false;
	}
	putchar('\n');
}

/* ---- options -------------------------------------------------------------- */

/* "--NAME ARGUMENT"; its letter, "-o, ", stands before it, where others have
 * blanks. */
static size_t option_width(const struct cli_option *option)
{
	return 2 + strlen(option->name) +
	       (option->argument ? 1 + strlen(option->argument) : 0);
}

/* Widen *width to the options of a table, but for the longest ones. */
static void measure_options(const struct cli_option *options, size_t *width)
{
	for (; options && options->name; options++) {
		size_t wanted = option_width(options);

		if (wanted > *width && wanted <= OPTION_WIDTH_MAX)
			*width = wanted;
	}
}

/* The help text with `choices` in the place of its "%s". */
static void fill_help(const struct cli_option *option, char *text, size_t size)
{
	const char *mark = strstr(option->help, "%s");
	char choices[CHOICES_TEXT_MAX];

	if (!mark || !option->choices) {
		snprintf(text, size, "%s", option->help);
		return;
	}
	choices_join(option->choices, choices, sizeof(choices));
	snprintf(text, size, "%.*s%s%s", (int)(mark - option->help),
		 option->help, choices, mark + 2);
}

static void print_options(const struct cli_option *options, size_t width)
{
	char help[2 * CHOICES_TEXT_MAX];

	for (; options && options->name; options++) {
		size_t used = INDENT + option_width(options) + 2;

		fill_help(options, help, sizeof(help));
		if (options->letter)
			printf("%*s-%c, ", INDENT - 4, "", options->letter);
		else
			printf("%*s", INDENT, "");
		printf("--%s%s%s  ", options->name,
		       options->argument ? " " : "",
		       options->argument ? options->argument : "");
		print_wrapped(help, used, INDENT + width + 2);
	}
}

/* ---- subcommands ---------------------------------------------------------- */

static void print_subcommands(const struct command *const *list)
{
	size_t width = 0;

	for (size_t i = 0; list[i]; i++) {
		size_t wanted =
			strlen(list[i]->name) + 1 + strlen(list[i]->synopsis);

		if (wanted > width)
			width = wanted;
	}
	for (size_t i = 0; list[i]; i++) {
		int used = printf("%s %s", list[i]->name, list[i]->synopsis);

		print_wrapped(list[i]->summary, (size_t)used, width + 3);
	}
	putchar('\n');
}

/* ---- all of it ------------------------------------------------------------ */

static void print_synopsis(const struct command *command)
{
	const struct command *const *list = command->subcommands;

	printf("Usage: mintage %s", command->name);
	for (size_t i = 0; list && list[i]; i++)
		printf("%c%s", i ? '|' : ' ', list[i]->name);
	printf(" %s\n\n%s\n", command->synopsis, command->about);
}

void usage_print(const struct command *command)
{
	const struct command *const *list = command->subcommands;
	size_t width = 0;

	measure_options(command->options, &width);
	measure_options(command->common, &width);
	for (size_t i = 0; list && list[i]; i++)
		measure_options(list[i]->options, &width);

	print_synopsis(command);
	if (list)
		print_subcommands(list);
	print_options(command->options, width);
	print_options(command->common, width);
	for (size_t i = 0; list && list[i]; i++) {
		if (!list[i]->options)
			continue;
		printf("Of %s:\n", list[i]->name);
		print_options(list[i]->options, width);
	}
	if (command->ending)
		printf("\n%s", command->ending);
}
