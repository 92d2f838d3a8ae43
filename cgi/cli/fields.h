/*
 * cli_fields - the options of `mintage mint` and `mintage sign`, read into the
 * fields of a request.
 */
#ifndef MINTAGE_CGI_CLI_FIELDS_H
#define MINTAGE_CGI_CLI_FIELDS_H

#include "cgi/input/fields.h"
#include "cgi/issue/warnings.h"
#include "command.h"
#include "lib/base/problems.h"

/* What stands between name and help in the row of an option that is a field of
 * a request; see OPTION_TEXT. */
#define OPTION_FIELD(argument, field, choices) \
	argument, cli_fields_take, field, choices, '\0'

/* For rows: set the field with the number `at` in a struct cli_fields. */
options_take_fn cli_fields_take;

/* The rows that both commands have, for the `common` of struct command. */
extern const struct cli_option cli_fields_common[];

/* The paths of --object or --prefix as the text of a JSON array. */
struct cli_paths {
	const char *base;
	enum entry_kind kind;
	enum field field;
	struct buffer text;
	uint64_t count;
};

/* The request of both commands. Zero it, set the first, and end with
 * cli_fields_free. */
struct cli_fields {
	const struct command *command; /* borrowed */
	const char *parent; /* this and the next eight: NULL or as given */
	const char *account;
	const char *config;
	const char *manifest;
	const char *url;
	const char *token_file;
	const char *ca_file;
	const char *request_size;
	const char *output;
	bool each;
	bool whole_bucket;
	bool is_answered; /* set when the whole answer was written */
	struct fields fields;
	struct problems problems;
	struct cli_paths objects;
	struct cli_paths prefixes;
};

/* Read the command line. CLI_HELP: --help was given. CLI_USAGE or CLI_FAILED
 * after a complaint. */
enum cli_status cli_fields_read(struct cli_fields *asked, int argc,
				char **argv);

/* Is no entry named on the command line, and no manifest? */
bool cli_fields_name_nothing(const struct cli_fields *asked);

/* Add the objects of the command line and then its prefixes to the entries of
 * asked->fields. ERROR_UNAVAILABLE: memory; or an error of manifest_add. */
enum error cli_fields_add_paths(struct cli_fields *asked,
				struct problem *problem) MUST_CHECK;

/* Say what is wrong, naming options instead of fields. CLI_USAGE when no
 * configuration would make the command line right, else CLI_FAILED. */
enum cli_status cli_fields_complain(const struct cli_fields *asked,
				    struct problems *problems);

/* Tell of what is probably not meant, on standard error. */
void cli_fields_warn(const struct warnings *warnings);

void cli_fields_free(struct cli_fields *asked);

#endif
