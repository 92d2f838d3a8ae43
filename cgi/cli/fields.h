/*
 * cli_fields - the options of `mintage mint` and `mintage sign`: what is asked
 * for, as the fields of a request.
 */
#ifndef MINTAGE_CGI_CLI_FIELDS_H
#define MINTAGE_CGI_CLI_FIELDS_H

#include "cgi/input/fields.h"
#include "cli.h"

/* An option's number is its field's, from 1, or one behind the last field. */
#define OPTION_OF(field) (1 + (int)(field))
enum {
	OPTION_ACCOUNT = OPTION_OF(FIELD_COUNT),
	OPTION_CONFIG,
	OPTION_EACH,
	/* Of a service elsewhere: */
	OPTION_URL,
	OPTION_TOKEN_FILE,
	OPTION_CA_FILE,
	OPTION_REQUEST_SIZE,
};

/* A row of a table of options: one that is a field. */
#define OPTION_FIELD(name, field)                               \
	{                                                       \
		name, required_argument, NULL, OPTION_OF(field) \
	}

/* The rows that both commands have. */
#define OPTIONS_COMMON                                                        \
	OPTION_FIELD("bucket", FIELD_BUCKET), OPTION_FIELD("ttl", FIELD_TTL), \
		OPTION_FIELD("object", FIELD_OBJECTS),                        \
		OPTION_FIELD("on-error", FIELD_ON_ERROR),                     \
		OPTION_FIELD("format", FIELD_FORMAT),                         \
		OPTION_FIELD("manifest-format", FIELD_MANIFEST_FORMAT),       \
		OPTION_FIELD("parent", FIELD_PARENT),                         \
		{ "account", required_argument, NULL, OPTION_ACCOUNT },       \
		{ "config", required_argument, NULL, OPTION_CONFIG },         \
		{ "url", required_argument, NULL, OPTION_URL },               \
		{ "token-file", required_argument, NULL, OPTION_TOKEN_FILE }, \
		{ "ca-file", required_argument, NULL, OPTION_CA_FILE },       \
	{                                                                     \
		"request-size", required_argument, NULL, OPTION_REQUEST_SIZE  \
	}

/* What the two say of them. */
#define USAGE_REMOTE                                                                \
	"      --url URL            ask the service there instead, in as many\n"    \
	"                           requests as are needed, and join the answers\n" \
	"      --token-file FILE    with --url: a caller's token\n"                 \
	"      --request-size BYTES with --url: of one request; 131072\n"           \
	"      --ca-file FILE       with --url: whom to trust, as PEM\n"

/* The paths of --object or --prefix as the text of a JSON array. */
struct cli_paths {
	const char *base;
	enum entry_kind kind;
	enum field field;
	struct buffer text;
	uint64_t count;
};

/* Zero it, set the first two, and end with cli_fields_free. */
struct cli_fields {
	const char *command;          /* "mint" */
	const struct option *options; /* the command's own table */
	const char *parent;           /* as given, or NULL: these eight */
	const char *account;
	const char *config;
	const char *manifest;
	const char *url;
	const char *token_file;
	const char *ca_file;
	const char *request_size;
	bool each;
	bool help; /* nothing else is wanted */
	struct fields fields;
	struct problems problems;
	struct cli_paths objects;
	struct cli_paths prefixes;
};

/* Read the command line. Anything but CLI_DONE: it has been complained of. */
enum cli_status cli_fields_read(struct cli_fields *asked, int argc,
				char **argv);

/* The objects and prefixes of the command line become entries, in this order.
 * ERROR_UNAVAILABLE: memory; those of manifest_add. */
enum error cli_fields_add_paths(struct cli_fields *asked,
				struct problem *problem) MUST_CHECK;

/* Say what is wrong, with the names of options in the place of fields'.
 * CLI_USAGE when the command line alone is at fault. */
enum cli_status cli_fields_complain(const struct cli_fields *asked,
				    struct problems *problems);

void cli_fields_free(struct cli_fields *asked);

#endif
