#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/escape.h"
#include "lib/base/io.h"
#include "lib/base/pointer.h"
#include "lib/confine/offline.h"

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
	char words[POINTER_WORDS_MAX];

	pointer_words(words, problem->pointer, 1);
	return cli_complain("%s%s%s", words, *words ? ": " : "",
			    problem->message);
}

void cli_go_offline(void)
{
	struct problem problem;

	if (offline_enter(&problem))
		cli_complain("warning: %s", problem.message);
}

enum cli_status cli_problems(const struct problems *problems)
{
	char words[POINTER_WORDS_MAX];
	size_t count;

	for (size_t i = 0; (count = problems_next(problems, &i)) > 0; i++) {
		const struct problem *problem = &problems->list[i];

		pointer_words(words, problem->pointer, count);
		cli_complain("%s%s%s", words, *words ? ": " : "",
			     problem->message);
	}
	count = problems_untold(problems);
	if (count > 0)
		cli_complain("and %zu more", count);
	return CLI_FAILED;
}

/* ---- what comes in -------------------------------------------------------- */

const char *cli_config_path(const char *option)
{
	const char *path = option ? option : getenv("MINTAGE_CONFIG");

	return path && *path ? path : MINTAGE_CONFIG_FILE;
}

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

static const char *output_name = "standard output";

void cli_name_output(const char *name)
{
	output_name = name;
}

const char *cli_output_name(void)
{
	return output_name;
}

int cli_write(const char *data, size_t length)
{
	return io_write_all(STDOUT_FILENO, data, length);
}

int cli_flush(void)
{
	static int first;

	if (fflush(stdout) != 0 && first == 0)
		first = errno;
	return first;
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

/* Standard output may be open for writing only, so the file is opened anew. */
static bool ends_its_line(off_t size)
{
	int file = open("/proc/self/fd/1", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char last = '\0';

	if (file < 0)
		return false;
	if (pread(file, &last, 1, size - 1) != 1)
		last = '\0';
	close(file);
	return last == '\n';
}

void cli_print_gap(struct cli_output *output)
{
	struct stat found;

	if (fstat(STDOUT_FILENO, &found) != 0 || !S_ISREG(found.st_mode) ||
	    found.st_size == 0)
		return;
	sink_text(&output->sink, ends_its_line(found.st_size) ? "\n" : "\n\n");
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

void cli_print_quoted(struct cli_output *output, struct slice text)
{
	char escaped[ESCAPE_GROWTH];

	sink_text(&output->sink, "\"");
	for (size_t i = 0; i < text.length; i++) {
		const unsigned char *at = (const unsigned char *)text.data + i;

		/* In UTF-8 the C1 controls are C2 80 to C2 9F. */
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

void cli_print_foreign(struct cli_output *output, struct slice text)
{
	if (is_plain(text))
		sink_slice(&output->sink, text);
	else
		cli_print_quoted(output, text);
}

enum cli_status cli_output_end(struct cli_output *output)
{
	bool taken = sink_flush(&output->sink);

	sink_wipe(&output->sink);
	if (taken)
		return CLI_DONE;
	return cli_complain("%s: %s", output_name, strerror(output->failure));
}
