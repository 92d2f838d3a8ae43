/*
 * cli - what the commands of `mintage` have in common: options, complaints,
 * and the one way out for what they print.
 *
 * Secrets go to standard output only, all complaints to standard error.
 */
#ifndef MINTAGE_CGI_CLI_CLI_H
#define MINTAGE_CGI_CLI_CLI_H

#include <getopt.h>

#include "lib/base/buffer.h"
#include "lib/base/sink.h"

/* Exit statuses, as mintage(1) promises them. */
enum cli_status {
	CLI_DONE = 0,
	CLI_FAILED = 1, /* refused or failed */
	CLI_USAGE = 2,  /* wrong usage: the command line itself is at fault */
};

/* The commands. argv[0] is the command's own name. */
enum cli_status cli_mint(int argc, char **argv);
enum cli_status cli_sign(int argc, char **argv);
enum cli_status cli_inspect(int argc, char **argv);
enum cli_status cli_check(int argc, char **argv);
enum cli_status cli_caller(int argc, char **argv);
enum cli_status cli_token(int argc, char **argv);

/* What `mintage help COMMAND` prints of each, behind "Usage: mintage ". */
extern const char cli_mint_usage[];
extern const char cli_sign_usage[];
extern const char cli_inspect_usage[];
extern const char cli_check_usage[];
extern const char cli_caller_usage[];
extern const char cli_token_usage[];

/* ---- options -------------------------------------------------------------- */

/* Options are long and their `val` is 1 to 31; the table ends with OPTIONS_END.
 * OPTION_HELP is answered by the command with cli_help. */
#define OPTION_HELP 'h'
#define OPTION_BAD '?'
#define OPTIONS_END                                 \
	{ "help", no_argument, NULL, OPTION_HELP }, \
	{                                           \
		NULL, 0, NULL, 0                    \
	}

/*
 * The next option's `val`; OPTION_BAD after a complaint (the command ends with
 * CLI_USAGE); -1 after the last, optind is then the first argument. As with
 * getopt_long, optarg is the option's value.
 */
int cli_option(const char *command, int argc, char **argv,
	       const struct option *options);

/* For an option that may stand once only: *where = optarg. False after a
 * complaint. */
bool cli_once(const char *command, const char *option,
	      const char **where) MUST_CHECK;

/* Print how `command` is used, to standard output. CLI_USAGE, after a
 * complaint, when there is none of that name. */
enum cli_status cli_help(const char *command);

/* Say what is wrong with the command line, and where help is. `command` may be
 * NULL. Returns CLI_USAGE. */
enum cli_status cli_misused(const char *command, const char *format, ...)
	PRINTF_LIKE(2, 3);

/* `option`, else $MINTAGE_CONFIG, else the place it is installed at. Never
 * NULL, borrowed. */
const char *cli_config_path(const char *option);

/* ---- complaints ----------------------------------------------------------- */

/* "mintage: ..." and a newline to standard error. Returns CLI_FAILED. */
enum cli_status cli_complain(const char *format, ...) PRINTF_LIKE(1, 2);

/* The same for a problem: "mintage: POINTER: MESSAGE". */
enum cli_status cli_problem(const struct problem *problem);

/* ---- what comes in -------------------------------------------------------- */

/*
 * All there is to read, behind what `buffer` holds already; the caller frees
 * it. ERROR_TOO_LARGE for more than `max` bytes, ERROR_UNAVAILABLE with the
 * system's reason. `name` is for the message.
 */
enum error cli_read(int file, const char *name, uint64_t max,
		    struct buffer *buffer, struct problem *problem) MUST_CHECK;

/* ---- what goes out -------------------------------------------------------- */

/* As much as a pipe takes at once. */
#define CLI_WINDOW 65536

/* To standard output, until all is taken: 0, or an errno. */
int cli_write(const char *data, size_t length) MUST_CHECK;

/* Standard output. */
struct cli_output {
	struct sink sink;
	int failure; /* errno of the write that failed */
	char window[CLI_WINDOW];
};

void cli_output_begin(struct cli_output *output);

/* At most 512 bytes of text; for longer ones the sink is there. */
void cli_print(struct cli_output *output, const char *format, ...)
	PRINTF_LIKE(2, 3);

/*
 * Text that someone else wrote, fit for a terminal: as it is when it is plain
 * ASCII without blanks, else as a JSON string, in which no control character
 * (C0, DEL or C1) is left.
 */
void cli_print_foreign(struct cli_output *output, struct slice text);

/* Write the rest and wipe the window. CLI_FAILED, with a complaint, when not
 * all of it was taken. */
enum cli_status cli_output_end(struct cli_output *output);

#endif
