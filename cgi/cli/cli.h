/*
 * cli - what the commands of `mintage` have in common: complaints, reading
 * standard input or a file, and standard output.
 *
 * Secrets go to standard output only, and complaints to standard error only.
 */
#ifndef MINTAGE_CGI_CLI_CLI_H
#define MINTAGE_CGI_CLI_CLI_H

#include "lib/base/buffer.h"
#include "lib/base/problems.h"
#include "lib/base/sink.h"

/* How a command ended. The first three are exit statuses, as mintage(1)
 * promises them. */
enum cli_status {
	CLI_DONE = 0,
	CLI_FAILED = 1, /* refused or failed */
	CLI_USAGE = 2,  /* wrong usage: the command line itself is at fault */
	CLI_HELP,       /* --help was given: main prints the usage text */
};

/* ---- complaints ----------------------------------------------------------- */

/* Say what is wrong with the command line, and that `mintage help COMMAND`
 * tells more; NULL stands for `mintage help`. Returns CLI_USAGE. */
enum cli_status cli_misused(const char *command, const char *format, ...)
	PRINTF_LIKE(2, 3);

/* "mintage: ..." and a newline to standard error. Returns CLI_FAILED. */
enum cli_status cli_complain(const char *format, ...) PRINTF_LIKE(1, 2);

/* Complain of a problem: "mintage: PLACE: MESSAGE", where an entry's pointer is
 * in words, such as "entry 3". Returns CLI_FAILED. */
enum cli_status cli_problem(const struct problem *problem);

/* Give up the network and other programs for the rest of this command; see
 * offline.h. Where the kernel refuses that, it is said, and the command goes
 * on. */
void cli_go_offline(void);

/* Complain of all of them, in one line for those that say the same. Returns
 * CLI_FAILED. */
enum cli_status cli_problems(const struct problems *problems);

/* ---- what comes in -------------------------------------------------------- */

/* Where the configuration is: `option`, or where that is NULL $MINTAGE_CONFIG,
 * or the path that was compiled in. Never NULL; borrowed. */
const char *cli_config_path(const char *option);

/*
 * Read `file` to its end, and append that to `buffer`, which the caller frees.
 * ERROR_TOO_LARGE for more than `max` bytes, ERROR_UNAVAILABLE with the
 * system's reason. `name` is for the message.
 */
enum error cli_read(int file, const char *name, uint64_t max,
		    struct buffer *buffer, struct problem *problem) MUST_CHECK;

/* ---- what goes out -------------------------------------------------------- */

/* As much as a pipe takes at once, by default. */
#define CLI_WINDOW 65536

/* Write all of it to standard output. 0, or the errno of the write that failed.
 */
int cli_write(const char *data, size_t length) MUST_CHECK;

/* Pass on what stdio holds back of standard output. Returns 0, or the errno of
 * the first call of this function that failed: what was lost then stays lost,
 * and a later flush may find nothing to do. */
int cli_flush(void);

/* What complaints call standard output where it is a file that an option named,
 * and what they call it now. The name is borrowed. */
void cli_name_output(const char *name);
const char *cli_output_name(void);

/* Standard output with a window: what is printed is collected there, and
 * written when the window is full and at the end. */
struct cli_output {
	struct sink sink;
	int failure; /* errno of the write that failed */
	char window[CLI_WINDOW];
};

void cli_output_begin(struct cli_output *output);

/* Print at most 511 bytes, and cut what is longer: texts of any length go to
 * output->sink. */
void cli_print(struct cli_output *output, const char *format, ...)
	PRINTF_LIKE(2, 3);

/* Where standard output is a file that holds something already, print what
 * makes the next line one that follows an empty line. For sections, which
 * people append to their configuration. */
void cli_print_gap(struct cli_output *output);

/* Print a text as a JSON string, in which no control character (C0, DEL or C1)
 * is left. */
void cli_print_quoted(struct cli_output *output, struct slice text);

/*
 * Print a text that someone else wrote, so that it can't control the terminal:
 * plain ASCII without blanks and quotes as it is, any other text as
 * cli_print_quoted does.
 */
void cli_print_foreign(struct cli_output *output, struct slice text);

/* Write what is in the window, and wipe that. CLI_FAILED after a complaint,
 * when this write or an earlier one failed. */
enum cli_status cli_output_end(struct cli_output *output);

#endif
