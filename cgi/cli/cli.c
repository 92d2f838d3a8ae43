#include "cli.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/escape.h"

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

const char *cli_config_path(const char *option)
{
	const char *path = option ? option : getenv("MINTAGE_CONFIG");

	return path && *path ? path : MINTAGE_CONFIG_FILE;
}

/* Another process that has the same pipe may have made it non-blocking: wait
 * until it can be used. False when errno says something else. */
static bool wait_for(int file, short events)
{
	struct pollfd poll_file = { .fd = file, .events = events };

	return errno == EINTR ||
	       (errno == EAGAIN && poll(&poll_file, 1, -1) >= 0);
}

enum error cli_read(int file, const char *name, uint64_t max,
		    struct buffer *buffer, struct problem *problem)
{
	for (;;) {
		ssize_t got;

		if (!buffer_reserve(buffer, CLI_WINDOW))
			return problem_set(problem, ERROR_UNAVAILABLE, NULL,
					   "%s: out of memory", name);
		got = read(file, buffer->data + buffer->length, CLI_WINDOW);
		if (got == 0)
			return ERROR_NONE;
		if (got < 0 && wait_for(file, POLLIN))
			continue;
		if (got < 0)
			return problem_set(problem, ERROR_UNAVAILABLE, NULL,
					   "%s: %s", name, strerror(errno));
		buffer->length += (size_t)got;
		if (buffer->length > max)
			return problem_set(problem, ERROR_TOO_LARGE, NULL,
					   "%s: more than %llu bytes", name,
					   (unsigned long long)max);
	}
}

/* ---- what goes out -------------------------------------------------------- */

int cli_write(const char *data, size_t length)
{
	while (length > 0) {
		ssize_t put = write(STDOUT_FILENO, data, length);

		if (put < 0 && wait_for(STDOUT_FILENO, POLLOUT))
			continue;
		if (put < 0)
			return errno;
		data += put;
		length -= (size_t)put;
	}
	return 0;
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

enum cli_status cli_output_end(struct cli_output *output)
{
	bool taken = sink_flush(&output->sink);

	sink_wipe(&output->sink);
	if (taken)
		return CLI_DONE;
	return cli_complain("standard output: %s", strerror(output->failure));
}
