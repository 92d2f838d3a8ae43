#include "options.h"

#include <getopt.h>
#include <stdlib.h>

/* getopt_long answers with OPTION_FIRST and the number of the row. Lower
 * numbers are characters: the letter of a row, -h, and what getopt_long says
 * when it fails. */
enum {
	OPTION_FIRST = 256,
	OPTION_HELP = 'h',
	OPTION_NO_VALUE = ':',
	OPTION_UNKNOWN = '?',
};

/* A command's own options and the common ones, joined into one table for
 * getopt_long. */
struct option_table {
	const char *command;
	const struct cli_option *rows[OPTIONS_MAX];
	struct option list[OPTIONS_MAX + 2]; /* with --help and an end */
	char letters[2 * OPTIONS_MAX + 3];   /* ":h", and those of rows */
	size_t count;
};

/* ---- rows ----------------------------------------------------------------- */

static void *member(void *request, const struct cli_option *option)
{
	return (char *)request + option->at;
}

enum cli_status options_text(const char *command,
			     const struct cli_option *option, const char *value,
			     void *request)
{
	const char **text = member(request, option);

	if (*text)
		return cli_misused(command, "option '--%s' is given twice",
				   option->name);
	*text = value;
	return CLI_DONE;
}

enum cli_status options_flag(const char *command,
			     const struct cli_option *option, const char *value,
			     void *request)
{
	bool *flag = member(request, option);

	(void)command;
	(void)value;
	*flag = true;
	return CLI_DONE;
}

enum cli_status options_words(const char *command,
			      const struct cli_option *option,
			      const char *value, void *request)
{
	struct cli_words *words = member(request, option);
	const char **list =
		realloc(words->list, (words->count + 1) * sizeof(*list));

	(void)command;
	if (!list)
		return cli_complain("out of memory");
	words->list = list;
	list[words->count++] = value;
	return CLI_DONE;
}

void options_words_free(struct cli_words *words)
{
	free(words->list);
	*words = (struct cli_words){ .list = NULL };
}

/* ---- the command line ----------------------------------------------------- */

static void add_rows(struct option_table *table, const struct cli_option *rows)
{
	for (; rows && rows->name && table->count < OPTIONS_MAX; rows++) {
		table->rows[table->count] = rows;
		table->list[table->count] = (struct option){
			rows->name,
			rows->argument ? required_argument : no_argument, NULL,
			OPTION_FIRST + (int)table->count
		};
		table->count++;
	}
	table->list[table->count] =
		(struct option){ "help", no_argument, NULL, OPTION_HELP };
}

static void add_letters(struct option_table *table)
{
	size_t length = 0;

	table->letters[length++] = ':';
	table->letters[length++] = OPTION_HELP;
	for (size_t i = 0; i < table->count; i++) {
		if (!table->rows[i]->letter)
			continue;
		table->letters[length++] = table->rows[i]->letter;
		if (table->rows[i]->argument)
			table->letters[length++] = ':';
	}
	table->letters[length] = '\0';
}

/* The row that getopt_long found, or NULL. */
static const struct cli_option *find_row(const struct option_table *table,
					 int answer)
{
	if (answer >= OPTION_FIRST)
		return table->rows[answer - OPTION_FIRST];
	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i]->letter && table->rows[i]->letter == answer)
			return table->rows[i];
	}
	return NULL;
}

/* `given` is "--NAME" or "--NAME=VALUE", and no row has this name. */
static enum cli_status unknown_option(const struct option_table *table,
				      const char *given)
{
	const char *names[OPTIONS_MAX + 1];
	const char *nearest = NULL;
	int length = (int)strcspn(given, "=");

	for (size_t i = 0; i <= table->count; i++)
		names[i] = table->list[i].name;
	if (length > 2)
		nearest = slice_nearest(slice_of(given + 2, (size_t)length - 2),
					names, table->count + 1);
	if (nearest)
		return cli_misused(table->command,
				   "no option '%.*s'; did you mean '--%s'?",
				   length, given, nearest);
	return cli_misused(table->command, "no option '%.*s'", length, given);
}

/* getopt_long also turns down an option that exists, when it has a value and
 * takes none. */
static bool is_option(const struct option_table *table, const char *given)
{
	struct slice name = slice_of(given, strcspn(given, "="));

	if (!slice_starts(name, slice_text("--")))
		return false;
	name = slice_of(name.data + 2, name.length - 2);
	for (size_t i = 0; i <= table->count; i++) {
		if (slice_is(name, table->list[i].name))
			return true;
	}
	return false;
}

/* The argument that has this byte as an option: the one that getopt_long is
 * still in, where more bytes follow, or the one that it has just left. */
static const char *argument_with(int byte, char **argv)
{
	const char *next = argv[optind];

	return next && next[0] == '-' && next[1] != '-' && strchr(next, byte) ?
		       next :
		       argv[optind - 1];
}

/* Say why getopt_long turned down the option before optind. */
static enum cli_status turn_down(const struct option_table *table, int answer,
				 char **argv)
{
	const char *given = argv[optind - 1];

	if (answer == OPTION_NO_VALUE)
		return cli_misused(table->command, "option '%s' needs a value",
				   given);
	if (optopt > 0 && optopt <= '~' && optopt != OPTION_HELP)
		return cli_misused(table->command, "no option '-%c'", optopt);
	/* One byte of a letter that is not ASCII, which a char may hold as a
	 * negative number, is not worth showing. */
	if (optopt != 0 && optopt < OPTION_FIRST && optopt != OPTION_HELP)
		return cli_misused(table->command, "no option '%s'",
				   argument_with(optopt, argv));
	if (is_option(table, given))
		return cli_misused(table->command,
				   "option '%.*s' takes no value",
				   (int)strcspn(given, "="), given);
	return unknown_option(table, given);
}

enum cli_status options_read(const char *command,
			     const struct cli_option *options,
			     const struct cli_option *common, int argc,
			     char **argv, void *request)
{
	struct option_table table = { .command = command };
	enum cli_status status = CLI_DONE;
	const struct cli_option *row;
	int answer;

	add_rows(&table, options);
	add_rows(&table, common);
	add_letters(&table);
	opterr = 0;
	while (status == CLI_DONE) {
		answer = getopt_long(argc, argv, table.letters, table.list,
				     NULL);
		if (answer < 0)
			break;
		if (answer == OPTION_HELP)
			return CLI_HELP;
		row = find_row(&table, answer);
		if (!row)
			return turn_down(&table, answer, argv);
		status = row->take(command, row, optarg, request);
	}
	return status;
}
