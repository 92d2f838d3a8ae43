/*
 * options - a command's options as a table. Parsing, usage texts, "did you
 * mean" and bash completion are all made from its rows.
 */
#ifndef MINTAGE_CGI_CLI_OPTIONS_H
#define MINTAGE_CGI_CLI_OPTIONS_H

#include "choices.h"
#include "cli.h"

struct cli_option;

/*
 * Put `value` (from argv; NULL for a flag) into the command's request.
 * `command` is for complaints, as cli_misused wants it. CLI_USAGE after a
 * complaint about the value, CLI_FAILED after one about memory.
 */
typedef enum cli_status options_take_fn(const char *command,
					const struct cli_option *option,
					const char *value, void *request);

/* One option. A table ends with OPTIONS_END; --help is in none of them. */
struct cli_option {
	const char *name;     /* "config", for --config */
	const char *argument; /* its value in usage texts; NULL: a flag */
	options_take_fn *take;
	size_t at;           /* for `take`: where in the request */
	choices_fn *choices; /* values that completion offers, or NULL */
	char letter;         /* 'o', for -o; or NUL */
	/* For usage texts, which break its lines. "%s" stands for `choices`,
	 * as choices_join writes them. */
	const char *help;
};

#define OPTIONS_END                                   \
	{                                             \
		NULL, NULL, NULL, 0, NULL, '\0', NULL \
	}

/* Most rows that one command may have, with those of its `common`. */
#define OPTIONS_MAX 40

/*
 * What stands between name and help in a row. completion knows these arguments:
 * FILE and MANIFEST are completed as files, PARENT, ACCOUNT, CALLER and HOST (a
 * [domain]) as sections of the configuration, SECTION as those that links lead
 * to.
 */
#define OPTION_TEXT(argument, type, member) \
	argument, options_text, offsetof(type, member), NULL, '\0'
#define OPTION_LETTER(letter, argument, type, member) \
	argument, options_text, offsetof(type, member), NULL, letter
#define OPTION_CHOICE(argument, type, member, choices) \
	argument, options_text, offsetof(type, member), choices, '\0'
#define OPTION_WORDS(argument, type, member) \
	argument, options_words, offsetof(type, member), NULL, '\0'
#define OPTION_FLAG(type, member) \
	NULL, options_flag, offsetof(type, member), NULL, '\0'

/* The values of an option that may be given many times; each is borrowed from
 * argv. Zero it; ends with options_words_free. */
struct cli_words {
	const char **list;
	size_t count;
};

void options_words_free(struct cli_words *words);

/* For rows: a `const char *` that may be set once only, a `bool` that becomes
 * true, and a `struct cli_words` that gets one more word. */
options_take_fn options_text;
options_take_fn options_flag;
options_take_fn options_words;

/*
 * Read the options of argv, where argv[0] is the command's name, into
 * `request`. Both tables hold; `common` may be NULL. CLI_DONE: optind is the
 * first argument. CLI_HELP: --help was given. CLI_USAGE and CLI_FAILED after a
 * complaint in the name of `command`.
 */
enum cli_status options_read(const char *command,
			     const struct cli_option *options,
			     const struct cli_option *common, int argc,
			     char **argv, void *request) MUST_CHECK;

#endif
