#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/escape.h"
#include "lib/base/io.h"

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

/* ---- what comes in -------------------------------------------------------- */

enum error cli_read(int file, const char *name, uint64_t max,
		    struct buffer *buffer, struct problem *problem)
{
	int failure = io_read_all(file, max, buffer);

	if (failure == EFBIG)
		return problem_set(problem, ERROR_TOO_LARGE, NULL,
				   "%s: more than %llu bytes", name,
				   (unsigned long long)max);
	if (failure)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL, "%s: %s",
				   name,
				   failure == ENOMEM ? "out of memory" :
						       strerror(failure));
	return ERROR_NONE;
}

/* ---- what goes out -------------------------------------------------------- */

int cli_write(const char *data, size_t length)
{
	return io_write_all(STDOUT_FILENO, data, length);
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
